/** The laws of the supervisor's own account: no process is lost from sight. */
import { type Violation, violation } from './violation.ts'

/** Of one node, or the clients. All but `running` only grow. */
export interface ProcessCounts {
  /** Forks, whether or not they came to anything. */
  readonly starts: number
  /** Of these, wanted by the topology: at the start, by an edit. The others replace what died. */
  readonly asked: number
  /** Processes that are not known to be over. */
  readonly running: number
  readonly exits: number
  readonly spawnErrors: number
  /** Became ready in place of one that died. */
  readonly restarts: number
}

export function processViolations(id: string, counts: ProcessCounts): Violation[] {
  const { starts, asked, running, exits, spawnErrors, restarts } = counts
  const broken: Violation[] = []
  const known = running + exits + spawnErrors
  if (starts !== known) {
    const parts = `running ${running} + exits ${exits} + spawn errors ${spawnErrors}`
    broken.push(violation('starts', id, `started ${starts} times, but ${parts} = ${known}`))
  }
  if (restarts > starts - asked) {
    const sentence = `restarted ${restarts} times, but started ${starts} times, ${asked} of them as asked`
    broken.push(violation('restarts', id, sentence))
  }
  return broken
}
