/** Problems that only the operating system knows of: the same form as the validator's, without a place in the text. */
import { codeOf, messageOf } from '../base/errors.ts'
import type { Problem } from '../topology/types.ts'

/** A problem of the machine rather than of the topology file. */
export function systemProblem(code: string, message: string, hint: string): Problem {
  return { code, message, hint, path: '', line: 0, column: 0, length: 1 }
}

/** One sentence for a place that has no room for a hint of its own, such as a banner. */
export function sentenceOf(problem: Problem): string {
  return `${problem.message}; ${problem.hint}`
}

/** `permission denied (EACCES)`: Node.js puts the errno first and the call last, people need the words between. */
export function reasonOf(thrown: unknown): string {
  const code = codeOf(thrown)
  const words = /^[A-Z0-9]+: ([^,]+)/.exec(messageOf(thrown))?.[1]
  if (words !== undefined) return `${words} (${code})`
  return code === '' ? messageOf(thrown) : code
}
