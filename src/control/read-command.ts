/** From values, of JSON or of words, to a command, or to one line that says what is wrong and what would be right. */
import { suggest } from '../base/suggest.ts'
import { quote } from '../topology/visible.ts'
import type { Command, CommandName } from './command.ts'
import { COMMAND_NAMES, COMMANDS, isCommandName, type OptionField, usageOf, type WordField } from './command-table.ts'
import { KINDS } from './command-values.ts'

export type ReadResult =
  | { readonly ok: true; readonly command: Command }
  | { readonly ok: false; readonly message: string }

/** What JSON holds in the place of a command; every value may be of any kind. */
export function readCommand(value: unknown): ReadResult {
  const { name, ...given } = isObject(value) ? value : {}
  if (typeof name !== 'string') return wrong('a command is an object with a name')
  if (!isCommandName(name)) return wrong(unknownCommand(name))
  const known = fieldsOf(name).map(field => field.name)
  const stray = Object.keys(given).find(key => !known.includes(key))
  if (stray !== undefined) return wrong(`${name}: ${unknownField(stray, known)}`)
  return makeCommand(name, new Map(Object.entries(given)))
}

/** `given`: by field; what is not there has its default, or is missed. */
export function makeCommand(name: CommandName, given: ReadonlyMap<string, unknown>): ReadResult {
  const values: Record<string, unknown> = {}
  for (const field of fieldsOf(name)) {
    const value = given.has(field.name) ? given.get(field.name) : otherwiseOf(field)
    if (value === undefined) return wrong(`${name}: ${field.name} is missing; ${rightForm(name)}`)
    const judged = KINDS[field.kind].judge(value)
    if (!judged.ok) return wrong(`${name}: ${judged.why}; ${rightForm(name)}`)
    values[field.name] = judged.value
  }
  return { ok: true, command: { name, ...values } as Command }
}

/** What the admin socket of a proxy, or tools for processes and containers, call it. */
const ELSEWHERE: ReadonlyMap<string, CommandName> = new Map([
  ...['show', 'top', 'ps', 'ls', 'list', 'get', 'describe'].map(word => [word, 'nodes'] as const),
  ...['pause', 'suspend', 'freeze'].map(word => [word, 'stop'] as const),
  ...['unpause', 'resume', 'continue'].map(word => [word, 'cont'] as const),
  ...['enable', 'undrain', 'uncordon'].map(word => [word, 'ready'] as const),
  ...['delete', 'del', 'rm'].map(word => [word, 'remove'] as const),
  ['disable', 'maintenance'],
  ['cordon', 'drain'],
  ['info', 'status'],
  ['scale', 'add'],
  ['set', 'weight'],
  ['signal', 'kill'],
  ['config', 'topology'],
])
const ENDS: ReadonlySet<string> = new Set(['down', 'quit', 'exit', 'shutdown'])

/** `usage: weight NODE N, such as: weight server-3 5`. */
export function rightForm(name: CommandName): string {
  const usage = usageOf(name)
  const { example } = COMMANDS[name]
  return usage === example ? `usage: ${usage}` : `usage: ${usage}, such as: ${example}`
}

export function unknownCommand(typed: string): string {
  if (ENDS.has(typed))
    return `no command ends a run: press q or Ctrl-C there, or send SIGTERM to launcherPid of status --json`
  const near = ELSEWHERE.get(typed) ?? suggest(typed, COMMAND_NAMES)
  const cure = near ? `, did you mean ${near}?` : `; there are ${COMMAND_NAMES.join(', ')}`
  return `unknown command ${quote(typed)}${cure}`
}

function fieldsOf(name: CommandName): readonly (WordField | OptionField)[] {
  const { words, options } = COMMANDS[name]
  return [...words, ...options]
}

function otherwiseOf(field: WordField | OptionField): unknown {
  return 'otherwise' in field ? (field.otherwise ?? undefined) : undefined
}

function unknownField(stray: string, known: readonly string[]): string {
  const near = suggest(stray, known)
  if (near) return `unknown field ${quote(stray)}, did you mean ${quote(near)}?`
  const all = known.length === 0 ? 'it takes none' : `fields: ${known.join(', ')}`
  return `unknown field ${quote(stray)}; ${all}`
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function wrong(message: string): ReadResult {
  return { ok: false, message }
}
