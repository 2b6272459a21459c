/**
 * One entry of `loadBalancers`, `proxies` or `servers`: its ids, whom it says it stands behind, and its parameters.
 * Whether those it names exist is decided later, in `check-graph.ts`.
 */
import { RANGES } from './defaults.ts'
import type { Field } from './fields.ts'
import { expecting, reportWrongType, wholeNumber } from './fields.ts'
import type { JsonNode, Place, Report } from './json-tree.ts'
import { memberOf, problemAt } from './json-tree.ts'
import type { ListValues, Shape, Values } from './read-object.ts'
import { hasKeyLike, object, requireKey } from './read-object.ts'
import { LOAD_BALANCER_SHAPE, PROXY_SHAPE, SERVER_SHAPE } from './shapes.ts'
import { CONTROL_ID } from './socket-path.ts'
import type { NodeId, Role } from './types.ts'
import { quote } from './visible.ts'

const ID = /^[a-z][a-z0-9-]{0,31}$/
const ID_HINT = 'an id is a small letter, then up to 31 small letters, digits and hyphens'

/** An id that an entry names in `behind`. */
export interface Reference {
  readonly id: string
  readonly place: Place
}

export interface Entry {
  readonly role: Role
  /** As the file writes it, for what is said of single keys of it. */
  readonly node: JsonNode
  /** As the file writes it, before replicas number it; null where it could not be read. */
  readonly id: string | null
  readonly idPlace: Place
  /** Null where the entry does not say, or what it says could not be read. */
  readonly replicas: number | null
  /** Null where the entry does not say, or what it says could not be read. */
  readonly behind: ListValues<Reference> | null
  /** Whether id, replicas and behind all could be read: what is missing else may be what others look for. */
  readonly isWhole: boolean
}

export interface EntryOf<S extends Shape> extends Entry {
  readonly parameters: Values<S>
}

const id: Field<string> = expecting('string', 'a string', (node, report) => {
  if (node.value === CONTROL_ID) {
    report(problemAt(node.place, 'RESERVED_ID', `the id ${quote(node.value)} is reserved`, 'choose another'))
  } else if (!ID.test(node.value)) {
    report(problemAt(node.place, 'BAD_ID', `${quote(node.value)} is no id`, hintForId(node.value)))
  }
  // A bad id is an id all the same: who stands behind it is not reported for its fault.
  return node.value
})

/** Whether a node may be called that, `control` aside. */
export function isId(text: string): boolean {
  return ID.test(text)
}

function hintForId(written: string): string {
  const tame = written.toLowerCase().replace(/[ _.]/g, '-')
  return tame !== written && ID.test(tame) ? `write ${quote(tame)}: ${ID_HINT}` : ID_HINT
}

const BEHIND_HINT = 'write an id in double quotes, such as "lb", or several in a list'

/** An id or a list of ids. */
const behind: Field<ListValues<Reference>> = (node, report) => {
  if (node.kind === 'string') return { items: [{ id: node.value, place: node.place }], isWhole: true }
  if (node.kind === 'array') return readReferences(node, report)
  if (node.kind !== 'invalid') reportWrongType(node, 'an id or a list of ids', BEHIND_HINT, report)
  return undefined
}

function readReferences(node: JsonNode & { kind: 'array' }, report: Report): ListValues<Reference> | undefined {
  if (node.items.length === 0) {
    report(
      problemAt(node.place, 'EMPTY_LIST', `${node.place.path} must hold at least 1`, 'name a node, or leave it out'),
    )
    return undefined
  }
  const items: Reference[] = []
  for (const item of node.items) {
    if (item.kind === 'string') items.push({ id: item.value, place: item.place })
    else if (item.kind !== 'invalid') reportWrongType(item, 'an id', BEHIND_HINT, report)
  }
  return { items, isWhole: items.length === node.items.length }
}

/** A load balancer stands behind the clients alone. */
const misplacedBehind: Field<ListValues<Reference>> = (node, report) => {
  const hint = 'make it a proxy to put it behind another node'
  report(problemAt(node.place, 'LOAD_BALANCER_BEHIND', 'a load balancer cannot stand behind anything', hint))
  return { items: [], isWhole: true }
}

const replicas = wholeNumber(RANGES.replicas)

/** Every key that an entry of a role may have. */
export const ENTRY_SHAPES = {
  'load-balancer': { id, ...LOAD_BALANCER_SHAPE },
  proxy: { id, behind, replicas, ...PROXY_SHAPE },
  server: { id, behind, replicas, ...SERVER_SHAPE },
} as const

export const loadBalancerEntry = entry('load-balancer', LOAD_BALANCER_SHAPE)
export const proxyEntry = entry('proxy', PROXY_SHAPE)
export const serverEntry = entry('server', SERVER_SHAPE)

function entry<S extends Shape>(role: Role, parameters: S): Field<EntryOf<S>> {
  const readKeys = object<Shape>(ENTRY_SHAPES[role], role === 'load-balancer' ? { behind: misplacedBehind } : {})
  return (node, report) => {
    const values = readKeys(node, report)
    if (!values) return undefined
    requireKey(node, 'id', `add "id": "${role === 'load-balancer' ? 'lb' : role}-1"`, report)
    const made = makeEntry(role, node, values as EntryValues)
    checkNumberedIds(made, node, report)
    return { ...made, parameters: pickKeys(values, parameters) }
  }
}

interface EntryValues {
  readonly id?: string
  readonly behind?: ListValues<Reference>
  readonly replicas?: number
}

function makeEntry(role: Role, node: JsonNode, values: EntryValues): Entry {
  const isRead = (key: keyof EntryValues) => values[key] !== undefined || !hasKeyLike(node, key)
  return {
    role,
    node,
    id: values.id ?? null,
    idPlace: memberOf(node, 'id')?.place ?? node.place,
    replicas: values.replicas ?? null,
    behind: values.behind ?? null,
    isWhole: values.id !== undefined && isRead('replicas') && isRead('behind') && values.behind?.isWhole !== false,
  }
}

function pickKeys<S extends Shape>(values: Values<Shape>, shape: S): Values<S> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => Object.hasOwn(shape, key))) as Values<S>
}

/** The nodes that an entry stands for. `replicas`, also when 1, numbers them: going from one to two keeps the first. */
export function nodeIdsOf({ id, replicas }: Entry): readonly NodeId[] {
  if (id === null) return []
  if (replicas === null) return [id]
  return Array.from({ length: replicas }, (_, index) => `${id}-${index + 1}`)
}

function checkNumberedIds({ id, replicas }: Entry, node: JsonNode, report: Report): void {
  if (id === null || replicas === null || !ID.test(id)) return
  const longest = `${id}-${replicas}`
  if (ID.test(longest)) return
  const message = `replicas make of ${quote(id)} the id ${quote(longest)}, which is too long`
  report(problemAt(memberOf(node, 'replicas')!.place, 'BAD_ID', message, ID_HINT))
}
