/** Keys that somebody wrote and that do nothing. */
import type { Report } from './json-tree.ts'
import { memberOf, problemAt } from './json-tree.ts'
import type { Judged } from './judged.ts'
import { byPlaceWritten } from './judged.ts'
import { DEPENDENT_KEYS, idlenessOf } from './key-use.ts'

/** What `defaults` say is meant for all, and told of only where it does nothing for any. */
export function warnOfUnused(judged: Judged, report: Report): void {
  const { tree, topology } = judged
  const load = memberOf(tree, 'load')
  for (const key of DEPENDENT_KEYS) {
    const inLoad = load && memberOf(load, key)
    const written = [...byPlaceWritten(judged, topology.nodes, key)]
    for (const [place, nodes] of inLoad ? [...written, [inLoad.place, [topology.load]] as const] : written) {
      const idleness = nodes.map(node => idlenessOf(key, node))
      const [first] = idleness
      if (!first || idleness.includes(null)) continue
      report(
        problemAt(
          place,
          'UNUSED_KEY',
          `${place.path} has no effect: ${first.reason}`,
          `${first.remedy}, or leave it out`,
        ),
      )
    }
  }
}
