import { describe, expect, it } from 'vitest'
import { flat, found, tiered } from './warn-fixtures.ts'

const A = '[{ "id": "a" }, { "id": "b" }]'
const BEHIND_P = '[{ "id": "a", "behind": "p" }]'

describe('warnings of time-outs', () => {
  it('tell of a load balancer that would wait longer than any client', () => {
    const load = ',\n  "load": { "timeout": "2s" }'

    expect(found(flat(A, load, ', "timeout": §"3s"'))).toEqual([
      'TIMEOUT_ABOVE_DEADLINE: loadBalancers[0].timeout, 3s, is above the deadline: load.timeout is 2s',
    ])
    expect(found(flat(A, load, ', "timeout": "2s"'))).toEqual([])
    expect(found(flat(A, load))).toEqual([]) // 5 s by default: nobody wrote that
    // Their last attempt has all that is left.
    expect(found(flat(A, ', "load": { "attempts": 2, "attemptTimeout": "1s" }', ', "timeout": "2s"'))).toEqual([])
  })

  it('know of no deadline where the built-in clients send nothing', () => {
    expect(found(flat(A, ', "load": { "timeout": "2s", "rate": 0 }', ', "timeout": "3s"'))).toEqual([])
    expect(found(flat(A, ', "load": { "timeout": "2s" }', ', "timeout": "3s"'), { rate: 0 })).toEqual([])
  })

  it('tell of a proxy that would wait longer than whoever stands in front of it', () => {
    const proxies = '[{ "id": "p", "timeout": §"1500ms" }]'

    expect(found(tiered(proxies, BEHIND_P, '', ', "timeout": "1200ms"'))).toEqual([
      'TIMEOUT_ABOVE_DEADLINE: proxies[0].timeout, 1500ms, is above the deadline: the timeout of "lb" is 1200ms',
    ])
    expect(found(tiered(proxies, BEHIND_P, '', ', "attempts": 1, "timeout": "800ms"'))).toEqual([
      'TIMEOUT_ABOVE_DEADLINE: proxies[0].timeout, 1500ms, is above the deadline: the timeout of "lb" is 800ms',
    ])
    // Above the time of an attempt, but the last attempt has all that is left.
    expect(found(tiered(proxies.replace('§', ''), BEHIND_P))).toEqual([])
  })

  it('have nothing against one that a more patient parent makes use of, or one of several steps up', () => {
    const proxies = `[{ "id": "hasty", "timeout": "200ms" }, { "id": "calm", "timeout": "900ms" },
      { "id": "p", "behind": ["hasty", "calm"], "timeout": "600ms" }, { "id": "q", "behind": "hasty", "timeout": §"300ms" }]`
    const servers = '[{ "id": "a", "behind": ["p", "q", "calm"] }]'

    expect(found(tiered(proxies, servers))).toEqual([
      'TIMEOUT_ABOVE_DEADLINE: proxies[3].timeout, 300ms, is above the deadline: the timeout of "hasty" is 200ms',
    ])
  })

  it('tell of the defaults once, and only where nobody has any use of them', () => {
    const defaults = (mark: string) => `,\n  "defaults": { "proxy": { "timeout": ${mark}"3s" } }`
    const proxies = '[{ "id": "p" }, { "id": "q" }]'
    const servers = '[{ "id": "a", "behind": ["p", "q"] }]'

    const hasty = ', "timeout": "2s"'
    expect(found(tiered(proxies, servers, defaults('§'), hasty))).toHaveLength(1)
    const second = `, { "id": "calm-lb", "attempts": 1 }`
    const text = tiered(proxies.replace('"q"', '"q", "behind": "lb"'), servers, defaults(''), hasty)
    expect(found(text.replace('}],', `}${second}],`))).toEqual([])
  })

  it('tell of a server for whose answer nobody waits', () => {
    const slow = (serviceTime: string) =>
      `[{ "id": "a", "serviceTime": §${serviceTime}, "concurrency": 1000 }, { "id": "b" }]`

    expect(found(flat(slow('"1100ms"')))).toEqual([
      'SERVICE_ABOVE_TIMEOUT: "a" takes 1100ms for each request, and is given up before: the attemptTimeout of "lb" is 1s',
    ])
    expect(found(flat(slow('{ "exponential": "6s" }'), '', ', "attempts": 1'))).toEqual([
      'SERVICE_ABOVE_TIMEOUT: "a" takes 6s on average, and is given up before: load.timeout is 5s',
    ])
    expect(found(flat(slow('"1s"').replace('§', '')))).toEqual([])
    expect(
      found(flat(slow('"6s"').replace('§', ''), ', "load": { "rate": 0 }', ', "attempts": 1, "timeout": "10s"')),
    ).toEqual([])
  })

  it('tell of replicas once, and of the defaults once', () => {
    expect(found(flat('[{ "id": "a", "replicas": 2, "serviceTime": §"2s", "concurrency": 100 }]'))).toHaveLength(1)
    expect(found(flat(A, ',\n  "defaults": { "server": { "serviceTime": §"2s", "concurrency": 100 } }'))).toEqual([
      expect.stringContaining('SERVICE_ABOVE_TIMEOUT: "a" takes 2s'),
    ])
  })
})
