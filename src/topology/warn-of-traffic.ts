/** Nodes that get no requests, or other ones than their author may think; policies with nothing to choose. */
import type { Report } from './json-tree.ts'
import { memberOf, problemAt } from './json-tree.ts'
import type { Judged } from './judged.ts'
import { placeInEntry } from './judged.ts'
import { POLICY_NAMES } from './policy-names.ts'
import type { Entry } from './read-entry.ts'
import { nodeIdsOf } from './read-entry.ts'
import type { ForwarderSpec, NodeSpec } from './types.ts'
import { quote } from './visible.ts'

export function warnOfTraffic(judged: Judged, report: Report): void {
  const specs = new Map(judged.topology.nodes.map(node => [node.id, node]))
  for (const entry of judged.entries) warnOfEntry(entry, specs.get(nodeIdsOf(entry)[0]!)!, report)
  const told = new Set<Entry>()
  for (const node of judged.topology.nodes) {
    const entry = judged.entryOf.get(node.id)!
    if (node.role === 'server' || told.has(entry)) continue
    const isTold = warnOfForwarder(node, entry, judged, report)
    if (isTold) told.add(entry)
  }
}

const WHILE_NOT_READY = {
  drain: 'it is watched and gets no requests',
  maintenance: 'it gets no requests and is not watched',
}

/** Once for all replicas, which have the same weight and the same operator. */
function warnOfEntry(entry: Entry, { weight, admin }: NodeSpec, report: Report): void {
  if (weight === 0) {
    const hint = 'give it a weight above 0, or leave it so to keep it out of traffic'
    const message = `${quote(entry.id!)} has weight 0: it is started and gets no requests`
    report(problemAt(placeInEntry(entry, 'weight'), 'WEIGHT_ZERO', message, hint))
  }
  if (admin !== 'ready') {
    const message = `${quote(entry.id!)} is in ${admin}: ${WHILE_NOT_READY[admin]}`
    report(problemAt(placeInEntry(entry, 'admin'), 'NOT_READY', message, 'write "admin": "ready" to bring it back'))
  }
}

/** Whether there was something to tell. */
function warnOfForwarder(node: ForwarderSpec, entry: Entry, judged: Judged, report: Report): boolean {
  const weighty = judged.children.get(node.id)!.filter(child => child.weight > 0)
  const warnings = [warnOfPolicy, warnOfBackups, warnOfNobody]
  return warnings.map(warn => warn(node, weighty, entry, judged, report)).includes(true)
}

type WarnOfForwarder = (
  node: ForwarderSpec,
  /** Those behind it that may get something. */
  weighty: readonly NodeSpec[],
  entry: Entry,
  judged: Judged,
  report: Report,
) => boolean

/** Only of a policy that the node itself names: one from `defaults` is meant for all, and does no harm here. */
const warnOfPolicy: WarnOfForwarder = ({ id, policy }, weighty, entry, _judged, report) => {
  const place = memberOf(entry.node, 'policy')?.place
  if (policy.name === POLICY_NAMES[0] || weighty.length !== 1 || !place) return false
  const message = `${quote(id)} sends to one node only, so ${policy.name} has nothing to choose`
  const hint = `put another node behind ${quote(id)}, or leave its policy out`
  report(problemAt(place, 'NOTHING_TO_CHOOSE', message, hint))
  return true
}

/** At the first of them. One that is out by the operator's wish is whom backups are there for. */
const warnOfBackups: WarnOfForwarder = ({ id }, weighty, _entry, { entryOf }, report) => {
  const first = weighty[0]!
  if (!weighty.every(child => child.role === 'server' && child.backup)) return false
  const message =
    weighty.length === 1
      ? `${quote(first.id)} is the backup of nobody behind ${quote(id)}: it is used from the start`
      : `all that ${quote(id)} sends to are backups: they are used from the start`
  const hint = 'leave "backup" out, or put a node beside it that is none'
  report(problemAt(placeInEntry(entryOf.get(first.id)!, 'backup'), 'BACKUP_ALONE', message, hint))
  return true
}

const warnOfNobody: WarnOfForwarder = ({ id }, weighty, entry, _judged, report) => {
  if (weighty.some(child => child.admin === 'ready')) return false
  const message = `${quote(id)} has nobody to send to: all that stands behind it is in drain or maintenance`
  const hint = `write "admin": "ready" at ${quote(weighty[0]!.id)}`
  report(problemAt(entry.idPlace, 'NOBODY_READY', message, hint))
  return true
}
