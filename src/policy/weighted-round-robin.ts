/**
 * Turns by weight, without runs: 5, 1, 1 gives a a b a c a a. Exact shares from the first cycle on, for upstreams whose
 * strength you know; blind to how busy anyone is. It begins at a drawn point of the cycle.
 * Source: nginx, ngx_http_upstream_round_robin.c.
 */
import type { MakePolicy } from './policy.ts'
import { makeSmoothTurns } from './smooth-turns.ts'

export const makeWeightedRoundRobin: MakePolicy = rng => makeSmoothTurns(rng, upstream => upstream.weight)
