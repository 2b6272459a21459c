import { describe, expect, it } from 'vitest'
import { makeCircuit, stepFailed } from '../../src/health/circuit.ts'
import { silenceOnly } from '../../src/health/silence-only.ts'
import { rampAt } from '../../src/health/slow-start.ts'
import { HEALTH } from '../support/topology.ts'

describe('health that looks at silence only', () => {
  it('ejects nobody for failures, and lets nobody wait after a return', () => {
    const limits = silenceOnly(HEALTH)
    const circuit = makeCircuit()
    const reasons = Array.from({ length: 1_000 }, (_, i) => stepFailed(circuit, limits, i, i))

    expect(new Set(reasons)).toEqual(new Set([null]))
    expect(rampAt(0, 0, limits.slowStartMs)).toBe(1)
  })

  it('leaves the rule of silence as it is', () => {
    const { intervalMs, timeoutMs, fall, rise } = HEALTH

    expect(silenceOnly(HEALTH)).toMatchObject({ intervalMs, timeoutMs, fall, rise })
  })
})
