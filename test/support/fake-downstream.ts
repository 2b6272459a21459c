import type { DownstreamLink } from '../../src/link/downstream-link.ts'
import { StreamPlaces } from '../../src/wire/stream-places.ts'

/** As much of a downstream as the columns of requests need: its streams. */
export function fakeDownstream(): DownstreamLink {
  return { streams: new StreamPlaces() } as DownstreamLink
}
