import { describe, expect, it } from 'vitest'
import { found, tiered } from './warn-fixtures.ts'

const SERVERS = '[{ "id": "a", "behind": "p" }, { "id": "b", "behind": "p" }]'

describe('warnings of retries', () => {
  it('tell of a proxy that retries what its load balancer retries, with the product', () => {
    expect(found(tiered('[{ "id": "p", "attempts": §3 }]', SERVERS))).toEqual([
      'NESTED_RETRIES: "p" retries what "lb" retries too: 3 x 3 = up to 9 attempts of one request',
    ])
  })

  it('are none where one layer retries, be it the proxies', () => {
    expect(found(tiered('[{ "id": "p", "attempts": 1 }]', SERVERS))).toEqual([])
    expect(found(tiered('[{ "id": "p", "attempts": 3 }]', SERVERS, '', ', "attempts": 1'))).toEqual([])
  })

  it('do not count the built-in clients, which retry only what nobody answered', () => {
    expect(found(tiered('[{ "id": "p" }]', SERVERS, ', "load": { "attempts": 3 }'))).toEqual([])
  })

  it('multiply over all layers, whoever stands between them, along the worst way', () => {
    const proxies = `[{ "id": "outer", "attempts": §2 }, { "id": "between", "behind": "outer" },
      { "id": "p", "behind": ["lb", "between"], "attempts": §4 }]`

    expect(found(tiered(proxies, SERVERS))).toEqual([
      'NESTED_RETRIES: "outer" retries what "lb" retries too: 3 x 2 = up to 6 attempts of one request',
      'NESTED_RETRIES: "p" retries what "outer" retries too: 3 x 2 x 4 = up to 24 attempts of one request',
    ])
  })

  it('tell of replicas once, and of the defaults once, where the number is written', () => {
    const servers = SERVERS.replaceAll('"p"', '["p-1", "p-2"]')
    const more = ',\n  "defaults": { "proxy": { "attempts": §2 } }'

    expect(found(tiered('[{ "id": "p", "replicas": 2, "attempts": §2 }]', servers))).toHaveLength(1)
    expect(found(tiered('[{ "id": "p", "replicas": 2 }]', servers, more))).toEqual([
      'NESTED_RETRIES: "p-1" retries what "lb" retries too: 3 x 2 = up to 6 attempts of one request',
    ])
  })

  it('count the layers of a deep chain instead of listing them', () => {
    const proxy = (at: number) => `{ "id": "p${at}", "behind": "${at === 0 ? 'lb' : `p${at - 1}`}", "attempts": §2 }`
    const proxies = Array.from({ length: 12 }, (_, at) => proxy(at))
    const text = tiered(`[${proxies.join(', ')}]`, '[{ "id": "a", "behind": "p11" }]')

    expect(found(text).at(-1)).toBe(
      'NESTED_RETRIES: "p11" retries what "p10" retries too: 13 layers = up to 12288 attempts of one request',
    )
  })
})
