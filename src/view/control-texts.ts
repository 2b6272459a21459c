/** What the control socket answers for people: the lines of the plain view. */
import { Chalk } from 'chalk'
import { LOG_LEVELS, type LogLine } from '../stats/log-line.ts'
import type { RunEvent, StatsReport } from '../stats/reports.ts'
import { eventLine, eventText } from './event-line.ts'
import { formatTimeOfDay } from './figures.ts'
import { clientSegments, titleSegments } from './headlines.ts'
import { eventObject } from './json-lines.ts'
import { allReasons, nodeTroubleLines } from './reasons.ts'
import { safe } from './sanitize.ts'
import { joinSegments } from './segments.ts'
import { renderTable } from './table.ts'
import { treeRows } from './tree.ts'

const NO_COLOUR = new Chalk({ level: 0 })
/** Who asks may show it on a terminal of any width, or in none. */
const WIDTH = 1_000
const TROUBLED_NODES_MAX = 10
const LEVEL_WIDTH = Math.max(...Object.keys(LOG_LEVELS).map(level => level.length))

export function makeControlTexts(topologyName: string) {
  return {
    status: (report: StatsReport): string[] => [
      joinSegments(titleSegments(report, topologyName), WIDTH, NO_COLOUR),
      joinSegments(clientSegments(report.client, allReasons), WIDTH, NO_COLOUR),
    ],
    nodes: (report: Pick<StatsReport, 'nodes' | 'client'>, width = WIDTH): string[] => [
      ...renderTable(treeRows(report), { width, chalk: NO_COLOUR }).map(line => line.trimEnd()),
      ...nodeTroubleLines(report.nodes, width, TROUBLED_NODES_MAX),
    ],
    event: (event: RunEvent): string[] => eventText(eventLine(event)),
    eventObject,
    logLine: ({ timeMs, level, msg }: LogLine): string =>
      `${formatTimeOfDay(timeMs)} ${level.padEnd(LEVEL_WIDTH)} ${safe(msg)}`,
  }
}
