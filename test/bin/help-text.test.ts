import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { helpText } from '../../src/bin/help-text.ts'
import { VERBS, type Verb } from '../../src/bin/option-table.ts'

const verbs = Object.keys(VERBS) as Verb[]

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')

describe('helpText', () => {
  it('shows examples before anything that must be studied', () => {
    expect(helpText('run')).toMatchInlineSnapshot(`
      "udsim run: start every node of a topology as a process of its own, and show what it does

      Examples:
        npm start                                    run ./topology.json until q or Ctrl-C
        npm start -- other.json --rate 500           another file, with 500 requests per second
        npm start --silent -- --duration 10s --json  ten seconds as lines of JSON, for scripts

      Usage: npm start -- [options] [topology.json]

      Options:
        --duration DURATION  stop so long after ready (default: never)
        --rate N             requests per second, 0 for none (default: the file); wins over edits
        --interval DURATION  between JSON lines (default: 1s) or plain tables (5s)
        --json               lines of JSON on standard output
        --no-tui             plain tables, also on a terminal
        --log-file FILE      append the log of every node, and of the run, to this file
        --log-level WORD     what is logged (default: info)
        --log-requests       log for each request its path, outcome and time per hop
        -h, --help           show this text
        -V, --version        show the version

      Ranges: --duration 1ms to 24h; --rate 0 to 1000000; --interval 50ms to 24h.
      A DURATION is a number and a unit: 250ms, 5s, 2m.
      --log-level is one of trace, debug, info, warn, error, fatal.

      Scripts that read standard output use npm start --silent -- …, or npm's own lines come first.
      Exit codes: 0 clean; 1 failed at run time, not every node drained in time, a conservation law is
      broken, or another udsim or anything else holds the socket directory; 2 usage or topology error,
      nothing was started; 130, 143, 129 or 131 ended at once by SIGINT, SIGTERM, SIGHUP or SIGQUIT.
      "
    `)
  })

  it('shows for grammars what may be typed, and what it reads', () => {
    const text = helpText('bench')
    const forms = VERBS.bench.options.flatMap(option => (option.type === 'text' ? option.forms : []))

    expect(forms.length).toBe(10)
    expect(forms.filter(form => !text.includes(form))).toEqual([])
    for (const option of VERBS.bench.options) {
      if (option.type !== 'text') continue
      expect(option.forms.map(form => option.read(form.replaceAll("'", '')).ok)).not.toContain(false)
    }
  })

  it('speaks of starts only where something is started', () => {
    expect(helpText('check')).not.toContain('was started')
  })

  it.each(verbs)('names every option of %s, and its range', verb => {
    const text = helpText(verb)

    for (const option of VERBS[verb].options) {
      expect(text).toContain(`--${option.name}`)
      if ('min' in option) expect(text).toMatch(new RegExp(`--${option.name} \\S+ to `))
    }
  })

  it.each(verbs)('tells scripts of %s to silence npm, within 100 columns and without control characters', verb => {
    const text = helpText(verb)

    expect(text).toContain('--silent --')
    expect(Math.max(...text.split('\n').map(line => line.length))).toBeLessThanOrEqual(100)
    expect(text).toMatch(/^[\n -~…]+$/)
  })

  it('agrees with the README on the options of bench and what may be typed', () => {
    const { options } = VERBS.bench
    const names = options.filter(({ name }) => name !== 'help' && name !== 'version').map(({ name }) => `--${name}`)
    const forms = options.flatMap(option => (option.type === 'text' && option.name !== 'expect' ? option.forms : []))
    const section = README.slice(
      README.indexOf('### Options of the benchmark'),
      README.indexOf('## What the counts mean'),
    )
    const typed = [...new Set(section.match(/--[a-z][a-z-]*/g))].filter(name => name !== '--help')

    expect(typed.sort()).toEqual(names.sort())
    expect(forms.filter(form => !section.includes(`\`${form}\``))).toEqual([])
  })
})
