/** A whole run of real processes, driven and watched by its lines of JSON as a script would. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect } from 'vitest'
import type {
  EventName,
  NodeStats,
  ReadyReport,
  RunEvent,
  StatsReport,
  SummaryReport,
} from '../../src/stats/reports.ts'
import { expectLawsInEveryLine } from './claims.ts'
import { childrenOf, type Ended, makeDir, PROJECT, socketsIn, startCommand, stillChildren } from './commands.ts'
import { atFileEnd } from './ends.ts'

type As<Type extends string, Report> = { type: Type; v: number; time: number } & Omit<Report, 'timeMs'>
export type ReadyLine = As<'ready', ReadyReport>
export type StatsLine = As<'stats', StatsReport>
export type EventLine = As<'event', Omit<RunEvent, 'fields'>> & Readonly<Record<string, unknown>>
export type SummaryLine = As<'summary', Omit<SummaryReport, 'violations'>> & { laws: 'ok' | string[] }
export type Line = ReadyLine | StatsLine | EventLine | SummaryLine

/** A topology file's content, as loosely as a test wants to write it. */
// biome-ignore lint/suspicious/noExplicitAny: tests also write what the parser must refuse
export type Written = Record<string, any>

export interface RunOptions {
  /** As JSON or as text; nine nodes unless said otherwise. */
  readonly topology?: Written | string
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** By `npm start`. */
  readonly viaNpm?: boolean
  /** See `CommandOptions`. */
  readonly ownGroup?: boolean
  /** Instead of node and the compiled command, which keep the laws. */
  readonly program?: readonly string[]
  /** The folder of an earlier run, with its file as it is. */
  readonly dir?: string
  /** As typed in that folder; `topology.json` unless said otherwise. */
  readonly file?: string
}

const lawfulRuns: Run[] = []

// Whatever a story did to its run, the laws hold in every line of it, and the run itself found nothing.
atFileEnd(() => {
  for (const run of lawfulRuns.splice(0)) {
    expectLawsInEveryLine(run.lines)
    const found = run.lines.flatMap(line => (line.type === 'summary' ? line.laws : []))
    expect([run.events('law-violation'), found.filter(each => each !== 'ok')]).toEqual([[], []])
  }
})

/** For what a loaded machine may take its time with; what is waited for usually takes a tenth of it. */
const LIMIT_MS = 20_000

/** The topology of the README. */
export function nineNodes(load: Written = {}): Written {
  const servers = [1, 2, 3, 4, 5, 6].map(n => ({ id: `server-${n}`, behind: n <= 3 ? 'proxy-1' : 'proxy-2' }))
  return { loadBalancers: [{ id: 'lb' }], proxies: [{ id: 'proxy-1' }, { id: 'proxy-2' }], servers, load }
}

/** The smallest with a forwarder and a choice, for stories that are about processes and not about balancing. */
export function threeNodes(load: Written = {}, server: Written = {}): Written {
  return {
    loadBalancers: [{ id: 'lb' }],
    servers: [{ id: 'server-1' }, { id: 'server-2' }],
    defaults: { server },
    load,
  }
}

export function startRun(options: RunOptions = {}): Run {
  const { topology = nineNodes() } = options
  const dir = options.dir ?? makeDir({ 'topology.json': typeof topology === 'string' ? topology : toText(topology) })
  const run = new Run(dir, options)
  if (!options.program) lawfulRuns.push(run)
  return run
}

export class Run {
  readonly dir: string
  readonly lines: Line[] = []
  readonly ended: Promise<Ended>
  /** What was started: the launcher, or npm. */
  readonly pid: number
  /** As a reader does that has seen enough. */
  readonly stopReading: () => void
  private readonly waiting = new Set<() => void>()
  private isOver = false

  constructor(dir: string, options: RunOptions) {
    const { args = [], env, viaNpm = false, ownGroup = false, file = 'topology.json', program } = options
    this.dir = dir
    const interval = args.includes('--interval') ? [] : ['--interval', '200ms']
    const words = [file, '--json', ...interval, ...args]
    const command = viaNpm
      ? startCommand(['start', '--silent', '--prefix', PROJECT, '--', ...words], {
          cwd: dir,
          env,
          ownGroup,
          program: ['npm'],
        })
      : startCommand(['run', ...words], { cwd: dir, env, ownGroup, ...(program ? { program } : {}) })
    this.pid = command.pid
    this.stopReading = () => command.process.stdout!.destroy()
    createInterface(command.process.stdout!).on('line', text => this.hear(text))
    this.ended = command.ended.finally(() => {
      this.isOver = true
      this.wake()
    })
  }

  private hear(text: string): void {
    this.lines.push(JSON.parse(text))
    this.wake()
  }

  private wake(): void {
    for (const look of this.waiting) look()
  }

