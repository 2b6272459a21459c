/** What every verb takes, as data: the parser, the help text and their tests read the same table. */

import { DURATION_MS_MIN } from '../base/units.ts'
import { METRICS, parseExpectation } from '../lab/expectation.ts'
import { KEYS, readKeys } from '../load/read-keys.ts'
import { RATE_MAX, readShape, SHAPES } from '../load/read-shape.ts'
import { formsOf, type SpecResult } from '../load/spec-grammar.ts'
import { LOG_LEVELS } from '../stats/log-line.ts'
import { RANGES } from '../topology/defaults.ts'
import { quote } from '../topology/visible.ts'
import { SLOTS_MAX } from '../wire/stream-slots.ts'

export type Verb = 'run' | 'check' | 'bench'

interface OptionBase {
  /** As typed, without the dashes. */
  readonly name: string
  /** The same in one letter. */
  readonly short?: string
  readonly help: string
}

export type OptionEntry = OptionBase &
  (
    | { readonly type: 'flag' }
    /** Bounds in milliseconds, inclusive. */
    | { readonly type: 'duration'; readonly min: number; readonly max: number }
    | { readonly type: 'number' | 'integer'; readonly min: number; readonly max: number }
    /** Bounds in percent, inclusive; the value is a share: 0.1 for 10%. */
    | { readonly type: 'percent'; readonly min: number; readonly max: number }
    | { readonly type: 'choice'; readonly choices: readonly string[] }
    /** A path, counted from where the user is. */
    | { readonly type: 'file'; readonly example: string }
    | TextEntry
  )

/** Text with a grammar of its own. */
export interface TextEntry {
  readonly type: 'text'
  /** In the help: what the text is. */
  readonly label: string
  /** What may be typed: the first is the example of messages. */
  readonly forms: readonly string[]
  readonly note?: string
  /** The value, or the whole line that says what is wrong. */
  read(text: string): SpecResult<unknown>
  /** Whether all that were typed count, and not the last one alone. */
  readonly isRepeatable?: true
}

