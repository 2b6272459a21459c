/** The last line: the keys that apply now, and what hides rows; for a moment what became of a key. */
import type { StatsReport } from '../stats/reports.ts'
import type { Selected } from './key-wish.ts'
import type { Notice } from './orders.ts'
import type { Segment } from './segments.ts'
import type { ViewState } from './view-state.ts'

export interface FooterOptions {
  readonly view: ViewState
  /** Rows that the table has, after the filter. */
  readonly rows: number
  readonly selected: Selected | null
  readonly notice: Notice | null
  /** Of the help, as it fits this terminal. */
  readonly helpPages: number
}

/** Where nothing can be asked for any more. */
const STOPPING: Segment[] = [
  { text: 'finishing what is under way', priority: 1, style: 'dim' },
  { key: 'Ctrl-C', text: 'stops at once', priority: 2, style: 'dim' },
]

/** `q quit · ? help · ↑↓ select · + - rate · R reload · s sort · / filter · p pause` */
export function footerSegments(report: StatsReport | null, options: FooterOptions): Segment[] {
  const { view, rows, selected, notice, helpPages } = options
  if (report?.phase === 'stopping') return STOPPING
  if (notice) return [{ ...notice, priority: 1 }]
  if (view.helpPage !== null) return helped(view.helpPage, helpPages)
  if (report === null) return [quit(), key('?', 'help', 2)]
  if (view.isTyping) return typing(view, rows, report.nodes.length)
  if (view.log) return LOG
  return [
    ...filtered(view, rows, report.nodes.length),
    quit(),
    ...(selected ? onSelected(selected) : idle()),
    ...both(view),
  ]
}

/** Who reads a log expects `q` to leave it, and not to end the run. */
const LOG: Segment[] = [
  key('q', 'back', 9),
  key('↑↓', 'scroll', 7),
  key('End', 'newest', 8),
  key('←→', 'other nodes', 6),
]

function helped(page: number, pages: number): Segment[] {
  const more = pages > 1 ? [key('↓', `more (${(page % pages) + 1} of ${pages})`, 3)] : []
  return [quit(), ...more, key('any key:', 'back', 2)]
}

function idle(): Segment[] {
  return [key('?', 'help', 12), key('↑↓', 'select', 8)]
}

/** What acts on the marked row; the others stay below it as far as there is room. */
function onSelected({ admin, isStopped }: Selected): Segment[] {
  return [
    key('?', 'help', 8),
    key('r', 'restart', 9),
    key('x', 'kill -9', 12),
    key('z', isStopped ? 'continue' : 'stop', 10),
    key('d', admin === 'ready' ? 'drain' : 'ready', 7),
    key('l', 'logs', 11),
  ]
}

function both({ isPaused }: ViewState): Segment[] {
  return [
    key('+ -', 'rate', 6),
    key('R', 'reload', 2),
    key('s', 'sort', 3),
    key('/', 'filter', 4),
    key('p', isPaused ? 'go on' : 'pause', 5),
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
  return [{ text: `/${filter} ${rows} of ${nodes}`, priority: 15, style: 'warn' }, key('Esc', 'all', 14)]
}

function quit(): Segment {
  return key('q', 'quit', 13)
}

function key(name: string, text: string, priority: number): Segment {
  return { key: name, text, priority, style: 'dim' }
}
