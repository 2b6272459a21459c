/** What is left on the screen when a run has ended: the final table, and the account of every request. */
import type { ChalkInstance } from 'chalk'
import { formatLatency } from '../base/units.ts'
import type { ClientStats, NodeStats, SummaryReport } from '../stats/reports.ts'
import { saidLines } from './crash-lines.ts'
import { countOf, formatSpan, formatUptime } from './figures.ts'
import { allReasons, nodeTroubleLines } from './reasons.ts'
import { safe } from './sanitize.ts'
import { paint } from './styles.ts'
import { renderTable } from './table.ts'
import { GAP } from './table-chars.ts'
import { clip, textWidth } from './text-width.ts'
import { treeRows } from './tree.ts'

export interface SummaryOptions {
  readonly width: number
  readonly chalk: ChalkInstance
  readonly topologyName: string
}

const LABEL_WIDTH = 11
/** The table above tells of every node how many; why is of interest where there are many. */
const TROUBLED_NODES_MAX = 10
const DEAD_NODES_MAX = 5

/** The table in full, then one labelled line per matter. */
export function renderSummary(report: SummaryReport, options: SummaryOptions): string[] {
  const { chalk, width, topologyName } = options
  const { client } = report
  return [
    ...renderTable(treeRows(report), { width, chalk, isFinal: true }),
    '',
    labelled('run', `${safe(topologyName)} · ${formatUptime(report.uptimeMs)} · ended by ${safe(report.reason)}`),
    labelled('requests', requestsText(client)),
    ...failureLines(client, chalk),
    ...troubleLines(report.nodes, width),
    ...deathLines(report.nodes, width),
    labelled('latency', latencyText(client, options)),
    labelled('changes', changesText(report)),
    ...lawLines(report, chalk),
  ]
}

function labelled(label: string, text: string): string {
  return label.padEnd(LABEL_WIDTH) + text
}

function requestsText(client: ClientStats): string {
  const about = client.approximate ? '~' : ''
  const counts = `sent ${about}${client.sent} · answered ${about}${client.answered} · failed ${about}${client.failed}`
  const retried = client.retried > 0 ? ` · retried ${about}${client.retried}` : ''
  const late = client.late > 0 ? ` · late ${client.late}` : ''
  return `${counts} · pending ${client.pending}${retried}${late}`
}

function failureLines({ failedBy }: ClientStats, chalk: ChalkInstance): string[] {
  const reasons = allReasons(failedBy)
  return reasons === '' ? [] : [labelled('failed by', paint(chalk, 'bad', reasons))]
}

/** What the clients got is not what nodes went through: a retry hides a failure from them. */
function troubleLines(nodes: readonly NodeStats[], width: number): string[] {
  const lines = nodeTroubleLines(nodes, width - LABEL_WIDTH, TROUBLED_NODES_MAX)
  return lines.map((line, i) => labelled(i === 0 ? 'at nodes' : '', line))
}

/** Whoever died unasked, however it ended the last time; what it said is told in one line. */
function deathLines(nodes: readonly NodeStats[], width: number): string[] {
  const dead = nodes.filter(({ lastExit }) => lastExit !== null)
  const shown = dead.slice(0, DEAD_NODES_MAX)
  const idWidth = Math.max(0, ...shown.map(({ id }) => safe(id).length)) + GAP.length
  const lines = shown.map(({ id, lastExit, lastLines }) => {
    const said = saidLines(lastLines, 1).map(line => `: ${safe(line.trim())}`)
    return safe(id).padEnd(idWidth) + safe(lastExit!) + said.join('')
  })
  const hidden = dead.length - shown.length
  if (hidden > 0) lines.push(`and ${countOf(hidden, 'more node')}`)
  return lines.map((line, i) => labelled(i === 0 ? 'died' : '', clip(line, width - LABEL_WIDTH)))
}

function latencyText({ latency }: ClientStats, { width }: SummaryOptions): string {
  if (latency.count === 0) return 'no request was answered'
  const { p50Us, p99Us, p999Us, maxUs } = latency
  const figures = [
    `p50 ${formatLatency(p50Us)}`,
    `p99 ${formatLatency(p99Us)}`,
    `p99.9 ${formatLatency(p999Us)}`,
    `max ${formatLatency(maxUs)}`,
  ].join(' · ')
  const whole = `${figures} from the planned send`
  return textWidth(whole) <= width - LABEL_WIDTH ? whole : figures
}

function changesText({ restarts, reloads, drainMs }: SummaryReport): string {
  return `${countOf(restarts, 'restart')} · ${countOf(reloads, 'reload')} · drained in ${formatSpan(drainMs)}`
}

function lawLines({ violations }: SummaryReport, chalk: ChalkInstance): string[] {
  if (violations.length === 0)
    return [labelled('laws', `${paint(chalk, 'good', 'ok')}: every request is accounted for`)]
  const broken = violations.map(violation => labelled('', safe(violation)))
  return [labelled('laws', paint(chalk, 'bad', `${violations.length} broken`)), ...broken]
}
