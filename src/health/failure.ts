/** What the end of a request says of the upstream that it was sent to. */
import { ErrorCode } from '../wire/error-code.ts'

/** It did not do its work. Others say that it is busy or going, or that nobody wanted the answer. */
const FAILURES: ReadonlySet<number> = new Set([
  ErrorCode.application,
  ErrorCode.timeout,
  ErrorCode.unavailable,
  ErrorCode.connectionLost,
])

export function isFailure(code: number): boolean {
  return FAILURES.has(code)
}
