/** What the user has made of the live view, and how a key changes it. Plain data, pure steps. */
import type { NodeId } from '../topology/types.ts'
import type { Key } from './keys.ts'
import type { LogPlace, LogWindow } from './log-scroll.ts'
import { NO_LOG, stepScroll } from './log-scroll.ts'
import type { RowWish, SortTitle } from './row-order.ts'
import { nextSort } from './row-order.ts'

export interface ViewState extends RowWish {
  readonly sortTitle: SortTitle
  /** By id, so that it stays with its node when rows change places. */
  readonly selectedId: NodeId | null
  /** The filter's text is being typed: letters belong to it. */
  readonly isTyping: boolean
  readonly isPaused: boolean
  /** Counted on and on, since there are as many as the terminal has room for; null: no help is shown. */
  readonly helpPage: number | null
  /** Shown in place of the table. */
  readonly log: LogPlace | null
}

export const FIRST_VIEW: ViewState = {
  sortTitle: null,
  filter: '',
  selectedId: null,
  isTyping: false,
  isPaused: false,
  helpPage: null,
  log: null,
}

const PAGE_ROWS = 10
const FILTER_LENGTH_MAX = 32 // an id has no more

/** The state after a key. `ids` are the rows of the table in their order, in sight or not. */
export function stepView(state: ViewState, key: Key, ids: readonly NodeId[], log: LogWindow = NO_LOG): ViewState {
  if (state.helpPage !== null) return stepHelp(state, key, state.helpPage)
  if (state.log !== null) return stepLog(state, key, ids, state.log, log)
  const moved = stepSelection(state, key, ids)
  if (moved !== null) return moved
  if (state.isTyping) return stepTyping(state, key)
  return key === 'l' ? openLog(state, ids) : stepIdle(state, key)
}

/** The run is about to end: whoever waits for that must see it come. */
export function withoutModes(state: ViewState): ViewState {
  return { ...state, isTyping: false, isPaused: false, helpPage: null, log: null }
}

function stepHelp(state: ViewState, key: Key, page: number): ViewState {
  return { ...state, helpPage: HELP_MOVES.has(key) ? page + 1 : null }
}

const HELP_MOVES: ReadonlySet<Key> = new Set(['down', 'j', 'page-down'])

function openLog(state: ViewState, ids: readonly NodeId[]): ViewState {
  const { selectedId } = state
  return selectedId !== null && ids.includes(selectedId) ? { ...state, log: { id: selectedId, last: null } } : state
}

/** Keys that act on nodes do nothing here: a pager's `d` or `z` scrolls. */
function stepLog(state: ViewState, key: Key, ids: readonly NodeId[], place: LogPlace, log: LogWindow): ViewState {
  if (LOG_ENDS.has(key)) return { ...state, log: null }
  if (key === '?' || key === 'h') return { ...state, helpPage: 0 }
  if (key === 'left') return stepToLog(state, ids, place, -1)
  if (key === 'right') return stepToLog(state, ids, place, 1)
  return { ...state, log: stepScroll(place, key, log) ?? place }
}

const LOG_ENDS: ReadonlySet<Key> = new Set(['q', 'l', 'escape', 'enter'])

/** The log of the row above or below, which becomes the selected one. */
function stepToLog(state: ViewState, ids: readonly NodeId[], { id }: LogPlace, by: number): ViewState {
  const next = ids[ids.indexOf(id) + by] ?? id
  return next === id ? state : { ...state, selectedId: next, log: { id: next, last: null } }
}

function stepIdle(state: ViewState, key: Key): ViewState {
  switch (key) {
    case '?':
    case 'h':
      return { ...state, helpPage: 0 }
    case 'p':
      return { ...state, isPaused: !state.isPaused }
    case 's':
      return { ...state, sortTitle: nextSort(state.sortTitle, 1) }
    case 'S':
      return { ...state, sortTitle: nextSort(state.sortTitle, -1) }
    case '/':
      return { ...state, isTyping: true, filter: '' }
    case 'escape':
      return state.filter === '' ? { ...state, selectedId: null } : { ...state, filter: '' }
    default:
      return state
  }
}

function stepTyping(state: ViewState, key: Key): ViewState {
  const { filter } = state
  switch (key) {
    case 'enter':
      return { ...state, isTyping: false }
    case 'escape':
      return { ...state, isTyping: false, filter: '' }
    case 'backspace':
      return filter === '' ? { ...state, isTyping: false } : { ...state, filter: filter.slice(0, -1) }
    default:
      return key.length === 1 && filter.length < FILTER_LENGTH_MAX ? { ...state, filter: filter + key } : state
  }
}

/** Letters move the selection too, unless they are typed; null for a key that does not. */
function stepSelection(state: ViewState, key: Key, ids: readonly NodeId[]): ViewState | null {
  const by = MOVES[key]
  if (by === undefined || (state.isTyping && key.length === 1)) return null
  if (ids.length === 0) return state
  const at = state.selectedId === null ? -1 : ids.indexOf(state.selectedId)
  // With nothing selected, or only what the filter hides, a key down comes from above, a key up from below.
  const from = at < 0 && by < 0 ? ids.length : at
  return { ...state, selectedId: ids[Math.max(0, Math.min(ids.length - 1, from + by))]! }
}

const MOVES: Readonly<Record<Key, number>> = {
  up: -1,
  k: -1,
  down: 1,
  j: 1,
  'page-up': -PAGE_ROWS,
  'page-down': PAGE_ROWS,
  home: Number.NEGATIVE_INFINITY,
  end: Number.POSITIVE_INFINITY,
}
