import { describe, expect, it } from 'vitest'
import { Balancer, type Candidate } from '../../src/balance/balancer.ts'
import { makeRng } from '../../src/base/rng.ts'
import type { Policy, UpstreamView } from '../../src/policy/policy.ts'
import { makePolicy } from '../../src/policy/registry.ts'

interface Fake extends Candidate {
  weight: number
  usable: boolean
  probeDue: boolean
  /** 1: it does not ramp. */
  ramp: number
}

const CONTEXT = { nowMs: 0, keyHash: 0, attempt: 1 }

function fake(id: string, usable = true, weight = 1): Fake {
  const upstream: Fake = {
    id,
    weight,
    inFlight: 0,
    ageMs: () => 0,
    usable,
    probeDue: false,
    ramp: 1,
    isUsable: () => upstream.usable,
    isProbeDue: () => upstream.probeDue,
    isRamping: () => upstream.ramp < 1,
    rampAt: () => upstream.ramp,
  }
  return upstream
}

/** Takes the last, and remembers what it was shown. */
function watchful(): Policy & { shown: string[] } {
  const shown: string[] = []
  return {
    shown,
    pick: (eligible: readonly UpstreamView[]) => {
      shown.push(eligible.map(({ id }) => id).join(' '))
      return eligible.length - 1
    },
  }
}

function setUp(...members: Fake[]) {
  const policy = watchful()
  const balancer = new Balancer<Fake>(policy, makeRng(1))
  balancer.setMembers(members)
  return { policy, balancer, pick: (tried: Fake | null = null) => balancer.pick(CONTEXT, tried)?.id ?? null }
}

describe('the balancer', () => {
  it('picks nobody of none, without asking the policy', () => {
    const { pick, policy } = setUp()

    expect(pick()).toBeNull()
    expect(policy.shown).toEqual([])
  })

  it('picks the one of one, without asking the policy', () => {
    const { pick, policy } = setUp(fake('a', false), fake('b'), fake('c', true, 0))

    expect(pick()).toBe('b')
    expect(policy.shown).toEqual([])
  })

  it('lets the policy choose among those that may be used, in their order', () => {
    const { pick, policy } = setUp(fake('a'), fake('b', false), fake('c'), fake('d'))

    expect(pick()).toBe('d')
    expect(policy.shown).toEqual(['a c d'])
  })

  it('never picks weight 0, not even as the last one left', () => {
    const { pick, policy } = setUp(fake('a', true, 0), fake('b', true, 0))

    expect(pick()).toBeNull()
    expect(policy.shown).toEqual([])
  })

  it('sees a change at the refresh', () => {
    const [a, b] = [fake('a'), fake('b')]
    const { balancer, pick } = setUp(a, b)
    b.usable = false
    balancer.refresh()
    const without = pick()
    b.usable = true
    a.weight = 0
    balancer.refresh()

    expect(without).toBe('a')
    expect(pick()).toBe('b')
  })

  it('changes its members and its policy while it runs', () => {
    const { balancer, pick, policy } = setUp(fake('a'), fake('b'))
    pick()
    balancer.setMembers([fake('c'), fake('d')])
    pick()
    balancer.setPolicy({ pick: () => 0 })

    expect(pick()).toBe('c')
    expect(policy.shown).toEqual(['a b', 'c d'])
  })

  it('gives a retry to another upstream, by the policy where there are several', () => {
    const [a, b, c] = [fake('a'), fake('b'), fake('c')]
    const { pick, policy } = setUp(a, b, c)

    expect([pick(c), pick(a)]).toEqual(['b', 'c'])
    expect(policy.shown).toEqual(['a b', 'b c'])
  })

  it('gives a retry to the only other one, and back to the same where there is no other', () => {
    const [a, b] = [fake('a'), fake('b')]
    const { balancer, pick, policy } = setUp(a, b)
    const other = pick(b)
    a.usable = false
    balancer.refresh()

    expect([other, pick(b), pick(a)]).toEqual(['a', 'b', 'b'])
    expect(policy.shown).toEqual([])
  })

  it('takes another connection to the tried upstream for the same upstream', () => {
    const [a1, a2, b] = [fake('a'), fake('a'), fake('b')]
    const { balancer, pick } = setUp(a1, a2, b)
    const whileThere = [pick(a1), balancer.hasOther(a1)]
    b.usable = false
    balancer.refresh()

    expect(whileThere).toEqual(['b', true])
    expect([pick(a1), balancer.hasOther(a1)]).toEqual(['a', false])
  })

  it('knows whether somebody else could take it', () => {
    const [a, b] = [fake('a'), fake('b', false)]
    const { balancer } = setUp(a, b)

    expect([balancer.hasOther(null), balancer.hasOther(a), balancer.hasOther(b)]).toEqual([true, false, true])
    a.usable = false
    balancer.refresh()
    expect(balancer.hasOther(null)).toBe(false)
  })

  it('gives a second retry to whoever has not had it, else to the one before the last', () => {
    const [a, b, c] = [fake('a'), fake('b'), fake('c')]
    const { balancer } = setUp(a, b, c)
    const untried = [balancer.pick(CONTEXT, b, a)?.id, balancer.hasOther(b, a)]
    c.usable = false
    balancer.refresh()

    expect(untried).toEqual(['c', true])
    expect([balancer.pick(CONTEXT, b, a)?.id, balancer.hasOther(b, a), balancer.hasOther(b)]).toEqual([
      'a',
      false,
      true,
    ])
  })

  it('knows that one which only waits for a probe could take a request, but not a retry', () => {
    const [a] = [fake('a', false)]
    a.probeDue = true
    const { balancer } = setUp(a)

    expect([balancer.hasOther(null), balancer.pick(CONTEXT, null)?.id]).toEqual([true, 'a'])
    expect([balancer.hasOther(a), balancer.pick(CONTEXT, a)]).toEqual([false, null])
  })

  it('hands the context on', () => {
    const seen: unknown[] = []
    const balancer = new Balancer<Fake>(
      {
        pick: (_eligible, context) => {
          seen.push(context)
          return 0
        },
      },
      makeRng(1),
    )
    balancer.setMembers([fake('a'), fake('b')])
    const context = { nowMs: 5, keyHash: 77, attempt: 2 }
    balancer.pick(context, null)

    expect(seen).toEqual([context])
  })
})

