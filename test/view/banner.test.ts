import { describe, expect, it } from 'vitest'
import { bannerLines } from '../../src/view/banner.ts'
import { textWidth } from '../../src/view/text-width.ts'

const FIRST = 'topology.json:8:35 servers[2].behind names "proxy-9", which does not exist; did you mean "proxy-2"?'
const THREE = [
  FIRST,
  'topology.json:9:7 servers[3] has no key "wieght"; did you mean "weight"?',
  'topology.json:12:3 b',
].join('\n')

describe('banner', () => {
  it('is no line without one', () => {
    expect(bannerLines(null, 80, 3)).toEqual([])
  })

  it('tells the first error whole, then each further one with its place', () => {
    expect(bannerLines(THREE, 120, 5)).toEqual([
      `✖ ${FIRST}`,
      '  topology.json:9:7 servers[3] has no key "wieght"; did you mean "weight"?',
      '  topology.json:12:3 b',
    ])
    expect(bannerLines(THREE, 60, 5)).toEqual([
      '✖ topology.json:8:35 servers[2].behind names "proxy-9",',
      '  which does not exist; did you mean "proxy-2"?',
      '  topology.json:9:7 servers[3] has no key "wieght"; did you…',
      '  topology.json:12:3 b',
    ])
  })

  it('counts those that have no room, and says where they stand', () => {
    expect(bannerLines(THREE, 60, 3)).toEqual([
      '✖ topology.json:8:35 servers[2].behind names "proxy-9",',
      '  which does not exist; did you mean "proxy-2"?',
      '  and 2 more: npm run check -- topology.json',
    ])
    expect(bannerLines(THREE, 40, 2)).toEqual([
      '✖ topology.json:8:35 servers[2].behind …',
      '  and 2 more: npm run check -- topology…',
    ])
    expect(bannerLines(THREE, 40, 1)).toEqual(['✖ topology.json:8:35 servers[2].behind …'])
  })

  it('adds what the launcher has left out', () => {
    const banner = `${THREE}\nand 17 more: npm run check -- topology.json`
    expect(bannerLines(banner, 200, 5).slice(3)).toEqual(['  and 17 more: npm run check -- topology.json'])
    expect(bannerLines(banner, 200, 3).slice(2)).toEqual(['  and 18 more: npm run check -- topology.json'])
    expect(bannerLines(banner, 200, 2).slice(1)).toEqual(['  and 19 more: npm run check -- topology.json'])
  })

  it('tells a reason that is no error of the file, and how many lines of it are missing', () => {
    expect(bannerLines('server-7 did not become ready: code 1', 80, 3)).toEqual([
      '✖ server-7 did not become ready: code 1',
    ])
    expect(bannerLines('a\nb\nc\nd', 80, 3)).toEqual(['✖ a', '  b', '  and 2 more'])
  })

  it('counts each error once, in its lines or as one more, at every size', () => {
    const errors = Array.from({ length: 8 }, (_, i) => `t.json:${i + 1}:1 error ${i} ${'long '.repeat(i * 5)}`)
    for (let count = 1; count <= 8; count++) {
      for (let columns = 40; columns <= 200; columns += 10) {
        for (let linesMax = 1; linesMax <= 8; linesMax++) {
          const lines = bannerLines(errors.slice(0, count).join('\n'), columns, linesMax)
          const told = lines.filter(line => /^..t\.json:\d:1 error \d/.test(line)).length
          const more = Number(/^ {2}and (\d+) more/.exec(lines.at(-1)!)?.[1] ?? 0)
          expect(lines.length).toBeLessThanOrEqual(linesMax)
          expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(columns)
          expect(lines[0]).toMatch(/^✖ t\.json:1:1 error 0/)
          if (linesMax > 1) expect(told + more, `${count} at ${columns}, ${linesMax}`).toBe(count)
        }
      }
    }
  })

  it('shows nothing that a terminal would obey', () => {
    expect(bannerLines('a\x1b[2J\u202eb', 80, 3)).toEqual(['✖ a\\x1b[2J\\u{202e}b'])
  })
})
