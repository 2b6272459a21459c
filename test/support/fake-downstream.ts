import type { DownstreamLink } from '../../src/link/downstream-link.ts'
import { StreamPlaces } from '../../src/wire/stream-places.ts'

/** As much of a downstream as the columns of requests need: its streams. */
export function fakeDownstream(): DownstreamLink {
  const streams = new StreamPlaces()
  return {
    streams,
    beginStream: (streamId, slot, bytes) => streams.occupy(streamId, slot, bytes),
    endStream: streamId => streams.vacate(streamId),
  } as Pick<DownstreamLink, 'streams' | 'beginStream' | 'endStream'> as DownstreamLink
}
