import type { DownstreamLink } from '../../src/link/downstream-link.ts'
import { StreamPlaces } from '../../src/wire/stream-places.ts'

/** As much of a downstream as the columns of requests need: its streams, and the bytes held for it. */
export function fakeDownstream(): DownstreamLink & { held: number } {
  const fake = {
    streams: new StreamPlaces(),
    held: 0,
    hold: (bytes: number) => {
      fake.held += bytes
    },
    release: (bytes: number) => {
      fake.held -= bytes
    },
  }
  return fake as unknown as DownstreamLink & { held: number }
}