export interface VerbEntry {
  readonly summary: string
  /** Command lines, each with what it does. */
  readonly examples: readonly (readonly [command: string, effect: string])[]
  /** Whether the verb reads a topology file. */
  readonly takesFile: boolean
  readonly options: readonly OptionEntry[]
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const HELP: OptionEntry = { name: 'help', short: 'h', type: 'flag', help: 'show this text' }
const VERSION: OptionEntry = { name: 'version', short: 'V', type: 'flag', help: 'show the version' }

export const VERBS: Readonly<Record<Verb, VerbEntry>> = {
  run: {
    summary: 'start every node of a topology as a process of its own, and show what it does',
    examples: [
      ['npm start', 'run ./topology.json until q or Ctrl-C'],
      ['npm start -- other.json --rate 500', 'another file, with 500 requests per second'],
      ['npm start --silent -- --duration 10s --json', 'ten seconds as lines of JSON, for scripts'],
    ],
    takesFile: true,
    options: [
      { name: 'duration', type: 'duration', min: 1, max: DAY_MS, help: 'stop so long after ready (default: never)' },
      {
        name: 'rate',
        type: 'number',
        min: 0,
        max: 1_000_000,
        help: 'requests per second, 0 for none (default: the file); wins over edits',
      },
      {
        name: 'interval',
        type: 'duration',
        min: 50,
        max: DAY_MS,
        help: 'between JSON lines (default: 1s) or plain tables (5s)',
      },
      { name: 'json', type: 'flag', help: 'lines of JSON on standard output' },
      { name: 'no-tui', type: 'flag', help: 'plain tables, also on a terminal' },
      {
        name: 'log-file',
        type: 'file',
        example: 'run.log',
        help: 'append the log of every node, and of the run, to this file',
      },
      { name: 'log-level', type: 'choice', choices: Object.keys(LOG_LEVELS), help: 'what is logged (default: info)' },
      { name: 'log-requests', type: 'flag', help: 'log for each request its path, outcome and time per hop' },
      HELP,
      VERSION,
    ],
  },
  check: {
    summary: 'say what is wrong with a topology file, or what it means; starts nothing',
    examples: [
      ['npm run check', 'check ./topology.json, and show its tree'],
      ['npm run check -- --against-running', 'what a save of it would change of what runs'],
      ['npm run check --silent -- other.json --json', 'another file, all of it as JSON'],
    ],
    takesFile: true,
    options: [
      { name: 'against-running', type: 'flag', help: 'the plan of an edit, which nobody carries out' },
      { name: 'json', type: 'flag', help: 'problems, or topology and warnings, as JSON on standard output' },
      HELP,
      VERSION,
    ],
  },
  bench: {
    summary: 'measure what a hop costs on this machine, or what a topology does under a load',
    examples: [
      ['npm run bench', 'what hops and payloads cost'],
      ['npm run bench -- --quick', 'the same in 20 s, rougher'],
      ['npm run bench -- my.json', 'another file, under its own load'],
      ['npm run bench -- my.json --rate 2000 --shape spike', 'an open loop with a burst'],
      ['npm run bench -- --outstanding 256 --connections 64', 'a closed loop'],
      ['npm run bench -- --save before.json', 'keep the figures, and later'],
      ['npm run bench -- --baseline before.json --fail-above 10%', 'exit 3 where one is worse'],
      ["npm run bench --silent -- --json --expect 'p99<2ms'", 'JSON; exit 3 where it is not so'],
    ],
    takesFile: true,
    options: [
      {
        name: 'rate',
        type: 'number',
        min: 1,
        max: RATE_MAX,
        help: 'an open loop: requests per second, whether or not answers come',
      },
      {
        name: 'shape',
        type: 'text',
        label: 'SHAPE',
        forms: formsOf(SHAPES),
        note: 'from, swing and factor are shares of --rate, at is one of the round; shown are the defaults',
        read: named('shape', readShape),
        help: 'how --rate runs over a round (default: constant)',
      },
      {
        name: 'outstanding',
        type: 'integer',
        min: 1,
        max: SLOTS_MAX,
        help: 'a closed loop: so many requests in flight, over all connections',
      },
      {
        name: 'connections',
        type: 'integer',
        min: RANGES.connections[0],
        max: RANGES.connections[1],
        help: 'to each load balancer (default: the file; 1 without one)',
      },
      {
        name: 'keys',
        type: 'text',
        label: 'KEYS',
        forms: formsOf(KEYS),
        read: named('keys', readKeys),
        help: 'the keys of requests, for consistent-hash (default: a new one each)',
      },
      {
        name: 'payload',
        type: 'integer',
        min: 1,
        max: RANGES.payloadBytes[1],
        help: 'bytes of a request and of its answer (default: the file; 64 without one)',
      },
      {
        name: 'duration',
        type: 'duration',
        min: DURATION_MS_MIN,
        max: HOUR_MS,
        help: 'of one round of a load (default: 2s)',
      },
      {
        name: 'rounds',
        type: 'integer',
        min: 1,
        max: 20,
        help: 'how often everything is measured (default: 5; with --quick 3)',
      },
      { name: 'quick', type: 'flag', help: 'fewer and shorter rounds' },
      { name: 'json', type: 'flag', help: 'the figures as one line of JSON on standard output' },
      { name: 'save', type: 'file', example: 'before.json', help: 'write that line to this file, too' },
      {
        name: 'baseline',
        type: 'file',
        example: 'before.json',
        help: 'a saved result to compare with; ~ where chance explains a difference',
      },
      {
        name: 'fail-above',
        type: 'percent',
        min: 0,
        max: 1_000,
        help: 'exit code 3 where a figure is worse than the baseline by more than this',
      },
      {
        name: 'expect',
        type: 'text',
        label: 'CLAIM',
        forms: ["'p99<2ms'", "'rate>10000'", "'errors<0.1%'"],
        read: readExpectation,
        isRepeatable: true,
        note: `of ${METRICS.join(', ')}; repeatable`,
        help: 'exit code 3 where this is not so',
      },
      HELP,
      VERSION,
    ],
  },
}

/** With what was typed before the end of a sentence that says what is wrong with it. */
function named(name: string, read: TextEntry['read']): TextEntry['read'] {
  return text => {
    const result = read(text)
    return result.ok ? result : { ok: false, message: `--${name} ${quote(text)} ${result.message}` }
  }
}

function readExpectation(text: string): SpecResult<unknown> {
  const read = parseExpectation(text)
  return read.ok ? { ok: true, value: read.expectation } : read
}
