/** The kinds of values that commands take: from a typed word, or from JSON, to a value or to what is wrong with it. */
import { suggest } from '../base/suggest.ts'
import { parseDurationMs } from '../base/units.ts'
import { RANGES } from '../topology/defaults.ts'
import { POLICY_NAMES } from '../topology/policy-names.ts'
import { isId } from '../topology/read-entry.ts'
import { quote } from '../topology/visible.ts'

export type Judged =
  | { readonly ok: true; readonly value: unknown }
  /** A clause that names the value: `"five" is no number`. */
  | { readonly ok: false; readonly why: string }

interface ValueKind {
  /** The word as JSON would hold it; unchanged where it holds no such thing, which `judge` then says. */
  fromWord(word: string): unknown
  judge(value: unknown): Judged
}

export type Kind = keyof typeof KINDS

/** As much of a log as is kept. */
export const LINES_MAX = 500
const BEHIND_MAX = 256
const DAY_MS = 86_400_000
const NUMBER = /^-?\d+(\.\d+)?$/

/** By their numbers, which are the same on Linux and macOS; those that differ have names alone. */
const SIGNAL_NUMBERS: Readonly<Record<string, string>> = {
  '1': 'SIGHUP',
  '2': 'SIGINT',
  '3': 'SIGQUIT',
  '6': 'SIGABRT',
  '9': 'SIGKILL',
  '11': 'SIGSEGV',
  '13': 'SIGPIPE',
  '14': 'SIGALRM',
  '15': 'SIGTERM',
}
/** Without SIGUSR1, on which Node.js opens its debugger to the whole machine. */
const SIGNALS = ['HUP', 'INT', 'QUIT', 'ABRT', 'KILL', 'BUS', 'SEGV', 'PIPE', 'ALRM', 'TERM', 'USR2', 'STOP', 'CONT']

/** Of the process, as the launcher sees it; and of the health, as those see it that send to it. */
export const WAIT_STATES = [
  'starting',
  'up',
  'hung',
  'draining',
  'down',
  'crash-loop',
  'stopped',
  'healthy',
  'ejected',
] as const
export type WaitState = (typeof WAIT_STATES)[number]

const asText = (word: string): unknown => word
const asNumber = (word: string): unknown => (NUMBER.test(word) ? Number(word) : word)

export const KINDS = {
  node: { fromWord: asText, judge: judgeNode },
  nodes: { fromWord: word => word.split(','), judge: judgeNodes },
  policy: { fromWord: asText, judge: value => judgeName(value, POLICY_NAMES, 'policy', 'policies') },
  state: { fromWord: asText, judge: value => judgeName(value, WAIT_STATES, 'state', 'states') },
  signal: { fromWord: asText, judge: judgeSignal },
  weight: { fromWord: asNumber, judge: value => judgeNumber(value, RANGES.weight, true) },
  rate: { fromWord: asNumber, judge: value => judgeNumber(value, RANGES.rate, false) },
  lines: { fromWord: asNumber, judge: value => judgeNumber(value, [0, LINES_MAX], true) },
  duration: { fromWord: word => parseDurationMs(word) ?? word, judge: judgeDuration },
  flag: {
    fromWord: asText,
    judge: value => (typeof value === 'boolean' ? good(value) : bad(`${shown(value)} is neither true nor false`)),
  },
} satisfies Record<string, ValueKind>

function judgeNode(value: unknown): Judged {
  if (typeof value === 'string' && isId(value)) return good(value)
  const tame = typeof value === 'string' ? value.toLowerCase().replace(/[ _.]/g, '-') : ''
  const cure = isId(tame) ? `did you mean ${tame}?` : 'an id is a small letter, then small letters, digits and hyphens'
  return bad(`${shown(value)} is no id of a node, ${cure}`)
}

function judgeNodes(value: unknown): Judged {
  if (!Array.isArray(value) || value.length === 0) return bad(`${shown(value)} is no list of ids`)
  if (value.length > BEHIND_MAX) return bad(`${value.length} ids are too many, ${BEHIND_MAX} at most`)
  const wrong = value.map(judgeNode).find(({ ok }) => !ok)
  if (wrong) return wrong
  const twice = value.find((id, index) => value.indexOf(id) !== index)
  return twice === undefined ? good(value) : bad(`${shown(twice)} is named twice`)
}

function judgeName(value: unknown, names: readonly string[], one: string, many: string): Judged {
  if (typeof value === 'string' && names.includes(value)) return good(value)
  const near = typeof value === 'string' ? suggest(value, names) : null
  return bad(`there is no ${one} ${shown(value)}${near ? `, did you mean ${near}?` : `; ${many}: ${names.join(', ')}`}`)
}

function judgeSignal(value: unknown): Judged {
  const name = String(value).toUpperCase().replace(/^SIG/, '')
  const numbered = SIGNAL_NUMBERS[name]
  if (numbered) return good(numbered)
  if (typeof value === 'string' && SIGNALS.includes(name)) return good(`SIG${name}`)
  const near = typeof value === 'string' ? suggest(name, SIGNALS) : null
  const cure = near ? `, did you mean ${near}?` : `; signals: ${SIGNALS.join(', ')}`
  return bad(`there is no signal ${shown(value)} to send${cure}`)
}

function judgeNumber(value: unknown, [min, max]: readonly [number, number], isWhole: boolean): Judged {
  const expected = `${isWhole ? 'whole number' : 'number'} from ${min} to ${max}`
  if (typeof value !== 'number') return bad(`${shown(value)} is no ${expected}`)
  const isFit = value >= min && value <= max && (!isWhole || Number.isInteger(value))
  return isFit ? good(value) : bad(`${value} is no ${expected}`)
}

function judgeDuration(value: unknown): Judged {
  if (typeof value === 'number') {
    return value >= 0 && value <= DAY_MS ? good(value) : bad(`${value} ms is out of range: 0s to 24h`)
  }
  const isBare = typeof value === 'string' && /^\d+(\.\d+)?$/.test(value)
  const cure = isBare ? `has no unit: ${value}s or ${value}ms` : 'is no duration, such as 5s or 250ms'
  return bad(`${shown(value)} ${cure}`)
}

function shown(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return quote(typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing'))
}

function good(value: unknown): Judged {
  return { ok: true, value }
}

function bad(why: string): Judged {
  return { ok: false, why }
}
