/** Keys that do nothing beside what another key says: parameters of `codel` in a `fifo`, of retries where none are made. */

/** As much of a node or of `load` as tells. */
interface Settings {
  readonly attempts?: number
  readonly queueDiscipline?: string
}

interface Dependence {
  readonly keys: readonly string[]
  isIdle(settings: Settings): boolean
  /** Why they do nothing then, and what would make them do something. */
  readonly reason: string
  readonly remedy: string
}

const DEPENDENCES: readonly Dependence[] = [
  {
    keys: ['attemptTimeout', 'retryBudget', 'retryReserve'],
    isIdle: ({ attempts }) => attempts === 1,
    reason: 'attempts is 1, so nothing is sent again',
    remedy: 'write "attempts" of 2 or more',
  },
  {
    keys: ['queueTarget', 'queueInterval'],
    isIdle: ({ queueDiscipline }) => queueDiscipline === 'fifo',
    reason: 'queueDiscipline is fifo',
    remedy: 'write "queueDiscipline": "codel"',
  },
]

/** The keys that may be idle. */
export const DEPENDENT_KEYS: readonly string[] = DEPENDENCES.flatMap(({ keys }) => keys)

/** Why a key has no effect there; null where it has. */
export function idlenessOf(key: string, settings: Settings): Pick<Dependence, 'reason' | 'remedy'> | null {
  const dependence = DEPENDENCES.find(({ keys }) => keys.includes(key))
  return dependence?.isIdle(settings) ? dependence : null
}
