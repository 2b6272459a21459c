/** Throughput: answers per second, of each path under each load. Pure. */
import { safe } from '../view/sanitize.ts'
import type { BenchResult, Figures } from './bench-result.ts'
import { shortRate, variationText } from './figure-text.ts'
import { loadName, payloadName } from './scenario-name.ts'
import { heading } from './text-parts.ts'
import { drawTable, type Paper, type TextColumn } from './text-table.ts'

interface PathRow {
  readonly path: string
  readonly byLoad: ReadonlyMap<string, Figures>
}

export function drawThroughput({ scenarios }: BenchResult, paper: Paper): string[] {
  const own = scenarios.filter(({ section }) => section === 'throughput')
  const [first] = own
  if (first === undefined) return []
  const loads = [...new Set(own.map(loadName))]
  const note = `answers per second, by outstanding requests · ${first.loop} loop · ${payloadName(first.payloadBytes)}`
  return [...heading('Throughput', note, paper), ...drawTable([PATH, ...loads.flatMap(columnsOf)], rowsOf(own), paper)]
}

const PATH: TextColumn<PathRow> = { title: 'path', priority: 100, cell: ({ path }) => safe(path) }

/** How far the rounds lie apart goes first, and for all loads at once. */
function columnsOf(load: string): TextColumn<PathRow>[] {
  const title = load.replace(/ outstanding$/, '')
  return [
    { title, priority: 90, cell: row => rateOf(row.byLoad.get(load)) },
    { title: '±', priority: 50, cell: row => spreadOf(row.byLoad.get(load)), style: () => 'dim' },
  ]
}

const rateOf = (figures: Figures | undefined): string => (figures === undefined ? '-' : shortRate(figures.perSecond))

const spreadOf = (figures: Figures | undefined): string =>
  variationText(figures?.rounds.map(({ perSecond }) => perSecond) ?? [])

function rowsOf(figures: readonly Figures[]): PathRow[] {
  return [...new Set(figures.map(({ path }) => path))].map(path => {
    const own = figures.filter(each => each.path === path)
    return { path, byLoad: new Map(own.map(each => [loadName(each), each])) }
  })
}