describe('the balancer, of upstreams that were taken out', () => {
  it('gives the next request to one that waits for a probe, though it is not eligible, and only one', () => {
    const [a, b] = [fake('a'), fake('b', false)]
    b.probeDue = true
    const { pick } = setUp(a, b)
    const probe = pick()
    b.probeDue = false

    expect([probe, pick(), pick()]).toEqual(['b', 'a', 'a'])
  })

  it('tries nobody with a retry, nor twice with what nobody sent', () => {
    const [a, b, c] = [fake('a'), fake('b'), fake('c', false)]
    c.probeDue = true
    const { pick } = setUp(a, b, c)

    expect([pick(a), pick(), pick()]).toEqual(['b', 'c', 'c'])
  })

  it.each([
    ['a tenth of its share at 0.1', [0.1, 1, 1], [1 / 30, 29 / 60, 29 / 60]],
    ['half of it at 0.5', [1, 0.5], [0.75, 0.25]],
    ['all of it where all return together', [0.1, 0.1, 0.1], [1 / 3, 1 / 3, 1 / 3]],
    ['all of it where it is alone', [0.1], [1]],
    ['less than one that is further', [0.2, 0.4], [0.25, 0.75]],
  ])('gives one that returns %s', (_what, ramps, shares) => {
    const members = ramps.map((ramp, i) => Object.assign(fake(`server-${i + 1}`), { ramp }))
    const balancer = new Balancer<Fake>(makePolicy({ name: 'round-robin' }, makeRng(2)), makeRng(1))
    balancer.setMembers(members)
    const counts = new Map(members.map(({ id }) => [id, 0]))
    const picks = 60_000
    for (let i = 0; i < picks; i++) {
      const { id } = balancer.pick(CONTEXT, null)!
      counts.set(id, counts.get(id)! + 1)
    }

    expect([...counts.values()].map(count => Math.abs(count / picks - shares.shift()!) < 0.01)).toEqual(
      members.map(() => true),
    )
  })
})
