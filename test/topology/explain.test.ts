import { describe, expect, it } from 'vitest'
import { formatProblemCount, formatProblems } from '../../src/topology/explain.ts'
import { parse } from '../../src/topology/parse.ts'
import type { Problem } from '../../src/topology/types.ts'

function explained(text: string): string {
  const result = parse(text)
  return result.ok ? '' : formatProblems('topology.json', text, result.problems)
}

const problem = (line: number, column: number, length: number, more: Partial<Problem> = {}): Problem => ({
  code: 'CODE',
  message: 'what is wrong',
  path: '',
  line,
  column,
  length,
  ...more,
})

describe('formatProblems', () => {
  it('shows the line, a mark under the fault, and the hint', () => {
    const text = `{
  "loadBalancers": [{ "id": "lb" }],
  "proxies": [{ "id": "proxy-1" }, { "id": "proxy-2" }],
  "servers": [
    { "id": "server-1", "behind": "proxy-1" },
    { "id": "server-2", "behind": "proxy-2" },
    { "id": "server-6", "behind": "proxy-3" }
  ]
}`

    expect(`\n${explained(text)}\n`).toBe(`
topology.json:7:35 - error UNKNOWN_NODE: servers[2].behind names "proxy-3", which does not exist
    7 |     { "id": "server-6", "behind": "proxy-3" }
      |                                   ~~~~~~~~~  did you mean "proxy-2"?
`)
  })

  it('shows no line where the problem is the whole file', () => {
    const problems = [problem(0, 0, 1, { code: 'EMPTY_FILE', message: 'the file is empty', hint: 'write something' })]

    expect(formatProblems('topology.json', '', problems)).toBe(
      'topology.json - error EMPTY_FILE: the file is empty\n        write something',
    )
  })

  it('marks the end of a text that ends too soon', () => {
    expect(explained('{ "servers": [\n').split('\n').slice(1)).toEqual([
      '    1 | { "servers": [',
      '      |               ~',
    ])
  })

  it('keeps the mark under the fault behind tabs and escapes', () => {
    const lines = formatProblems('f', '\t"\x1b[2J": xx\r\n', [problem(1, 10, 2)]).split('\n')

    expect(lines[1]).toBe('    1 |  "\\u001b[2J": xx')
    expect(lines[2]).toBe('      |               ~~')
  })

  it('cuts a long line to what stands around the fault', () => {
    const text = `${'a'.repeat(500)}FAULT${'b'.repeat(500)}`

    const [, source, mark] = formatProblems('f', text, [problem(1, 501, 5)]).split('\n')

    expect(source).toBe(`    1 | …${'a'.repeat(20)}FAULT${'b'.repeat(75)}…`)
    expect(mark).toBe(`      | ${' '.repeat(21)}~~~~~`)
  })

  it('lets no escape of a file or of its name reach the terminal', () => {
    const text = '{ "\x1b[31m\u202E": "\x1b]0;x\x07" }'

    expect(formatProblems('\x1b[2J.json', text, [problem(1, 3, 8)])).not.toMatch(/[\x1b\x07\u202E]/)
    expect(explained(text)).not.toMatch(/[\x1b\x07\u202E]/)
  })

  it('shows twenty and counts the rest', () => {
    const problems = Array.from({ length: 23 }, () => problem(1, 1, 1))

    expect(formatProblems('f', 'x', problems).split('\n').at(-1)).toBe('… and 3 more')
  })

  it('counts no byte order mark', () => {
    expect(formatProblems('f', '\uFEFFx', [problem(1, 1, 1)])).toContain('    1 | x\n      | ~')
  })
})

describe('formatProblemCount', () => {
  it('says how many and what follows from it', () => {
    expect(formatProblemCount('topology.json', 1)).toBe('Found 1 problem in topology.json. Nothing was started.')
    expect(formatProblemCount('t.json', 2, 'Still running.')).toBe('Found 2 problems in t.json. Still running.')
  })
})
