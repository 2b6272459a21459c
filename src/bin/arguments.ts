/** From what was typed after a verb to typed options, or to one line that says what is wrong with it. Pure. */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { suggest } from '../base/suggest.ts'
import type { Expectation } from '../lab/expectation.ts'
import type { BenchAsked } from '../lab/make-plan.ts'
import type { KeySpec } from '../load/keys.ts'
import type { ShapeSpec } from '../load/shape.ts'
import { isAtLeast, type LogLevel } from '../stats/log-line.ts'
import { quote, visible } from '../topology/visible.ts'
import { benchClash } from './bench-clash.ts'
import { type OptionEntry, VERBS, type Verb } from './option-table.ts'
import { readValue } from './option-value.ts'

export interface RunOptions {
  readonly file: string
  /** Null: until stopped. */
  readonly durationMs: number | null
  /** Requests per second; null: what the file says. */
  readonly rate: number | null
  /** Between reports. */
  readonly intervalMs: number
  readonly json: boolean
  /** False: plain tables, whatever standard output is. */
  readonly tui: boolean
  /** As typed; null: none. */
  readonly logFile: string | null
  readonly logLevel: LogLevel
  /** A line of the log for each request. */
  readonly logsRequests: boolean
}

export interface CheckOptions {
  readonly file: string
  /** Say what the file would change of the run that it belongs to. */
  readonly againstRunning: boolean
  readonly json: boolean
}

/** Null: nothing said about it. */
export interface BenchOptions extends BenchAsked {
  /** Null: the standard nodes. */
  readonly file: string | null
  readonly json: boolean
  /** As typed. */
  readonly save: string | null
  readonly baseline: string | null
  /** Only with a baseline. */
  readonly failAboveShare: number | null
  readonly expect: readonly Expectation[]
}

interface OptionsOf {
  run: RunOptions
  check: CheckOptions
  bench: BenchOptions
}

export type ArgumentsResult<Options> =
  | { readonly kind: 'ok'; readonly options: Options }
  | { readonly kind: 'help' | 'version' }
  /** One line for standard error; the exit code is 2. */
  | { readonly kind: 'usage-error'; readonly message: string }

export const DEFAULT_FILE = 'topology.json'
const JSON_INTERVAL_MS = 1_000
const TABLE_INTERVAL_MS = 5_000

/** What was typed, by option name; the last one wins. Flags are true, durations in milliseconds, repeatable ones lists. */
interface Typed {
  files: string[]
  values: Map<string, unknown>
}

const MAKE_OPTIONS: { [V in Verb]: (typed: Typed) => OptionsOf[V] } = {
  run: ({ files, values }) => ({
    file: files[0] ?? DEFAULT_FILE,
    durationMs: numberOf(values, 'duration'),
    rate: numberOf(values, 'rate'),
    intervalMs: numberOf(values, 'interval') ?? (values.has('json') ? JSON_INTERVAL_MS : TABLE_INTERVAL_MS),
    json: values.has('json'),
    tui: !values.has('no-tui'),
    logFile: textOf(values, 'log-file'),
    logLevel: (textOf(values, 'log-level') as LogLevel | null) ?? 'info',
    logsRequests: values.has('log-requests'),
  }),
  check: ({ files, values }) => ({
    file: files[0] ?? DEFAULT_FILE,
    againstRunning: values.has('against-running'),
    json: values.has('json'),
  }),
  bench: ({ files, values }) => ({
    file: files[0] ?? null,
    isQuick: values.has('quick'),
    rounds: numberOf(values, 'rounds'),
    rate: numberOf(values, 'rate'),
    outstanding: numberOf(values, 'outstanding'),
    connections: numberOf(values, 'connections'),
    payloadBytes: numberOf(values, 'payload'),
    durationMs: numberOf(values, 'duration'),
    shape: (values.get('shape') as ShapeSpec | undefined) ?? null,
    keys: (values.get('keys') as KeySpec | undefined) ?? null,
    json: values.has('json'),
    save: textOf(values, 'save'),
    baseline: textOf(values, 'baseline'),
    failAboveShare: numberOf(values, 'fail-above'),
    expect: listOf(values, 'expect') as readonly Expectation[],
  }),
}

