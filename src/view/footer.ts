/** The last line: the keys that apply now, and what hides rows. */
import type { StatsReport } from '../stats/reports.ts'
import type { Segment } from './segments.ts'
import type { ViewState } from './view-state.ts'

/** Where nothing can be asked for any more. */
const STOPPING: Segment[] = [
  { text: 'finishing what is under way', priority: 1, style: 'dim' },
  { key: 'Ctrl-C', text: 'stops at once', priority: 2, style: 'dim' },
]

/** `q quit · ? help · ↑↓ select · s sort · / filter · p pause`; `rows` is how many the table has, of `nodes`. */
export function footerSegments(report: StatsReport | null, view: ViewState, rows: number): Segment[] {
  if (report?.phase === 'stopping') return STOPPING
  if (view.isHelpShown) return [quit(), key('any key:', 'back', 2)]
  if (report === null) return [quit(), key('?', 'help', 2)]
  if (view.isTyping) return typing(view, rows, report.nodes.length)
  return [...filtered(view, rows, report.nodes.length), ...idle(view)]
}

function idle({ isPaused }: ViewState): Segment[] {
  return [
    quit(),
    key('?', 'help', 8),
    key('↑↓', 'select', 4),
    key('s', 'sort', 5),
    key('/', 'filter', 6),
    key('p', isPaused ? 'go on' : 'pause', 7),
  ]
}

function typing({ filter }: ViewState, rows: number, nodes: number): Segment[] {
  return [
    { text: `/${filter}_`, priority: 9, style: 'warn' },
    { text: `${rows} of ${nodes}`, priority: 6 },
    key('Enter', 'keeps', 7),
    key('Esc', 'clears', 8),
  ]
}

/** First, since whoever has forgotten it would miss nodes. */
function filtered({ filter }: ViewState, rows: number, nodes: number): Segment[] {
  if (filter === '') return []
  return [{ text: `/${filter} ${rows} of ${nodes}`, priority: 11, style: 'warn' }, key('Esc', 'all', 10)]
}

function quit(): Segment {
  return key('q', 'quit', 9)
}

function key(name: string, text: string, priority: number): Segment {
  return { key: name, text, priority, style: 'dim' }
}
