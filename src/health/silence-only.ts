/**
 * What clients hold their connections to: whether the other side lives, and nothing more. How their requests end is
 * what they are there to see; several connections lead to one load balancer, and none of them is an outlier.
 */
import type { HealthSpec } from '../topology/types.ts'

export function silenceOnly(health: HealthSpec): HealthSpec {
  return { ...health, consecutiveFailures: 0, successRateMin: 0, panicThreshold: 0, slowStartMs: 0 }
}
