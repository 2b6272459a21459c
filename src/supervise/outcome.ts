/** How a run ends, in words and as an exit code. Pure. */
import { formatDuration } from '../base/units.ts'
import type { Problem } from '../topology/types.ts'
import { sentenceOf } from './system-problem.ts'

export interface Outcome {
  /** 0 clean; 1 failure at run time; 2 nothing was started. */
  readonly exitCode: number
  /** For standard error, after the view has given the terminal back. */
  readonly message: string | null
}

/** Nothing was started. `notices`: what was done before it came to nothing. */
export function failure(exitCode: number, problems: readonly Problem[], notices: readonly string[] = []): Outcome {
  return { exitCode, message: [...notices, ...problems.map(sentenceOf)].join('\n') }
}

/** Of a run that was stopped: whether all nodes drained in time, and how many laws were broken. */
export function endOf(isInOrder: boolean, violations: number): Outcome {
  const messages = [
    ...(isInOrder ? [] : ['not every node drained in time: some were killed']),
    ...(violations === 0 ? [] : [brokenText(violations)]),
  ]
  return messages.length === 0 ? { exitCode: 0, message: null } : { exitCode: 1, message: messages.join('\n') }
}

/** `reason`: a signal's name, or what else ended the run. */
export function whyStopping(reason: string, durationMs: number | null): string {
  if (reason === 'duration') return `${formatDuration(durationMs!)} are over`
  if (reason === 'quit') return 'q was pressed'
  return reason === 'output closed' ? 'nobody reads the output any more' : `${reason} came`
}

function brokenText(count: number): string {
  const laws = count === 1 ? '1 conservation law is' : `${count} conservation laws are`
  return `${laws} broken: the summary says which. The counts of this run cannot be trusted; please report it as a bug.`
}
