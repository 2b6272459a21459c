/** What every verb takes, as data: the parser, the help text and their tests read the same table. */

import { LOG_LEVELS } from '../stats/log-line.ts'

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
    | { readonly type: 'choice'; readonly choices: readonly string[] }
    /** A path, counted from where the user is. */
    | { readonly type: 'file' }
  )

export interface VerbEntry {
  readonly summary: string
  /** Command lines, each with what it does. */
  readonly examples: readonly (readonly [command: string, effect: string])[]
  /** Whether the verb reads a topology file. */
  readonly takesFile: boolean
  readonly options: readonly OptionEntry[]
}

const DAY_MS = 86_400_000
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
      { name: 'log-file', type: 'file', help: 'append the log of every node, and of the run, to this file' },
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
    summary: 'measure what a hop costs on this machine',
    examples: [
      ['npm run bench', 'measure, and show a table'],
      ['npm run bench --silent -- --json --rounds 9', 'nine rounds, as JSON'],
    ],
    takesFile: false,
    options: [
      { name: 'rounds', type: 'integer', min: 1, max: 20, help: 'how often everything is measured (default: 5)' },
      { name: 'json', type: 'flag', help: 'the figures as JSON on standard output' },
      HELP,
      VERSION,
    ],
  },
}
