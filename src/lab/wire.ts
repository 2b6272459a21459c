/** A bare way to somebody who sends back what comes, one payload at a time or several: what floors differ in. */

export interface Wire {
  /** Sends so many payloads. */
  send(count: number): void
  /** Closes it at once; nothing is told after that. */
  close(): void
}

export interface WireListener {
  /** So many payloads are back, in the order of their sending. */
  onAnswers(count: number): void
  /** It broke; nothing comes back any more. */
  onLost(why: string): void
}

export interface WirePlan {
  readonly payloadBytes: number
  /** The most that is in flight at a time. */
  readonly outstanding: number
}

/** Resolves when it can be sent to; rejects with why not. */
export type OpenWire = (plan: WirePlan, listener: WireListener) => Promise<Wire>

/** Printable, and one byte a character, so that texts and bytes are as long as each other. */
export const PAYLOAD_CHARACTER = 'a'
