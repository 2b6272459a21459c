/** What commands of operators act on. */
import type { Command } from '../control/command.ts'
import { textOfCommand } from '../control/command-text.ts'
import type { LogLine } from '../stats/log-line.ts'
import type { RunEvent, StatsReport } from '../stats/reports.ts'
import type { NodeId } from '../topology/types.ts'
import type { Changes } from './changes.ts'
import type { EventLog } from './event-log.ts'
import type { Fleet } from './fleet.ts'

/** How a view says the same: rooms of one rank are strangers, so it is handed in. */
export interface ControlTexts {
  status(report: StatsReport): readonly string[]
  nodes(report: StatsReport): readonly string[]
  event(event: RunEvent): readonly string[]
  /** As `run --json` writes it. */
  eventObject(event: RunEvent): object
  logLine(line: LogLine): string
}

export interface ObeyContext {
  readonly fleet: Fleet
  readonly changes: Changes
  readonly events: EventLog
  readonly texts: ControlTexts
  /** The topology file as the user typed it. */
  readonly file: string
  phase(): StatsReport['phase']
  report(): StatsReport
  /** Sentences, each a law that was broken so far. */
  broken(): readonly string[]
  controlErrors(): number
  /** Removes a dead socket that stands in the place of a live one. */
  clearSocket(id: NodeId): Promise<void>
}

/** What an operator does is told before what comes of it. */
export function tellCommand(command: Command, id: string | null, { fleet }: Pick<ObeyContext, 'fleet'>): void {
  fleet.event('command', id, textOfCommand(command), { command: command.name })
}
