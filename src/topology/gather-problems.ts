/** The one list that a file's problems come together in: bounded, and in the order of the text. */
import type { Report } from './json-tree.ts'
import { problemAt } from './json-tree.ts'
import type { Problem } from './types.ts'

/** More than anybody mends between two readings. A hostile file has a million, each of which costs time and memory. */
export const PROBLEMS_MAX = 1_000
export const TOO_MANY_PROBLEMS = 'TOO_MANY_PROBLEMS'

/** Thrown through the readers, which hold nothing that must be closed, and caught below. */
class Enough {}

export interface Gathered<T> {
  /** Null where reading was stopped. */
  readonly value: T | null
  /** Sorted by place. Where there are more than `PROBLEMS_MAX`, one of them says so. */
  readonly problems: Problem[]
}

/** Runs a reader and gathers what it reports; one that reports without end is stopped. */
export function gatherProblems<T>(read: (report: Report) => T): Gathered<T> {
  const problems: Problem[] = []
  const value = runUntilEnough(() =>
    read(problem => {
      if (problems.length === PROBLEMS_MAX) {
        problems.push(tooMany(problem))
        throw new Enough()
      }
      problems.push(problem)
    }),
  )
  return { value, problems: problems.sort((a, b) => a.line - b.line || a.column - b.column) }
}

function runUntilEnough<T>(run: () => T): T | null {
  try {
    return run()
  } catch (thrown) {
    if (thrown instanceof Enough) return null
    throw thrown
  }
}

function tooMany(beyond: Problem): Problem {
  const message = `there are more than ${PROBLEMS_MAX} problems: the rest of the file was not looked at`
  return problemAt(beyond, TOO_MANY_PROBLEMS, message, 'mend the first ones and check again')
}
