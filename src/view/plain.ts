/** The view for pipes, files and CI: plain tables with events in between, not one escape byte. */
import { Chalk } from 'chalk'
import type { StatsReport, View } from '../stats/reports.ts'
import { crashLines } from './crash-lines.ts'
import type { EventLine } from './event-line.ts'
import { eventLine, eventText, readyLine } from './event-line.ts'
import { formatTimeOfDay } from './figures.ts'
import { clientSegments, titleSegments } from './headlines.ts'
import { allReasons, nodeTroubleLines } from './reasons.ts'
import { safe } from './sanitize.ts'
import { joinSegments } from './segments.ts'
import { renderSummary } from './summary.ts'
import { renderTable } from './table.ts'
import { treeRows } from './tree.ts'

export interface PlainViewOptions {
  write(text: string): void
  readonly topologyName: string
  /** Of a terminal that shows it; a file or a pipe gets every column. */
  readonly width?: number | undefined
}

/** Below each table; the summary names more. */
const TROUBLED_NODES_MAX = 3
/** One node that dies again and again, with what it said; of several, how each ended. */
const CRASH_LINES_MAX = 4

const NO_COLOUR = new Chalk({ level: 0 })

/** Writes whole lines as things happen; holds nothing, so there is nothing to give back. */
export function makePlainView({ write, topologyName, width = 1_000 }: PlainViewOptions): View {
  const say = (lines: readonly string[]) => {
    write(`${lines.join('\n')}\n`)
  }
  const sayEvent = (line: EventLine) => say(eventText(line))
  return {
    ready: report => sayEvent(readyLine(report)),
    event: event => sayEvent(eventLine(event)),
    stats: report => say(statsLines(report, topologyName, width)),
    summary: report => say(['', ...renderSummary(report, { width, chalk: NO_COLOUR, topologyName })]),
    close: () => {},
  }
}

function statsLines(report: StatsReport, topologyName: string, width: number): string[] {
  const timed = [
    { text: formatTimeOfDay(report.timeMs), priority: 10 },
    ...titleSegments(report, topologyName).slice(1),
  ]
  return [
    '',
    joinSegments(timed, width, NO_COLOUR),
    joinSegments(clientSegments(report.client, allReasons), width, NO_COLOUR),
    ...renderTable(treeRows(report), { width, chalk: NO_COLOUR }),
    ...crashLines(report.nodes, width, CRASH_LINES_MAX),
    ...nodeTroubleLines(report.nodes, width, TROUBLED_NODES_MAX),
    ...bannerLines(report.banner),
    '',
  ]
}

/** The whole text stood in the event; each table after it says once that it still holds. */
function bannerLines(banner: string | null): string[] {
  return banner === null ? [] : [`✖ ${safe(banner.trim().split('\n')[0]!)}`]
}
