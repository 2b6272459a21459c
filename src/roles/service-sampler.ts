/** From a service time as data to one that can be drawn from; what can be computed once is. */
import { drawExponential, drawNormal } from '../base/draws.ts'
import type { Rng } from '../base/rng.ts'
import { DURATION_MS_MAX } from '../base/units.ts'
import { logarithmsOf, type ServiceTime } from '../topology/service-time.ts'

/** The time that one request takes, in milliseconds: 0 to 24 h. */
export type ServiceSampler = (rng: Rng) => number

/** A fixed time draws nothing; an empirical one draws once, an exponential one once, a lognormal one 2.5 times. */
export function makeServiceSampler(serviceTime: ServiceTime): ServiceSampler {
  switch (serviceTime.kind) {
    case 'fixed': {
      const { valueMs } = serviceTime
      return () => valueMs
    }
    case 'exponential': {
      const { meanMs } = serviceTime
      return rng => Math.min(meanMs * drawExponential(rng), DURATION_MS_MAX)
    }
    case 'lognormal': {
      const { mean, deviation } = logarithmsOf(serviceTime)
      return rng => Math.min(Math.exp(mean + deviation * drawNormal(rng)), DURATION_MS_MAX)
    }
    case 'empirical': {
      const { valuesMs } = serviceTime
      return rng => valuesMs[rng.int(valuesMs.length)]!
    }
  }
}
