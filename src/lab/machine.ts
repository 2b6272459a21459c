/** The machine that figures come from: without it they compare with nothing. */
import { readFileSync } from 'node:fs'
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
  return { node: version, platform, arch, cpus: availableParallelism(), loadAverage: readLoadAverage() }
}

export function readLoadAverage(): number {
  return Math.round(loadavg()[0]! * 100) / 100
}

/** Processor time of all cores since the machine started, in the system's ticks: hundredths of a second on most. */
export interface ProcessorTicks {
  readonly total: number
  /** Taken by the host of a virtual machine for others, while this one had work to do. */
  readonly stolen: number
}

/** Null where the system does not tell: everywhere but on Linux. */
export function readProcessorTicks(): ProcessorTicks | null {
  if (process.platform !== 'linux') return null
  try {
    return parseProcStat(readFileSync('/proc/stat', 'latin1'))
  } catch {
    return null // some sandboxes have no such file
  }
}

/** proc(5): user, nice, system, idle, iowait, irq, softirq, steal; what guests use is in user and nice already. */
export function parseProcStat(text: string): ProcessorTicks | null {
  const ticks = /^cpu +(\d+(?: \d+){7,})/m.exec(text)?.[1]?.split(' ').slice(0, 8).map(Number)
  return ticks ? { total: ticks.reduce((sum, each) => sum + each, 0), stolen: ticks[7]! } : null
}
