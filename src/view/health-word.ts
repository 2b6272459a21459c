/** What all parents of a node see of it, in one word: the worst news wins. Pure. */
import type { NodeStats, StatsReport, UpstreamCounters } from '../stats/reports.ts'
import type { NodeId } from '../topology/types.ts'
import type { Style } from './styles.ts'

/** A parent's view of one node. */
export type ParentView = Pick<UpstreamCounters, 'health' | 'circuit' | 'ramp' | 'admin'>

export interface HealthWord {
  readonly text: string
  readonly style: Style
  /** The worst news has the greatest; null where nobody sees the node. */
  readonly urgency: number | null
  /** What single parents see, which a filter finds as well: of `1/2 ok` one says `ejected`. */
  readonly names: readonly HealthName[]
}

export type HealthName = keyof typeof LOOKS

interface HealthLook {
  readonly urgency: number
  readonly style: Style
}

/** Bad news, up from here: the parent leaves the node alone, against the operator's wish. */
const BLOCKED_URGENCY_MIN = 6
/** Good news, down from here: the parent uses it. */
const OPEN_URGENCY_MAX = 3

/** `lost` and `silent` are one to a parent; whether a process is there, the launcher knows. */
const LOOKS = {
  lost: { urgency: 9, style: 'bad' },
  silent: { urgency: 8, style: 'bad' },
  ejected: { urgency: 7, style: 'bad' },
  probing: { urgency: 6, style: 'busy' },
  maint: { urgency: 5, style: 'warn' },
  drain: { urgency: 4, style: 'warn' },
  returning: { urgency: 3, style: 'busy' },
  unknown: { urgency: 2, style: 'dim' },
  backup: { urgency: 1, style: 'dim' },
  ok: { urgency: 0, style: 'dim' },
} satisfies Record<string, HealthLook>

const UNSEEN: HealthWord = { text: '-', style: 'dim', urgency: null, names: [] }

/** `ok`, `silent`, `40%`, and `1/2 ok` where one of two parents uses the node and the other does not. */
export function healthWord(node: Pick<NodeStats, 'state' | 'backup'>, views: readonly ParentView[]): HealthWord {
  // Who leaves in order is let go by its parents: no news.
  if (node.state === 'stopped' || node.state === 'draining') return UNSEEN
  const seen = views.map(view => ({ view, name: nameOf(node, view) }))
  // A parent that is not connected yet has no say beside others.
  const told = seen.some(isTold) ? seen.filter(isTold) : seen
  if (told.length === 0) return UNSEEN
  const worst = told.map(({ name }) => name).reduce((a, b) => (LOOKS[b].urgency > LOOKS[a].urgency ? b : a))
  const { urgency, style } = LOOKS[worst]
  const names = [...new Set(told.map(({ name }) => name))]
  const open = told.filter(({ name }) => LOOKS[name].urgency <= OPEN_URGENCY_MAX).length
  const isSplit = open > 0 && urgency >= BLOCKED_URGENCY_MIN
  if (isSplit) return { text: `${open}/${told.length} ok`, style: 'warn', urgency, names }
  const ramp = Math.min(...told.map(({ view }) => view.ramp))
  return { text: worst === 'returning' ? percentOf(ramp) : worst, style, urgency, names }
}

/** Some parent leaves it alone, and nobody wished that. */
export function isUnwell({ urgency }: HealthWord): boolean {
  return urgency !== null && urgency >= BLOCKED_URGENCY_MIN
}

/** Of every node, by id. The parents of a load balancer are the clients. */
export function healthWords({ nodes, client }: Pick<StatsReport, 'nodes' | 'client'>): Map<NodeId, HealthWord> {
  const views = new Map<NodeId, UpstreamCounters[]>(nodes.map(({ id }) => [id, []]))
  const roleOf = new Map(nodes.map(node => [node.id, node.role]))
  const behind = new Map(nodes.map(node => [node.id, new Set(node.behind)]))
  // Accounts outlive what they tell of: only a parent that runs, and that still is one, sees anything.
  for (const parent of nodes.filter(isRunning)) {
    for (const view of parent.upstreams) if (behind.get(view.id)?.has(parent.id)) views.get(view.id)!.push(view)
  }
  if (client.pid !== null) {
    for (const view of client.upstreams) if (roleOf.get(view.id) === 'load-balancer') views.get(view.id)!.push(view)
  }
  return new Map(nodes.map(node => [node.id, healthWord(node, views.get(node.id)!)]))
}

function nameOf({ state, backup }: Pick<NodeStats, 'state' | 'backup'>, view: ParentView): HealthName {
  if (view.admin === 'maintenance') return 'maint' // whatever was seen before, nobody looks now
  if (view.health === 'unhealthy') return state === 'up' ? 'silent' : 'lost'
  if (view.circuit !== 'closed') return view.circuit === 'open' ? 'ejected' : 'probing'
  if (view.admin === 'drain') return 'drain'
  if (view.health === 'unknown') return 'unknown'
  if (view.ramp < 1) return 'returning'
  return backup ? 'backup' : 'ok'
}

function isTold({ name }: { readonly name: HealthName }): boolean {
  return name !== 'unknown'
}

function isRunning({ state }: NodeStats): boolean {
  return state === 'up' || state === 'draining'
}

/** Never 100%: that would be `ok`. */
function percentOf(ramp: number): string {
  return `${Math.floor(ramp * 100)}%`
}