/** Reads the words after the verb. `--help` wins wherever it stands, whatever else is wrong. */
export function parseArguments<V extends Verb>(verb: V, argv: readonly string[]): ArgumentsResult<OptionsOf[V]> {
  const before = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv
  if (before.some(word => word === '--help' || word === '-h')) return { kind: 'help' }
  if (before.some(word => word === '--version' || word === '-V')) return { kind: 'version' }
  const typed = readWords(verb, argv)
  if (typeof typed === 'string') return { kind: 'usage-error', message: typed }
  if (typed.values.has('help')) return { kind: 'help' } // one of several letters after one dash
  const options = MAKE_OPTIONS[verb](typed)
  const message = CLASH_OF[verb](options)
  return message === null ? { kind: 'ok', options } : { kind: 'usage-error', message }
}

/** Options that make no sense together, in one line; null where they do. */
const CLASH_OF: { [V in Verb]: (options: OptionsOf[V]) => string | null } = {
  run: logClash,
  check: () => null,
  bench: benchClash,
}

/** A sentence instead of the words where something is wrong with them; the first such thing. */
function readWords(verb: Verb, argv: readonly string[]): Typed | string {
  const { options, takesFile } = VERBS[verb]
  const typed: Typed = { files: [], values: new Map() }
  for (const token of tokensOf(options, argv)) {
    if (token.kind === 'positional') typed.files.push(token.value)
    if (token.kind !== 'option') continue
    const option = options.find(({ name }) => name === token.name)
    if (!option) return unknownOption(argv[token.index]!, options)
    const read = readValue(option, token.value, token.inlineValue === true)
    if (!read.ok) return read.message
    const value = 'isRepeatable' in option ? [...listOf(typed.values, option.name), read.value] : read.value
    typed.values.delete(option.name) // so that the order is that of the last one of each name
    typed.values.set(option.name, value)
  }
  return filesProblem(verb, takesFile, typed.files) ?? typed
}

/** Not strict: its messages name no cure, so the table above is held by our own. */
function tokensOf(options: readonly OptionEntry[], argv: readonly string[]) {
  const config = options.map(({ name, short, type }) => {
    return [name, { type: type === 'flag' ? 'boolean' : 'string', ...(short && { short }) }] as const
  })
  const args = [...argv]
  return parseArgs({ args, options: Object.fromEntries(config), strict: false, tokens: true }).tokens
}

function unknownOption(word: string, options: readonly OptionEntry[]): string {
  const typed = visible(word.replace(/=.*$/s, ''))
  const near = suggest(
    typed.replace(/^-+/, ''),
    options.map(({ name }) => name),
  )
  if (near !== null) return `unknown option ${typed}, did you mean --${near}?`
  return `unknown option ${typed}; --help lists the options`
}

function filesProblem(verb: Verb, takesFile: boolean, files: readonly string[]): string | null {
  const [first, second] = files
  if (first === undefined) return null
  if (!takesFile) return `${verb} takes no file, but got ${quote(first)}; leave it out`
  const otherwise = verb === 'bench' ? 'the standard nodes' : DEFAULT_FILE
  if (first === '') return `the name of the topology file is empty; leave it out for ${otherwise}`
  if (second === undefined) return null
  return `${verb} takes one topology file, but got ${quote(first)} and ${quote(second)}; leave one out`
}

function logClash({ logsRequests, logLevel }: RunOptions): string | null {
  if (!logsRequests || isAtLeast('info', logLevel)) return null
  return `--log-requests writes lines of level info, which --log-level ${logLevel} leaves out; leave one of them out`
}

function numberOf(values: Typed['values'], name: string): number | null {
  const value = values.get(name)
  return typeof value === 'number' ? value : null
}

function textOf(values: Typed['values'], name: string): string | null {
  const value = values.get(name)
  return typeof value === 'string' ? value : null
}

function listOf(values: Typed['values'], name: string): readonly unknown[] {
  const value = values.get(name)
  return Array.isArray(value) ? value : []
}

/**
 * The absolute path of what a user typed. npm runs scripts in the package's folder and tells in INIT_CWD where the
 * user was; outside npm that variable is a stranger's.
 */
export function resolveUserPath(path: string, env: Readonly<Record<string, string | undefined>>, cwd: string): string {
  return resolve(cwd, (env.npm_lifecycle_event && env.INIT_CWD) || '', path)
}
