import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { formatProblems, formatProblemTotal } from '../../src/topology/explain.ts'
import { parse } from '../../src/topology/parse.ts'
import type { Problem } from '../../src/topology/types.ts'

function explained(text: string): string {
  const result = parse(text)
  return result.ok ? '' : formatProblems('topology.json', text, result.problems)
}

const problem = (line: number, column: number, length: number, more: Partial<Problem> = {}): Problem => ({
  code: 'CODE',
  message: 'what is wrong',
  hint: 'what to do',
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
      |                                   ^^^^^^^^^ did you mean "proxy-2"?
`)
  })

  it('shows no line where the problem is the whole file', () => {
    const problems = [
      problem(0, 0, 1, { code: 'FILE_UNREADABLE', message: 'cannot read it', hint: 'make it readable' }),
    ]

    expect(formatProblems('topology.json', '', problems)).toBe(
      'topology.json - error FILE_UNREADABLE: cannot read it\n      = make it readable',
    )
  })

  it('marks the end of a text that ends too soon', () => {
    expect(explained('{ "servers": [\n').split('\n').slice(1)).toEqual([
      '    1 | { "servers": [',
      '      |               ^ is the file cut off? What is open needs ]}',
    ])
  })

  it('keeps the mark under the fault behind tabs and escapes', () => {
    const lines = formatProblems('f', '\t"\x1b[2J": xx\r\n', [problem(1, 10, 2)]).split('\n')

    expect(lines[1]).toBe('    1 |  "\\u001b[2J": xx')
    expect(lines[2]).toBe('      |               ^^ what to do')
  })

  it('cuts a long line to what stands around the fault', () => {
    const text = `${'a'.repeat(500)}FAULT${'b'.repeat(500)}`

    const [, source, mark] = formatProblems('f', text, [problem(1, 501, 5)]).split('\n')

    expect(source).toBe(`    1 | …${'a'.repeat(20)}FAULT${'b'.repeat(75)}…`)
    expect(mark).toBe(`      | ${' '.repeat(21)}^^^^^ what to do`)
  })

  it('cuts at what a narrow terminal has room for, so that no line breaks between text and mark', () => {
    const text = `${'a'.repeat(500)}FAULT${'b'.repeat(500)}`

    for (const columns of [80, 60]) {
      const [, ...lines] = formatProblems('f', text, [problem(1, 501, 5, { hint: 'x'.repeat(50) })], { columns }).split(
        '\n',
      )
      expect([lines[0]!.length, lines[0]!.indexOf('FAULT')]).toEqual([columns, lines[1]!.indexOf('^^^^^')])
      expect(lines[2]).toBe(`      = ${'x'.repeat(50)}`)
    }
  })

  it('lets no escape of a file or of its name reach the terminal', () => {
    const text = '{ "\x1b[31m\u202E": "\x1b]0;x\x07" }'

    expect(formatProblems('\x1b[2J.json', text, [problem(1, 3, 8)])).not.toMatch(/[\x1b\x07\u202E]/)
    expect(explained(text)).not.toMatch(/[\x1b\x07\u202E]/)
  })

  it('shows twenty, counts the rest, and says where they are told', () => {
    const problems = Array.from({ length: 23 }, () => problem(1, 1, 1))

    expect(formatProblems('f', 'x', problems).split('\n').at(-1)).toBe(
      '… and 3 more: npm run check -- f --json lists all',
    )
  })

  it('keeps the mark under the fault behind characters of two cells and of none', () => {
    const [, source, mark] = formatProblems('f', '"大🙂e\u0301": xx', [problem(1, 10, 2)]).split('\n')

    expect(source).toBe('    1 | "大🙂e\u0301": xx')
    expect(mark).toBe(`      | ${' '.repeat('"##@@e": '.length)}^^ what to do`)
  })

  it('puts a hint that would go beyond the line on one of its own', () => {
    const lines = formatProblems('f', 'x'.repeat(80), [problem(1, 80, 1, { hint: 'do this '.repeat(6).trim() })])

    expect(lines.split('\n').slice(2)).toEqual([`      | ${' '.repeat(79)}^`, `      = ${'do this '.repeat(6).trim()}`])
  })

  it('leaves a line free between problems, and colours their parts where told to', () => {
    const ink = (name: string) => (text: string) => `<${name} ${text}>`
    const paint = { place: ink('p'), severity: ink('s'), mark: ink('m'), dim: ink('d') }

    const text = formatProblems('f', 'xy', [problem(1, 1, 1), problem(1, 2, 1)], { severity: 'warning', paint })

    expect(text.split('\n').slice(0, 5)).toEqual([
      '<p f:1:1> - <s warning CODE>: what is wrong',
      '<d     1 |> xy',
      '<d       |> <m ^> what to do',
      '',
      '<p f:1:2> - <s warning CODE>: what is wrong',
    ])
  })

  it('counts no byte order mark', () => {
    expect(formatProblems('f', '\uFEFFx', [problem(1, 1, 1)])).toContain('    1 | x\n      | ^ what to do')
  })
})

describe('formatProblemTotal', () => {
  const one = problem(1, 1, 1)

  it('says how many, and of warnings what follows from them', () => {
    expect(formatProblemTotal('t.json', [one])).toBe('Found 1 problem in t.json.')
    expect(formatProblemTotal('t.json', [one, one])).toBe('Found 2 problems in t.json.')
    expect(formatProblemTotal('t.json', [one], 'warning')).toBe('Found 1 warning in t.json. It can run all the same.')
  })

  it('claims no count where reading was stopped', () => {
    const text = '#\n'.repeat(2_000)
    const result = parse(text)
    const problems = result.ok ? [] : result.problems

    expect(formatProblemTotal('t.json', problems)).toMatch(/^Found more than 1000 problems in/)
    expect(formatProblems('t.json', text, problems)).toMatch(
      /\n\n… and more than 980 others: npm run check -- t\.json --json lists the first 1000$/,
    )
  })
})

describe('the README', () => {
  it('shows what the command says of the example with four faults', () => {
    const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
    const path = 'test/topologies/broken-four-faults.json'
    const result = parse(read(path))
    const problems = result.ok ? [] : result.problems
    const told = `${formatProblems(path, read(path), problems)}\n\n${formatProblemTotal('broken-four-faults.json', problems)}`

    expect(problems).toHaveLength(4)
    expect(read('README.md')).toContain(`\n\`\`\`\n${told}\n\`\`\`\n`)
  })
})
