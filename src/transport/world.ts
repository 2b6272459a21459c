/** Everything that a node may ask of its surroundings. In a process it is the host, in a simulation it is made up. */
import type { Clock } from '../base/clock.ts'
import type { Rng } from '../base/rng.ts'
import type { Transport } from './transport.ts'

export interface World {
  readonly clock: Clock
  readonly rng: Rng
  readonly transport: Transport
}
