/** Events as lines: time, word, node, sentence. */
import type { EventName, ReadyReport, RunEvent } from '../stats/reports.ts'
import type { NodeId } from '../topology/types.ts'
import { countOf, formatSpan, formatTimeOfDay } from './figures.ts'
import { safe } from './sanitize.ts'
import type { Style } from './styles.ts'

/** An event made fit to show: nothing in it can move a cursor. */
export interface EventLine {
  readonly time: string
  readonly word: string
  readonly node: string
  /** The sentence, one entry per line of it; a long one such as a rejected edit has several. */
  readonly detail: readonly string[]
}

const STYLES: Readonly<Record<string, Style>> = {
  up: 'good',
  restored: 'good',
  ready: 'good',
  exit: 'bad',
  'crash-loop': 'bad',
  rejected: 'bad',
  'law-violation': 'bad',
  ejected: 'warn',
  hung: 'bad',
  awake: 'good',
  command: 'strong',
  plan: 'busy',
  refused: 'bad',
  panic: 'bad',
  'no panic': 'good',
  probing: 'busy',
  backup: 'warn',
  standby: 'good',
  restart: 'warn',
  stopping: 'warn',
  warning: 'warn',
  log: 'dim',
  '…': 'dim',
}

/** Shorter than the event's name, which widens the column of all lines; or the table's word for it. */
const SHORT_WORDS: Readonly<Record<string, string>> = {
  'reload-rejected': 'rejected',
  'half-open': 'probing',
  'panic-over': 'no panic',
  'backup-over': 'standby',
}

/** A sentence that begins with the event's own word loses it: `starting 9 nodes…`, not `starting starting 9…`. */
export function eventLine(event: RunEvent): EventLine {
  const { node, detail } = subjectOf(event)
  const sentence = detail.startsWith(`${event.event} `) ? detail.slice(event.event.length + 1) : detail
  return {
    time: formatTimeOfDay(event.timeMs),
    word: SHORT_WORDS[event.event] ?? event.event,
    node: safe(node ?? ''),
    detail: linesOf(event.event, sentence.trimEnd()).map(safe),
  }
}

/** What an edit changes stands in lines of its own. */
function linesOf(event: EventName, sentence: string): string[] {
  return sentence.split(event === 'plan' ? /; |\n/ : '\n')
}

/** Who it is about, and what of them; events are of the node that tells them. */
function subjectOf({ event, node, detail, fields = {} }: RunEvent): Pick<RunEvent, 'node' | 'detail'> {
  const { upstream, reason, code } = fields
  const say = typeof upstream === 'string' ? UPSTREAM_SENTENCES[event] : undefined
  if (say) return { node: String(upstream), detail: say(String(node), String(reason), fields.forMs) }
  if (event === 'panic') return { node, detail: `${detail}, ejections are ignored` }
  if (event === 'backup-over') return { node, detail: `backups wait again: ${detail}` }
  if (event === 'reload-rejected') return { node, detail: detail.replace(ERROR_CODE, '$1 ') }
  if (event === 'warning' && typeof code === 'string') return { node, detail: detail.replace(PLACE, `$& ${code}:`) }
  return { node, detail }
}

type Sentence = (parent: NodeId, reason: string, forMs: unknown) => string

/** What a node tells of an upstream stands behind the upstream's name, which it is about. */
const UPSTREAM_SENTENCES: Partial<Record<EventName, Sentence>> = {
  ejected: (parent, reason, forMs) =>
    `by ${parent}: ${connectionText(reason)}${typeof forMs === 'number' ? `, for ${formatSpan(forMs)}` : ''}`,
  restored: (parent, reason) => `by ${parent}: ${connectionText(reason)}`,
  'half-open': parent => `tried again by ${parent}`,
  admin: (parent, reason) => `at ${parent}: ${reason}`,
}

function connectionText(reason: string): string {
  return reason.replace(/^(ended|lost|refused)\b/, 'connection $1')
}

/** After the place of a problem: `topology.json:14:38 - error UNKNOWN_NODE: …`. Lines of the file are indented. */
const ERROR_CODE = /^(\S.*?) - error [A-Z0-9_]+: /gm

/** `topology.json:14:38`, of a warning: its code stands behind it, as `check` says it. */
const PLACE = /^.*?:\d+:\d+(?= )/

/** Readiness is no event of the run, yet it belongs in its order among them. */
export function readyLine(report: ReadyReport): EventLine {
  const detail = `${countOf(report.nodes.length, 'node')} in ${formatSpan(report.tookMs)}, launcher pid ${report.launcherPid}`
  return { time: formatTimeOfDay(report.timeMs), word: 'ready', node: '', detail: [detail] }
}

/** An answer to a key, which would be forgotten as a notice: what could not be done, and why. */
export function refusedLine(timeMs: number, node: NodeId | null, message: string): EventLine {
  return {
    time: formatTimeOfDay(timeMs),
    word: 'refused',
    node: safe(node ?? ''),
    detail: message.split('\n').map(safe),
  }
}

/** `12:03:11 exit server-3 signal SIGKILL`; further lines of the sentence follow, indented. */
export function eventText({ time, word, node, detail: [first, ...rest] }: EventLine): string[] {
  const head = [time, word, node, first].filter(part => part !== undefined && part !== '').join(' ')
  return [head, ...rest.map(line => `  ${line}`)]
}

export function eventStyle(word: string): Style {
  return STYLES[word] ?? 'plain'
}
