/** The commands that only ask. */
import type { Asker, Command, Reply } from '../control/command.ts'
import type { LogLine } from '../stats/log-line.ts'
import type { RunEvent } from '../stats/reports.ts'
import { write } from '../topology/write.ts'
import type { ObeyContext } from './obey-context.ts'

type Of<Name> = Extract<Command, { name: Name }>

export function tellStatus({ report, texts, file, broken, controlErrors }: ObeyContext): Reply {
  const now = report()
  const { phase, generation, uptimeMs, banner, client, nodes } = now
  const laws = broken()
  const present = nodes.filter(({ state }) => state !== 'stopped')
  const up = nodes.filter(({ state }) => state === 'up').length
  const restarts = [client, ...nodes].reduce((sum, each) => sum + each.restarts, 0)
  const lawsText = laws.length === 0 ? 'laws ok' : `${laws.length} laws broken`
  return done(
    [
      ...texts.status(now),
      `${lawsText} · restarts ${restarts} · control errors ${controlErrors()}`,
      ...laws,
      ...(banner === null ? [] : banner.split('\n')),
    ],
    {
      file,
      phase,
      generation,
      uptimeMs,
      launcherPid: process.pid,
      up,
      nodes: present.length,
      rate: client.targetRate,
      restarts,
      client,
      laws: laws.length === 0 ? 'ok' : laws,
      controlErrors: controlErrors(),
      banner,
    },
  )
}

export function tellNodes({ report, texts }: ObeyContext): Reply {
  const now = report()
  return done(texts.nodes(now), { nodes: now.nodes, client: now.client })
}

export function tellTopology({ fleet, changes }: ObeyContext): Reply {
  const running = write(fleet.topology)
  return done(running.trimEnd().split('\n'), {
    file: changes.version.text,
    running,
    heldRate: changes.heldRate?.rate ?? null,
  })
}

export function tellEvents({ follow, lines }: Of<'events'>, { events, texts }: ObeyContext, asker: Asker): Reply {
  const form: Form<RunEvent> = {
    what: 'events',
    linesOf: event => texts.event(event),
    dataOf: event => texts.eventObject(event),
  }
  if (follow) asker.onGone(events.follow(makeTell(form, asker)))
  return doneWith(form, events.last(lines))
}

export function tellLogs({ node, follow, lines }: Of<'logs'>, { fleet, texts }: ObeyContext, asker: Asker): Reply {
  const form: Form<LogLine> = {
    what: 'lines',
    linesOf: line => [texts.logLine(line)],
    dataOf: line => JSON.parse(line.text),
  }
  if (follow) asker.onGone(fleet.logs.follow(node, makeTell(form, asker)))
  return doneWith(form, fleet.logs.last(node, lines))
}

/** How moments of one kind are told, to people and to machines. */
interface Form<Moment> {
  readonly what: string
  linesOf(moment: Moment): readonly string[]
  dataOf(moment: Moment): unknown
}

/** Leaves out what comes while the asker does not read, and says so with the next that he can take. */
function makeTell<Moment>({ what, linesOf, dataOf }: Form<Moment>, asker: Asker): (moment: Moment) => void {
  let skipped = 0
  return moment => {
    if (asker.isBehind()) {
      skipped++
      return
    }
    if (skipped > 0) asker.tell(`(${skipped} ${what} left out: they were not read in time)`, { skipped })
    skipped = 0
    asker.tell(linesOf(moment).join('\n'), dataOf(moment))
  }
}

function doneWith<Moment>({ linesOf, dataOf }: Form<Moment>, last: readonly Moment[]): Reply {
  return done(last.flatMap(linesOf), last.map(dataOf))
}

function done(lines: readonly string[], data: unknown): Reply {
  return { ok: true, lines, data }
}