  /** The first thing that `find` makes of the lines so far, or of those to come. */
  waitFor<T>(find: (lines: readonly Line[]) => T | undefined | false, what: string, limitMs = LIMIT_MS): Promise<T> {
    return new Promise((settle, fail) => {
      const finish = (act: () => void) => {
        clearTimeout(timer)
        this.waiting.delete(look)
        act()
      }
      const giveUp = (why: string) => finish(() => fail(new Error(`${why} until ${what}\n${this.story()}`)))
      const look = () => {
        const found = find(this.lines)
        if (found !== undefined && found !== false) finish(() => settle(found))
        else if (this.isOver) void this.ended.then(({ stderr }) => giveUp(`the run ended before (${stderr})`))
      }
      const timer = setTimeout(() => giveUp(`waited ${limitMs} ms in vain`), limitMs)
      this.waiting.add(look)
      look()
    })
  }

  /** With the first stats, which follow at once. */
  async ready(): Promise<ReadyLine> {
    await this.waitFor(() => this.stats().length > 0, 'it is ready')
    return this.lines.find(line => line.type === 'ready')!
  }

  /** The newest stats, once there are any of which the claim holds. */
  statsWhen(claim: (stats: StatsLine) => boolean, what: string, limitMs?: number): Promise<StatsLine> {
    return this.waitFor(
      lines => {
        const newest = lines.findLast(line => line.type === 'stats')
        return newest && claim(newest) && newest
      },
      what,
      limitMs,
    )
  }

  /** Stats that hold nothing older than this call: the second line from now, since accounts travel a while. */
  freshStats(): Promise<StatsLine> {
    const seen = this.stats().length
    return this.waitFor(() => this.stats()[seen + 2], 'there are fresh stats')
  }

  stats(): StatsLine[] {
    return this.lines.filter(line => line.type === 'stats')
  }

  events(event: EventName, node?: string): EventLine[] {
    return this.allEvents().filter(line => line.event === event && (!node || line.node === node))
  }

  eventsOf(node: string): EventLine[] {
    return this.allEvents().filter(line => line.node === node)
  }

  private allEvents(): EventLine[] {
    return this.lines.filter((line): line is EventLine => line.type === 'event')
  }

  /** The next event of that name from now. */
  nextEvent(event: EventName, act: () => void): Promise<EventLine> {
    const seen = this.events(event).length
    act()
    return this.waitFor(() => this.events(event)[seen], `there is another ${event} event`)
  }

  node(id: string): NodeStats {
    return nodeOf(this.stats().at(-1)!, id)
  }

  pidOf(id: string): number {
    return this.node(id).pid!
  }

  /** The pids of every node by its id, and of the clients. */
  pids(): Record<string, number | null> {
    const { nodes, client } = this.stats().at(-1)!
    return Object.fromEntries([...nodes.map(({ id, pid }) => [id, pid]), ['clients', client.pid]])
  }

  /** Saves the file, by renaming a new one over it as most editors do, or in place. */
  edit(change: string | ((topology: Written) => void), how: 'rename' | 'in place' = 'rename'): void {
    const file = join(this.dir, 'topology.json')
    const text = typeof change === 'string' ? change : changed(readFileSync(file, 'utf8'), change)
    if (how === 'in place') return writeFileSync(file, text)
    writeFileSync(`${file}.new`, text)
    renameSync(`${file}.new`, file)
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal)
  }

  /** Asks for an orderly end, and tells how it went. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended & { summary: SummaryLine }> {
    this.signal(signal)
    const ended = await this.ended
    return { ...ended, summary: this.summary() }
  }

  summary(): SummaryLine {
    const last = this.lines.at(-1)
    if (last?.type !== 'summary') throw new Error(`no summary\n${this.story()}`)
    return last
  }

  /** The pids of the launcher's live children. */
  children(): number[] {
    return childrenOf(this.pid)
  }

  /** What is left of a run whose children were these. */
  leftovers(children: readonly number[]): { processes: number[]; sockets: string[] } {
    return { processes: stillChildren(children), sockets: socketsIn(this.dir) }
  }

  /** The last lines in short, for whoever reads a failure. */
  private story(): string {
    const told = this.lines.filter(line => line.type !== 'stats').slice(-8)
    return [...told, ...this.stats().slice(-1)].map(line => JSON.stringify(line).slice(0, 600)).join('\n')
  }
}

export const NOTHING_LEFT = { processes: [], sockets: [] }

export function nodeOf(line: StatsLine | SummaryLine, id: string): NodeStats {
  const found = line.nodes.find(node => node.id === id)
  if (!found) throw new Error(`no node ${id}`)
  return found
}

function changed(text: string, change: (topology: Written) => void): string {
  const topology = JSON.parse(text)
  change(topology)
  return toText(topology)
}

export function toText(topology: Written): string {
  return `${JSON.stringify(topology, null, 2)}\n`
}
