/** What a node counts of its connections to whomever: plain numbers, shared by all its links. */
export interface LinkCounts {
  /** Closed because the peer's bytes were no part of the protocol, or ended inside a frame. */
  protocolErrors: number
  /** Closed because a peer took no bytes, or gave no HELLO-ACK, for too long. */
  stalled: number
  /** Closed as they came, since there were too many. */
  dropped: number
}

export const makeLinkCounts = (): LinkCounts => ({ protocolErrors: 0, stalled: 0, dropped: 0 })
