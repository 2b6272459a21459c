/** From what was typed after `ctl` to a command, or to one line that says what is wrong with it. */
import { suggest } from '../base/suggest.ts'
import { quote, visible } from '../topology/visible.ts'
import type { CommandName } from './command.ts'
import { COMMAND_NAMES, COMMANDS, isCommandName, type OptionField } from './command-table.ts'
import { KINDS } from './command-values.ts'
import { makeCommand, type ReadResult, rightForm, unknownCommand } from './read-command.ts'

/** A number below zero is a value, and not an option. */
const OPTION = /^-(?![\d.])./

interface Split {
  readonly words: string[]
  /** By field. */
  readonly given: Map<string, unknown>
}

export function readWords(typed: readonly string[]): ReadResult {
  const [name, ...rest] = typed
  if (name === undefined) return wrong(`say what to do: ${COMMAND_NAMES.join(', ')}; or help`)
  if (!isCommandName(name)) return wrong(unknownCommand(name))
  const split = splitOptions(name, rest)
  if (typeof split === 'string') return wrong(`${name}: ${split}`)
  const problem = placeWords(name, split)
  return problem === null ? makeCommand(name, split.given) : wrong(`${name}: ${problem}; ${rightForm(name)}`)
}

/** Options may stand anywhere after the name; after `--` nothing is one. */
function splitOptions(name: CommandName, rest: readonly string[]): Split | string {
  const split: Split = { words: [], given: new Map() }
  for (let at = 0; at < rest.length; at++) {
    const word = rest[at]!
    if (word === '--') {
      split.words.push(...rest.slice(at + 1))
      break
    }
    if (!OPTION.test(word)) {
      split.words.push(word)
      continue
    }
    const [typed, inline] = splitInline(word)
    const field = COMMANDS[name].options.find(each => typed === `--${each.option}` || typed === `-${each.short}`)
    if (!field) return unknownOption(name, typed)
    const value = readOption(field, typed, inline, rest[at + 1])
    if (!value.ok) return value.why
    if (value.isNext) at++
    give(split.given, field, value.value)
  }
  return split
}

/** `--signal=TERM` is one word. */
function splitInline(word: string): [typed: string, inline: string | undefined] {
  const at = word.indexOf('=')
  return at === -1 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)]
}

type OptionValue =
  | { readonly ok: true; readonly value: unknown; readonly isNext: boolean }
  | { readonly ok: false; readonly why: string }

function readOption(
  field: OptionField,
  typed: string,
  inline: string | undefined,
  next: string | undefined,
): OptionValue {
  if (field.label === null) {
    if (inline !== undefined) return { ok: false, why: `${typed} takes no value; write ${typed} alone` }
    return { ok: true, value: true, isNext: false }
  }
  const word = inline ?? next
  if (!word || (inline === undefined && OPTION.test(word))) return { ok: false, why: `${typed} needs a value` }
  return { ok: true, value: KINDS[field.kind].fromWord(word), isNext: inline === undefined }
}

/** The last one counts; a list grows. */
function give(given: Map<string, unknown>, { name, kind }: OptionField, value: unknown): void {
  const before = given.get(name)
  given.set(name, kind === 'nodes' && Array.isArray(before) ? before.concat(value) : value)
}

/** Gives each word to its field; null, or what is wrong with their number. */
function placeWords(name: CommandName, { words, given }: Split): string | null {
  const { noun, words: fields } = COMMANDS[name]
  const own = noun ? words.slice(1) : words
  if (noun && words[0] !== noun) {
    return words[0] === undefined ? `it adds a ${noun}` : `it adds a ${noun}, no ${quote(words[0])}`
  }
  const missing = fields[own.length]
  if (missing) return `${missing.label} is missing`
  const extra = own[fields.length]
  if (extra !== undefined) return `${quote(extra)} is one word too many`
  fields.forEach((field, index) => {
    given.set(field.name, KINDS[field.kind].fromWord(own[index]!))
  })
  return null
}

function unknownOption(name: CommandName, typed: string): string {
  const { options } = COMMANDS[name]
  const names = options.map(({ option }) => option)
  const near = suggest(typed.replace(/^-+/, ''), names)
  if (near) return `unknown option ${visible(typed)}, did you mean --${near}?`
  const all = names.length === 0 ? 'it takes none' : `options: ${names.map(option => `--${option}`).join(', ')}`
  return `unknown option ${visible(typed)}; ${all}`
}

function wrong(message: string): ReadResult {
  return { ok: false, message }
}
