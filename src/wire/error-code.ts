/** Why a request ended without a response, or a connection was closed. The numbers are the wire's; never reuse one. */
export const ErrorCode = {
  /** The server's own answer: it ran the request and the request failed. */
  application: 1,
  /** The deadline passed, or a hop's own limit. */
  timeout: 2,
  /** No upstream could take the request. */
  unavailable: 3,
  /** The connection that the request was sent on was lost before its answer. */
  connectionLost: 4,
  /** A limit of requests in flight or of a queue was reached. */
  overload: 5,
  /** The node is finishing what it has and takes nothing new. */
  draining: 6,
  /** The sender cancelled it, or its own sender went away. */
  cancelled: 7,
  /** The deadline had passed when the request arrived. */
  expired: 8,
  /** It went through more hops than any topology has. */
  loop: 9,
  /** It waited too long in a queue that does not empty. */
  shed: 10,
  /** What came was no frame of this protocol, or not allowed at this point; the connection is closed. */
  protocol: 16,
  /** A frame is longer than the limit; the connection is closed. */
  frameTooLarge: 17,
  /** The peer speaks another version; the connection is closed. */
  version: 18,
  /** The peer sends more CANCELs or PINGs than any use needs; the connection is closed. */
  flood: 19,
} as const
export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode]

const NAMES = new Map<number, string>(Object.entries(ErrorCode).map(([name, code]) => [code, name]))

/** For counters, logs and people; a code of a later version keeps its number. */
export function errorName(code: number): string {
  return NAMES.get(code) ?? `code-${code}`
}

/** Codes index small arrays of counters, so that counting a failure allocates nothing. */
export const ERROR_CODES_MAX = 32
