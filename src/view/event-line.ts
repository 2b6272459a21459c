/** Events as lines: time, word, node, sentence. */
import type { ReadyReport, RunEvent } from '../stats/reports.ts'
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
  'reload-rejected': 'bad',
  'law-violation': 'bad',
  ejected: 'warn',
  restart: 'warn',
  stopping: 'warn',
  warning: 'warn',
  log: 'dim',
}

/** A sentence that begins with the event's own word loses it: `starting 9 nodes…`, not `starting starting 9…`. */
export function eventLine(event: RunEvent): EventLine {
  const sentence = event.detail.startsWith(`${event.event} `)
    ? event.detail.slice(event.event.length + 1)
    : event.detail
  return {
    time: formatTimeOfDay(event.timeMs),
    word: event.event,
    node: safe(event.node ?? ''),
    detail: sentence.trimEnd().split('\n').map(safe),
  }
}

/** Readiness is no event of the run, yet it belongs in its order among them. */
export function readyLine(report: ReadyReport): EventLine {
  const detail = `${countOf(report.nodes.length, 'node')} in ${formatSpan(report.tookMs)}, launcher pid ${report.launcherPid}`
  return { time: formatTimeOfDay(report.timeMs), word: 'ready', node: '', detail: [detail] }
}

/** `12:03:11 exit server-3 signal SIGKILL`; further lines of the sentence follow, indented. */
export function eventText({ time, word, node, detail: [first, ...rest] }: EventLine): string[] {
  const head = [time, word, node, first].filter(part => part !== undefined && part !== '').join(' ')
  return [head, ...rest.map(line => `  ${line}`)]
}

export function eventStyle(word: string): Style {
  return STYLES[word] ?? 'plain'
}
