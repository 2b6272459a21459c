import { describe, expect, it } from 'vitest'
import { crashLines, crashLinesWanted, saidLines } from '../../src/view/crash-lines.ts'
import { textWidth } from '../../src/view/text-width.ts'
import { nodeStats } from './samples.ts'

const STACK = [
  '    at load (/srv/a.js:3:9)',
  '',
  'Error: no such table',
  '    at x (/srv/a.js:9:1)',
  '    at y',
  '    at z',
  '',
  'Node.js v20.19.0',
]
const loop = (id: string, parts = {}) =>
  nodeStats(id, { state: 'crash-loop', pid: null, lastExit: 'code 1', lastLines: STACK, ...parts })

describe('crash lines', () => {
  it('say which node dies again and again, how, and what it said', () => {
    const lines = crashLines([nodeStats('well', { lastExit: 'code 0' }), loop('server-3')], 80, 6)
    expect(lines).toEqual([
      '▲ server-3 crash-loop after code 1',
      '  Error: no such table',
      '      at x (/srv/a.js:9:1)',
      '      at y',
    ])
    expect(crashLinesWanted([loop('server-3')])).toBe(4)
    expect([crashLines([nodeStats('a')], 80, 6), crashLinesWanted([nodeStats('a')])]).toEqual([[], 0])
  })

  it('give up what it said first, and nodes only to a count of them', () => {
    const nodes = [loop('a'), loop('b', { lastExit: 'signal SIGSEGV', lastLines: [] }), loop('c')]
    expect(crashLines(nodes, 80, 4)).toEqual([
      '▲ a crash-loop after code 1',
      '  Error: no such table',
      '▲ b crash-loop after signal SIGSEGV',
      '▲ c crash-loop after code 1',
    ])
    expect(crashLines(nodes, 80, 2)).toEqual(['▲ a crash-loop after code 1', '▲ 2 more nodes in a crash loop'])
    expect(crashLines(nodes, 80, 1)).toEqual(['▲ 3 more nodes in a crash loop'])
    expect(crashLines(nodes, 80, 0)).toEqual([])
  })

  it('fit every size, and obey nothing that a node said', () => {
    const nodes = [loop('a', { lastLines: ['\x1b[2J\u202eError: x', '漢'.repeat(99)] }), loop('b')]
    for (let width = 1; width < 100; width += 7) {
      for (let linesMax = 0; linesMax < 10; linesMax++) {
        const lines = crashLines(nodes, width, linesMax)
        expect(lines.length).toBeLessThanOrEqual(linesMax)
        expect(Math.max(0, ...lines.map(textWidth))).toBeLessThanOrEqual(width)
        expect(lines.join('')).not.toMatch(/[\p{C}]/u)
      }
    }
  })

  it.each([
    ['the error and where it came from', STACK, 2, ['Error: no such table', '    at x (/srv/a.js:9:1)']],
    ['the end where no error is named', ['one', 'two', '', 'three'], 2, ['two', 'three']],
    ['an error of a kind', ['TypeError [ERR_X]: y'], 3, ['TypeError [ERR_X]: y']],
    ['nothing of nothing', ['', ' '], 3, []],
    ['nothing where there is no room', STACK, 0, []],
  ])('quote %s', (_name, lines, linesMax, said) => {
    expect(saidLines(lines, linesMax)).toEqual(said)
  })
})
