/** From what was typed after `ctl` to a command and the run it is for, or to one line that says what is wrong. Pure. */
import { suggest } from '../base/suggest.ts'
import type { Command, CommandName } from '../control/command.ts'
import { commandHelp, commandsHelp } from '../control/command-help.ts'
import { COMMAND_NAMES, isCommandName } from '../control/command-table.ts'
import { unknownCommand } from '../control/read-command.ts'
import { readWords } from '../control/read-words.ts'

/** Where the run is looked for: of both the last that was typed, of neither the folder where the user is. */
export interface RunPlace {
  readonly file: string | null
  readonly socketDir: string | null
}

export type CtlRequest =
  | { readonly kind: 'command'; readonly command: Command; readonly place: RunPlace; readonly json: boolean }
  | { readonly kind: 'help'; readonly lines: readonly string[] }
  | { readonly kind: 'version' }
  | { readonly kind: 'usage-error'; readonly message: string }

const OPTIONS = [
  ['--file FILE', 'the run of this topology file (topology.json here)'],
  ['--socket-dir DIR', 'the run whose sockets are in this folder'],
  ['--json', 'the answer as JSON, one object; one for each line of logs and events'],
  ['-h, --help', 'show this text, or that of a command'],
  ['-V, --version', 'show the version'],
] as const

interface Sorted {
  file: string | null
  socketDir: string | null
  json: boolean
  wants: 'help' | 'version' | null
  /** What is the command's. */
  readonly words: string[]
}

export function readCtlWords(typed: readonly string[]): CtlRequest {
  const sorted = sortWords(typed)
  if (typeof sorted === 'string') return { kind: 'usage-error', message: sorted }
  const { words, json, wants, file, socketDir } = sorted
  const [first, second] = words
  if (wants === 'version') return { kind: 'version' }
  if (first === 'help') return helpOf(second)
  if (wants === 'help') return helpOf(first)
  const read = readWords(words)
  if (!read.ok) return { kind: 'usage-error', message: withHelp(read.message, first) }
  return { kind: 'command', command: read.command, place: { file, socketDir }, json }
}

/** `help` is no command of a run, but may be what was meant. */
function withHelp(message: string, first: string | undefined): string {
  if (first === undefined || isCommandName(first) || suggest(first, COMMAND_NAMES) !== null) return message
  return suggest(first, ['help']) ? `unknown command ${JSON.stringify(first)}, did you mean help?` : message
}

function helpOf(name: string | undefined): CtlRequest {
  if (name === undefined || name === 'help') return { kind: 'help', lines: commandsHelp(OPTIONS) }
  if (!isCommandName(name)) return { kind: 'usage-error', message: unknownCommand(name) }
  return { kind: 'help', lines: commandHelp(name as CommandName) }
}

/** Options that are not a command's may stand before it and behind it. */
function sortWords(typed: readonly string[]): Sorted | string {
  const sorted: Sorted = { file: null, socketDir: null, json: false, wants: null, words: [] }
  for (let at = 0; at < typed.length; at++) {
    const word = typed[at]!
    if (word === '--') {
      sorted.words.push(...typed.slice(at))
      break
    }
    const [, name, inline] = /^--(file|socket-dir)(?:=(.*))?$/s.exec(word) ?? []
    if (name === undefined) {
      if (!takeFlag(sorted, word)) sorted.words.push(word)
      continue
    }
    const value = inline ?? typed[++at]
    if (!value) return `--${name} needs a value, such as ${name === 'file' ? 'topology.json' : 'sockets'}`
    sorted[name === 'file' ? 'file' : 'socketDir'] = value
  }
  return sorted
}

function takeFlag(sorted: Sorted, word: string): boolean {
  if (word === '--json') sorted.json = true
  else if (word === '--help' || word === '-h') sorted.wants = 'help'
  else if (word === '--version' || word === '-V') sorted.wants ??= 'version'
  else return false
  return true
}
