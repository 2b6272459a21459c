/**
 * The lines on the control socket, in both directions (CONTROL.md). The judge of what comes in is total: whatever the
 * bytes, the answer is a command, a wrong command that can be answered, or a named fault, after which nobody listens.
 */
import type { Command, Reply } from './command.ts'
import { readCommand } from './read-command.ts'

export const CONTROL_VERSION = 1
/** Without its line feed. The longest command that makes sense names 256 nodes and is a sixth of this. */
export const LINE_BYTES_MAX = 65_536

export type Fault = 'TOO_LONG' | 'TOO_SLOW' | 'NOT_UTF8' | 'NOT_JSON' | 'NOT_AN_OBJECT' | 'UNKNOWN_VERSION' | 'BAD_ID'

export type Judgement =
  | { readonly kind: 'command'; readonly id: number; readonly command: Command }
  | { readonly kind: 'wrong'; readonly id: number; readonly message: string }
  | { readonly kind: 'fault'; readonly fault: Fault; readonly message: string }

/** What came back for one question. */
export type Answer =
  | { readonly kind: 'reply'; readonly id: number | null; readonly reply: Reply }
  /** Of what is followed. */
  | { readonly kind: 'line'; readonly id: number; readonly line: string; readonly data: unknown }

const MESSAGES: Readonly<Record<Fault, string>> = {
  TOO_LONG: `a line has at most ${LINE_BYTES_MAX} bytes`,
  TOO_SLOW: 'a line that has begun must end within a second',
  NOT_UTF8: 'a line is text in UTF-8',
  NOT_JSON: 'a line is one JSON object, such as {"v":1,"id":1,"command":{"name":"status"}}',
  NOT_AN_OBJECT: 'a line is one JSON object, such as {"v":1,"id":1,"command":{"name":"status"}}',
  UNKNOWN_VERSION: `"v" must be ${CONTROL_VERSION}`,
  BAD_ID: '"id" must be a whole number from 0 up',
}

const decoder = new TextDecoder('utf-8', { fatal: true })

export function judgeLine(bytes: Uint8Array): Judgement {
  if (bytes.length > LINE_BYTES_MAX) return faulty('TOO_LONG')
  const read = readJson(bytes)
  if (typeof read === 'string') return faulty(read)
  const { value } = read
  if (!isObject(value)) return faulty('NOT_AN_OBJECT')
  const { v, id, command } = value
  if (v !== CONTROL_VERSION) return faulty('UNKNOWN_VERSION')
  if (!isQuestionId(id)) return faulty('BAD_ID')
  const result = readCommand(command)
  return result.ok ? { kind: 'command', id, command: result.command } : { kind: 'wrong', id, message: result.message }
}

export function faulty(fault: Fault): Judgement & { kind: 'fault' } {
  return { kind: 'fault', fault, message: MESSAGES[fault] }
}

export function questionLine(id: number, command: Command): string {
  return lineOf({ v: CONTROL_VERSION, id, command })
}

/** `id` is null where a fault left it unknown. */
export function replyLine(id: number | null, reply: Reply): string {
  return lineOf({ v: CONTROL_VERSION, id, ...reply })
}

export function followedLine(id: number, line: string, data: unknown): string {
  return lineOf({ v: CONTROL_VERSION, id, line, data })
}

/** What a run answered; null where the line is no such thing, so that somebody else listens there. */
export function readAnswer(bytes: Uint8Array): Answer | null {
  const read = readJson(bytes)
  if (typeof read === 'string' || !isObject(read.value) || read.value.v !== CONTROL_VERSION) return null
  const { id, ok, line, data, lines, exitCode, message } = read.value
  if (isQuestionId(id) && typeof line === 'string') return { kind: 'line', id, line, data }
  if (id !== null && !isQuestionId(id)) return null
  if (ok === true && isTexts(lines)) return { kind: 'reply', id, reply: { ok, lines, data } }
  const isRefusal = ok === false && (exitCode === 1 || exitCode === 2 || exitCode === 3) && typeof message === 'string'
  return isRefusal ? { kind: 'reply', id, reply: { ok, exitCode, message } } : null
}

function readJson(bytes: Uint8Array): { readonly value: unknown } | 'NOT_UTF8' | 'NOT_JSON' {
  let text: string
  try {
    text = decoder.decode(bytes)
  } catch {
    return 'NOT_UTF8'
  }
  try {
    return { value: JSON.parse(text) }
  } catch {
    return 'NOT_JSON'
  }
}

function lineOf(value: object): string {
  return `${JSON.stringify(value)}\n`
}

function isQuestionId(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(each => typeof each === 'string')
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
