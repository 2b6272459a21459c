/**
 * Durations that contradict each other where they are written: in a block, or in a node once `defaults` have cascaded
 * to it. Reads the tree, not the values: whatever could not be read there is reported already, and compared with nothing.
 */
import { DURATION_MS_MAX, DURATION_MS_MIN, parseDurationMs } from '../base/units.ts'
import { DEFAULTS } from './defaults.ts'
import type { JsonNode, Place, Report } from './json-tree.ts'
import { memberOf, problemAt } from './json-tree.ts'
import { ENTRY_SHAPES } from './read-entry.ts'
import { keyMeant } from './read-object.ts'
import { ROLE_KEYS, ROLES } from './role-keys.ts'
import { HEALTH_SHAPE, LOAD_SHAPE, RESTART_SHAPE } from './shapes.ts'
import type { Role } from './types.ts'

/** The first must not be above the second. */
interface Order {
  readonly lower: string
  readonly upper: string
  /** Whether a lower one that nobody wrote gives way: where it is used, the smaller of both counts. */
  readonly doesDefaultYield: boolean
}

const ATTEMPT: Order = { lower: 'attemptTimeout', upper: 'timeout', doesDefaultYield: true }
const QUEUE: Order = { lower: 'queueTarget', upper: 'queueInterval', doesDefaultYield: true }

/** Those whose lower one, left out, gives way. */
export const YIELDING: readonly Order[] = [ATTEMPT, QUEUE]

const BLOCKS = {
  load: { shape: LOAD_SHAPE, orders: [ATTEMPT] },
  health: {
    shape: HEALTH_SHAPE,
    orders: [
      // The PING that tells a silent upstream from an idle one must be sent before the verdict.
      { lower: 'interval', upper: 'timeout', doesDefaultYield: false },
      { lower: 'ejectionTime', upper: 'ejectionTimeMax', doesDefaultYield: false },
    ],
  },
  restart: { shape: RESTART_SHAPE, orders: [{ lower: 'delayMin', upper: 'delayMax', doesDefaultYield: false }] },
} as const

const NODE_ORDERS: Readonly<Record<Role, readonly Order[]>> = {
  'load-balancer': [ATTEMPT, QUEUE],
  proxy: [ATTEMPT, QUEUE],
  server: [QUEUE],
}

type Defaults = Readonly<Record<string, string | number | boolean>>

/** Where values may come from: the parts of the file that may write them, of which the first wins, then the table. */
interface Sources {
  /** What a message calls a key that nobody wrote. */
  readonly name: string
  readonly parts: readonly (JsonNode | undefined)[]
  readonly known: readonly string[]
  readonly defaults: Defaults
}

/** Reports every pair of durations that is the wrong way round; one that `defaults` alone make, once. */
export function checkOrders(tree: JsonNode, report: Report): void {
  for (const [name, { shape, orders }] of Object.entries(BLOCKS)) {
    const known = Object.keys(shape)
    const defaults = DEFAULTS[name as keyof typeof BLOCKS]
    for (const order of orders) checkOrder(order, { name, parts: [memberOf(tree, name)], known, defaults }, report)
  }
  for (const role of ROLES) checkNodes(role, tree, report)
}

function checkNodes(role: Role, tree: JsonNode, report: Report): void {
  const keys = ROLE_KEYS[role]
  const list = memberOf(tree, keys.list)
  const block = memberOf(tree, 'defaults')
  const common = block && memberOf(block, keys.defaults)
  const known = Object.keys(ENTRY_SHAPES[role])
  const told = new Set<Place>()
  for (const node of list?.kind === 'array' ? list.items : []) {
    const sources = { name: node.place.path, parts: [node, common], known, defaults: DEFAULTS[keys.defaults] }
    for (const order of NODE_ORDERS[role]) checkOrder(order, sources, report, told)
  }
}

/** Reported where it is written, at the lower one if both are. */
function checkOrder(order: Order, sources: Sources, report: Report, told = new Set<Place>()): void {
  const [low, high] = [order.lower, order.upper].map(key => durationOf(key, sources))
  if (!low || !high || low.valueMs <= high.valueMs) return
  if (order.doesDefaultYield && low.place === null) return
  const place = (high.rank < low.rank ? high.place : low.place)!
  if (told.has(place)) return
  told.add(place)
  const message = `${low.name}, ${low.words}, is longer than ${high.name}, ${high.words}`
  const hint = `write "${order.lower}" of at most "${high.written}", or "${order.upper}" of at least "${low.written}"`
  report(problemAt(place, 'RANGE_REVERSED', message, hint))
}

interface Duration {
  readonly valueMs: number
  readonly written: string
  /** With the word that nobody wrote it, if so. */
  readonly words: string
  readonly name: string
  readonly place: Place | null
  /** How near to the node it is written, from 0. */
  readonly rank: number
}

/** Null where what the file writes is none, or seems to be meant for it, both of which is reported already. */
function durationOf(key: string, { name, parts, known, defaults }: Sources): Duration | null {
  for (const [rank, part] of parts.entries()) {
    if (part?.kind !== 'object') continue
    const node = memberOf(part, key)
    if (node) {
      const valueMs = node.kind === 'string' ? validMs(node.value) : null
      if (valueMs === null) return null
      const written = (node as JsonNode & { kind: 'string' }).value
      return { valueMs, written, words: written, name: node.place.path, place: node.place, rank }
    }
    if (part.members.some(member => !known.includes(member.key) && keyMeant(member.key, known) === key)) return null
  }
  const written = String(defaults[key])
  const valueMs = parseDurationMs(written)!
  const words = `${written} by default`
  return { valueMs, written, words, name: `${name}.${key}`, place: null, rank: parts.length }
}

function validMs(text: string): number | null {
  const valueMs = parseDurationMs(text)
  return valueMs !== null && valueMs >= DURATION_MS_MIN && valueMs <= DURATION_MS_MAX ? valueMs : null
}
