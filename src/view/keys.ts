/**
 * Keys as a terminal in raw mode sends them: bytes in, names out. Pure. A key is a printable character of ASCII, which
 * is all that ids are made of, or one of the names below; whatever else arrives is passed over.
 */

/** `a`, `/`, or a name such as `page-up`; every name is longer than one character. */
export type Key = string

/** What earlier chunks have left: the beginning of an escape sequence, and whether a paste is under way. */
export interface KeyInput {
  readonly held: string
  readonly isPasting: boolean
}

export interface KeyStep {
  readonly keys: readonly Key[]
  readonly rest: KeyInput
}

export const NO_INPUT: KeyInput = { held: '', isPasting: false }

/** Terminals that know it wrap what is pasted in these while asked to, so that a text with a `q` in it does not quit. */
export const BRACKETS_ON = '\x1b[?2004h'
export const BRACKETS_OFF = '\x1b[?2004l'
const PASTE_BEGIN = '\x1b[200~'
const PASTE_END = '\x1b[201~'

/** Cursor keys come in two spellings, by the terminal's keypad mode; Home and End in four. */
const NAMES: Readonly<Record<string, Key>> = {
  '\x1b[A': 'up',
  '\x1bOA': 'up',
  '\x1b[B': 'down',
  '\x1bOB': 'down',
  '\x1b[C': 'right',
  '\x1bOC': 'right',
  '\x1b[D': 'left',
  '\x1bOD': 'left',
  '\x1b[5~': 'page-up',
  '\x1b[6~': 'page-down',
  '\x1b[H': 'home',
  '\x1bOH': 'home',
  '\x1b[1~': 'home',
  '\x1b[7~': 'home',
  '\x1b[F': 'end',
  '\x1bOF': 'end',
  '\x1b[4~': 'end',
  '\x1b[8~': 'end',
  '\x1b': 'escape',
  '\r': 'enter',
  '\n': 'enter',
  '\x7f': 'backspace',
  '\b': 'backspace',
  '\x03': 'ctrl-c',
  '\x0c': 'ctrl-l',
  '\x1a': 'ctrl-z',
}

/** ECMA-48: CSI (and the Linux console's F1), SS3, a string such as OSC with its end, or a character with Alt. */
const SEQUENCE = /\x1b(?:\[\[[A-E]|\[[0-?]*[ -/]*[@-Z\\-~]|O[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|[ -NQ-WYZ\\`-~])/y
/** What may go on in the next chunk. */
const UNFINISHED = /\x1b(?:\[\[?|\[[0-?]*[ -/]*|O|[\]PX^_][^\x07\x1b]*\x1b?)?$/y
/** A sequence that something else has broken into. */
const BROKEN = /\x1b(?:\[[0-?]*[ -/]*)?/y

/** No sequence that a key sends is longer by far; what goes on without end is not kept. */
const HELD_MAX = 256

/** The keys in these bytes, one character each (latin1), after what earlier ones have left. */
export function stepKeys({ held, isPasting }: KeyInput, chunk: string): KeyStep {
  const text = held + chunk
  const keys: Key[] = []
  let at = 0
  while (at < text.length) {
    if (isPasting) {
      const end = text.indexOf(PASTE_END, at)
      if (end < 0)
        return { keys, rest: { held: text.slice(Math.max(at, text.length - PASTE_END.length + 1)), isPasting } }
      at = end + PASTE_END.length
      isPasting = false
      continue
    }
    const token = tokenAt(text, at)
    if (token === null) break
    at += token.length
    if (token === PASTE_BEGIN) isPasting = true
    const key = NAMES[token] ?? (/^[ -~]$/.test(token) ? token : null)
    if (key !== null) keys.push(key)
  }
  return { keys, rest: { held: text.slice(at), isPasting } }
}

/** Nothing more came for a while: a lone ESC was the key of that name, and what was left unfinished was none. */
export function flushKeys({ held, isPasting }: KeyInput): KeyStep {
  return { keys: held === '\x1b' && !isPasting ? ['escape'] : [], rest: NO_INPUT }
}

/** Null where more bytes decide. */
function tokenAt(text: string, at: number): string | null {
  if (text[at] !== '\x1b') return text[at]!
  const whole = matchAt(SEQUENCE, text, at)
  if (whole !== null) return whole
  const unfinished = matchAt(UNFINISHED, text, at)
  if (unfinished !== null && unfinished.length <= HELD_MAX) return null
  return matchAt(BROKEN, text, at)
}

function matchAt(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? null
}
