import { describe, expect, it } from 'vitest'
import { checkOrders } from '../../src/topology/check-orders.ts'
import { readJson } from '../../src/topology/json-reader.ts'
import type { Problem } from '../../src/topology/types.ts'
import { placesIn } from './corpus.ts'

/** What is said of a marked text, each where a mark stands. */
function said(marked: string): string[] {
  const { text, places } = placesIn(marked)
  const problems: Problem[] = []
  checkOrders(readJson(text, () => {})!, problem => problems.push(problem))
  expect(problems.map(({ line, column }) => `${line}:${column}`)).toEqual(places)
  return problems.map(({ message, hint }) => `${message}; ${hint}`)
}

const proxy = (keys: string, common = '') => `{ "defaults": { "proxy": { ${common} } }, "proxies": [{ ${keys} }] }`

describe('checkOrders', () => {
  it('compares what a node says with what it says itself, what the defaults say, and the table', () => {
    const hint = 'write "attemptTimeout" of at most "2s", or "timeout" of at least "3s"'

    expect(said(proxy('"attemptTimeout": §"3s", "timeout": "2s"'))).toEqual([
      `proxies[0].attemptTimeout, 3s, is longer than proxies[0].timeout, 2s; ${hint}`,
    ])
    expect(said(proxy('"attemptTimeout": §"3s"', '"timeout": "2s"'))).toEqual([
      `proxies[0].attemptTimeout, 3s, is longer than defaults.proxy.timeout, 2s; ${hint}`,
    ])
    expect(said(proxy('"attemptTimeout": §"6s"'))).toEqual([
      expect.stringMatching(/^proxies\[0\]\.attemptTimeout, 6s, is longer than proxies\[0\]\.timeout, 5s by default;/),
    ])
  })

  it('reports at the node what only one of its own makes wrong', () => {
    expect(said(proxy('"timeout": §"2s"', '"attemptTimeout": "3s"'))).toEqual([
      expect.stringMatching(/^defaults\.proxy\.attemptTimeout, 3s, is longer than proxies\[0\]\.timeout, 2s;/),
    ])
  })

  it('reports once what the defaults alone make wrong, and not where every node says otherwise', () => {
    const common = '"defaults": { "server": { "queueTarget": "2s", "queueInterval": "1s" } }'

    expect(said(`{ ${common.replace('"2s"', '§"2s"')}, "servers": [{}, {}] }`)).toHaveLength(1)
    expect(said(`{ ${common}, "servers": [{ "queueTarget": "5ms" }] }`)).toEqual([])
  })

  it('lets a default give way that nobody wrote', () => {
    expect(said(proxy('"timeout": "500ms", "queueInterval": "1ms"'))).toEqual([])
    expect(said(proxy('', '"timeout": "500ms"'))).toEqual([])
    expect(said('{ "load": { "timeout": "500ms" } }')).toEqual([])
  })

  it('compares nothing with what could not be read, or was meant', () => {
    for (const timeout of ['2', 'null', '"soon"', '"0ms"', '"25h"']) {
      expect(said(proxy(`"attemptTimeout": "3s", "timeout": ${timeout}`))).toEqual([])
      expect(said(proxy(`"attemptTimeout": ${timeout}`))).toEqual([])
    }
    expect(said(proxy('"attemptTimeout": "6s", "timeuot": "9s"'))).toEqual([])
    expect(
      said('{ "health": { "ejectionTime": 60, "ejectionTimeMax": "1s" }, "proxies": [7], "servers": {} }'),
    ).toEqual([])
  })

  it('takes another key that begins alike for what it is', () => {
    expect(said(proxy('"queue": 5, "queueTarget": §"200ms"'))).toHaveLength(1)
  })
})
