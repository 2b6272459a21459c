/** What a process can say of itself: how busy it is and how much memory it holds. The child's side; no I/O. */

export interface ProcessFacts {
  /** When they were read, on the host's clock (CLOCK_MONOTONIC), which all processes share. */
  readonly readAtMs: number
  /** Of one core since the last reading, 0 to 100 and above where threads help; one decimal. */
  readonly cpuPercent: number
  /** Resident set. */
  readonly memoryBytes: number
}

/** Where the facts come from; a test hands in its own. */
export interface FactSource {
  /** CPU time of the whole process, user and system, in microseconds since it began. */
  cpuUs(): number
  /** The host's clock (CLOCK_MONOTONIC) in microseconds, without a zero of this process's own: stamps are compared. */
  nowUs(): number
  memoryBytes(): number
}

const THIS_PROCESS: FactSource = {
  cpuUs: () => {
    const { user, system } = process.cpuUsage()
    return user + system
  },
  nowUs: () => Number(process.hrtime.bigint()) / 1_000,
  // memoryUsage() walks the heap of every isolate; rss() alone reads one number.
  memoryBytes: () => process.memoryUsage.rss(),
}

/** A reader whose every call tells the CPU share since the call before it; the first one since this call. */
export function makeProcessFacts(source: FactSource = THIS_PROCESS): () => ProcessFacts {
  let lastCpuUs = source.cpuUs()
  let lastUs = source.nowUs()
  return () => {
    const cpuUs = source.cpuUs()
    const nowUs = source.nowUs()
    const share = nowUs > lastUs ? (cpuUs - lastCpuUs) / (nowUs - lastUs) : 0
    lastCpuUs = cpuUs
    lastUs = nowUs
    return {
      readAtMs: nowUs / 1_000,
      cpuPercent: Math.round(share * 1_000) / 10,
      memoryBytes: source.memoryBytes(),
    }
  }
}
