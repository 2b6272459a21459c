/** Where the time of traced requests goes, as a table with bars: the median ones beside the slowest. Pure. */
import { formatLatency } from '../base/units.ts'
import { countOf } from '../view/figures.ts'
import { safe } from '../view/sanitize.ts'
import { clip, padStart, textWidth } from '../view/text-width.ts'
import type { Anatomy, GroupPart, HopAnatomy, PartAnatomy } from './anatomy.ts'
import { bar } from './bars.ts'
import type { Part } from './request-parts.ts'
import { heading, paragraph } from './text-parts.ts'
import { drawTable, type Paper, type TextColumn } from './text-table.ts'

const PART_NAMES: Readonly<Record<Part, string>> = {
  socketTo: 'socket in',
  queue: 'queue',
  failed: 'failed tries',
  nodeTo: 'node',
  service: 'service',
  nodeBack: 'node back',
  socketBack: 'socket back',
}
const PLURALS: Readonly<Record<HopAnatomy['role'], string>> = {
  client: 'clients',
  'load-balancer': 'balancers',
  proxy: 'proxies',
  server: 'servers',
}

const NAME_WIDTH_MAX = 12
/** Finer differences than in these cannot be seen, and longer bars only push the figures apart. */
const BAR_CELLS_MIN = 12
const BAR_CELLS_MAX = 30
/** `100% ` before a bar, and the gap before that. */
const BESIDE_BAR = 7
/** A time, and the gap before it. */
const TIME_CELLS = 8
/** How many parts are named for what the slowest have over the median ones. */
const CAUSES_MAX = 3

interface Row extends PartAnatomy {
  /** Of its hop, on the first row of that. */
  readonly name: string
}

/** Empty where no request told its way. */
export function drawAnatomy(anatomy: Anatomy, paper: Paper): string[] {
  const { requests, response } = anatomy
  if (response === null) return []
  const [p50, p99] = [formatLatency(response.p50Us), formatLatency(response.p99Us)]
  const note = `${countOf(requests, 'traced request')} · response p50 ${p50}, p99 ${p99}`
  const rows = anatomy.hops.flatMap(rowsOf)
  return [
    ...heading('Where the time goes', note, paper),
    ...drawTable(columnsFor(rows, paper), rows, paper),
    ...notesOf(anatomy).flatMap(text => paragraph('', text, 'dim', paper)),
  ]
}

function rowsOf(hop: HopAnatomy): Row[] {
  // Most runs have no failed attempts, and no queue where nothing waits.
  const shown = hop.parts.filter(
    ({ part, meanUs }) => (part !== 'queue' && part !== 'failed') || meanUs > 0 || hop.parts.length === 1,
  )
  return shown.map((part, i) => ({ ...part, name: i === 0 ? nameOf(hop) : '' }))
}

function nameOf({ role, nodes }: HopAnatomy): string {
  if (role === 'client') return 'client'
  return nodes.length === 1 ? clip(safe(nodes[0]!), NAME_WIDTH_MAX) : `${nodes.length} ${PLURALS[role]}`
}

function columnsFor(rows: readonly Row[], { columns }: Paper): TextColumn<Row>[] {
  const cells = barCells(rows, columns)
  const longest = Math.max(...rows.flatMap(({ median, tail }) => [median.share, tail.share]))
  const drawn = ({ share }: GroupPart) =>
    `${padStart(`${Math.round(share * 100)}%`, 4)} ${bar(longest === 0 ? 0 : share / longest, cells)}`
  const wide = (title: string) => title.padEnd(BESIDE_BAR - 2 + cells)
  return [
    { title: 'hop', priority: 100, cell: ({ name }) => name, style: () => 'strong' },
    { title: 'part', priority: 100, align: 'left', cell: ({ part }) => PART_NAMES[part] },
    { title: 'p50', priority: 70, cell: ({ p50Us }) => formatLatency(p50Us) },
    { title: 'p99', priority: 70, cell: ({ p99Us }) => formatLatency(p99Us) },
    { title: 'mean', priority: 50, cell: ({ meanUs }) => formatLatency(meanUs) },
    { title: wide('of the median'), priority: 90, align: 'left', cell: ({ median }) => drawn(median) },
    {
      title: wide('of p99'),
      priority: 90,
      align: 'left',
      cell: ({ tail }) => drawn(tail),
      style: ({ median, tail }) => (tail.share >= 2 * median.share && tail.share >= 0.1 ? 'warn' : 'plain'),
    },
  ]
}

/** What the two bars may take: of the times, the mean gives way to them first. */
function barCells(rows: readonly Row[], columns: number): number {
  const names = Math.max(...rows.map(({ name }) => textWidth(name)))
  const parts = Math.max(...rows.map(({ part }) => PART_NAMES[part].length))
  const roomFor = (times: number) => Math.floor((columns - names - 2 - parts - times * TIME_CELLS) / 2) - BESIDE_BAR
  const withMean = roomFor(3)
  return Math.min(Math.max(withMean < BAR_CELLS_MIN ? roomFor(2) : withMean, BAR_CELLS_MIN), BAR_CELLS_MAX)
}

function notesOf(anatomy: Anatomy): string[] {
  const { median, tail, failed, cut, moved, response, untracedP50Us } = anatomy
  const [from, to, above] = [median!.fromUs, median!.toUs, tail!.fromUs].map(formatLatency)
  const groups =
    `Bars are shares of the response time, in the mean of the ${countOf(median!.requests, 'request')} from ${from} ` +
    `to ${to} (median) and of the ${tail!.requests} from ${above} up (p99).`
  const left = [...(failed > 0 ? [`${failed} that failed`] : []), ...(cut > 0 ? [`${cut} whose trace is cut`] : [])]
  return [
    groups,
    ...differenceOf(anatomy),
    ...(untracedP50Us === null || untracedP50Us >= response!.p50Us
      ? []
      : [
          `Traced requests take ${formatLatency(response!.p50Us - untracedP50Us)} more than the others at p50; most of it shows in node, node back and service.`,
        ]),
    ...(left.length > 0 ? [`Traced and not in these figures: ${left.join(', ')}.`] : []),
    ...(moved > 0 ? [`In ${moved} a stamp lay before the one that it follows, and was counted as that one.`] : []),
  ]
}

/** Where the slowest lose most against the median ones. */
function differenceOf({ median, tail, hops }: Anatomy): string[] {
  const moreUs = tail!.meanUs - median!.meanUs
  if (moreUs <= 0) return []
  const all = hops.flatMap(hop =>
    hop.parts.map(each => ({
      what: `${PART_NAMES[each.part]} of ${hop.nodes.length > 1 ? 'the ' : ''}${nameOf(hop)}`,
      us: each.tail.meanUs - each.median.meanUs,
    })),
  )
  const causes = all.filter(({ us }) => us >= moreUs / 10).sort((a, b) => b.us - a.us)
  const named = causes.slice(0, CAUSES_MAX).map(({ what, us }) => `${formatLatency(us)} in ${what}`)
  const whereof = named.length === 0 ? 'no part of it a tenth' : named.join(', ')
  return [`p99 takes ${formatLatency(moreUs)} more than the median: ${whereof}.`]
}
