/** The machine that figures come from: without it they compare with nothing. */
import { availableParallelism, loadavg } from 'node:os'

export interface Machine {
  /** `v20.20.2` */
  readonly node: string
  /** `linux`, `darwin` */
  readonly platform: string
  /** `x64`, `arm64` */
  readonly arch: string
  /** Cores that this process may use. */
  readonly cpus: number
  /** Processes that wanted a core, averaged over the last minute. */
  readonly loadAverage: number
}

/** As it is now; asked before a benchmark, whose own load would count. */
export function readMachine(): Machine {
  const { version, platform, arch } = process
  return { node: version, platform, arch, cpus: availableParallelism(), loadAverage: round2(loadavg()[0]!) }
}

function round2(value: number): number {
  return Math.round(value * 100) / 100
}
