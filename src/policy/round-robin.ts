/**
 * Each in turn: the fairest count there is, blind to weights and to how busy anyone is.
 * Where it begins is drawn, so that several balancers do not march in step. Source: any book on scheduling.
 */
import type { MakePolicy } from './policy.ts'
import { makeSmoothTurns } from './smooth-turns.ts'

export const makeRoundRobin: MakePolicy = rng => makeSmoothTurns(rng, () => 1)
