/**
 * The one door for changes of a running topology: edits of the file, what operators ask for, and the file taken anew.
 * One at a time, each judged by the rules of the file, against what runs when its turn comes.
 */

import { expectedShareByNode } from '../policy/expected-share.ts'
import { layOver, withRate } from '../topology/lay-over.ts'
import { parse } from '../topology/parse.ts'
import { frozenChange } from '../topology/plan.ts'
import type { Problem, Topology } from '../topology/types.ts'
import { write } from '../topology/write.ts'
import type { Fleet } from './fleet.ts'
import { clashText, placeless, rejectionBanner, rejectionText } from './rejection-text.ts'
import { type Rejection, type ReloadContext, reload } from './reload.ts'
import { sentenceOf } from './system-problem.ts'
import type { FileContent } from './watch.ts'

export type ChangeResult =
  | { readonly kind: 'same' }
  | { readonly kind: 'applied'; readonly lines: readonly string[]; readonly generation: number }
  | Rejection

/** A version of the file that was good. */
export interface FileVersion {
  readonly text: string
  readonly topology: Topology
}

export interface ChangesContext extends Pick<ReloadContext, 'fleet' | 'clear'> {
  /** The file as the user typed it. */
  readonly typed: string
  /** What the run began with. */
  readonly version: FileVersion
  /** Requests per second that the command line asks for instead of the file's. */
  readonly rate: number | null
  readFile(): FileContent
  /** The run is ending: nothing is changed any more. */
  isOver(): boolean
  /** What was told of it should be seen at once. */
  onRejected(): void
  /** An edit came to nothing by what is outside of the file: the same, saved again, may do. */
  onUndone(): void
}

/** What holds instead of the file's rate, whatever the file says. */
interface HeldRate {
  readonly rate: number
  /** By which it was asked for. */
  readonly by: '--rate' | 'ctl rate'
}

/** What shall run, and what holds once it does. */
interface Wish {
  readonly after: Topology
  readonly version: FileVersion
  readonly heldRate: HeldRate | null
  readonly warnings: readonly Problem[]
}

/** What waits for its turn. */
interface Turn {
  readonly kind: 'edit' | 'reload' | 'change'
  /** The file's text, for those who read why it was rejected. */
  readonly text: string
  judge(): Wish | Rejection
  answer(result: ChangeResult): void
}

/** What is no change, and must not happen during one. */
interface Act {
  readonly kind: 'act'
  run(): Promise<void>
}

export class Changes {
  /** Of the topology: 1 at start, one more with each change that was applied. */
  generation = 1
  /** Why the file was rejected, until it is good again. */
  banner: string | null = null
  /** The version of the file that holds. */
  version: FileVersion
  isBusy = false
  /** What operators ask for instead of the file's rate, whatever the file says; null: nothing. */
  heldRate: HeldRate | null
  private waiting: (Turn | Act)[] = []
  private toldWarnings: ReadonlySet<string> = new Set()
  private readonly fleet: Fleet
  private readonly context: ChangesContext

  constructor(context: ChangesContext) {
    this.context = context
    this.fleet = context.fleet
    this.version = context.version
    this.heldRate = heldBy(context.rate)
  }

  /** An edit of the file. Of those that wait only the newest counts. */
  onFile(text: string): void {
    this.waiting = this.waiting.filter(turn => turn.kind !== 'edit')
    this.enter({ kind: 'edit', text, judge: () => this.judgeEdit(text), answer: () => {} })
  }

  /** The file cannot be read: the run goes on without it. */
  onTrouble(message: string): void {
    this.reject(message, message)
  }

  /** An operator's wish. Resolves when requests take the new ways; what left may still drain. */
  change(edit: (running: Topology) => Topology | Rejection): Promise<ChangeResult> {
    const judge = () => {
      const wanted = edit(this.fleet.topology)
      return 'kind' in wanted ? wanted : this.judgeChange(wanted)
    }
    return new Promise(answer => {
      this.enter({ kind: 'change', text: '', judge, answer })
    })
  }

  /** The file as it is: what operators changed is forgotten. */
  reload(): Promise<ChangeResult> {
    return new Promise(answer => {
      const content = this.context.readFile()
      if (content.ok) {
        const { text } = content
        this.enter({ kind: 'reload', text, judge: () => this.judgeFile(text, heldBy(this.context.rate)), answer })
      } else {
        this.onTrouble(sentenceOf(content.problem))
        answer({ kind: 'rejected', problems: [content.problem], reason: null })
      }
    })
  }

  /** Does this while no change is under way, and lets none begin meanwhile. */
  inTurn<T>(act: () => Promise<T>): Promise<T> {
    return new Promise(answer => {
      this.enter({ kind: 'act', run: async () => answer(await act()) })
    })
  }

  /** What an edit has left as it was is no news. */
  tellWarnings(warnings: readonly Problem[]): void {
    const told = this.toldWarnings
    this.toldWarnings = new Set(warnings.map(sentenceOf))
    for (const warning of warnings) {
      if (told.has(sentenceOf(warning))) continue
      const place = `${this.context.typed}:${warning.line}:${warning.column}`
      this.fleet.event('warning', null, `${place} ${sentenceOf(warning)}`, { code: warning.code })
    }
  }

  private enter(turn: Turn | Act): void {
    this.waiting.push(turn)
    if (!this.isBusy) void this.work()
  }

  private async work(): Promise<void> {
    this.isBusy = true
    for (let turn = this.waiting.shift(); turn; turn = this.waiting.shift()) {
      await (turn.kind === 'act' ? turn.run() : this.take(turn))
    }
    this.isBusy = false
  }

  private async take(turn: Turn): Promise<void> {
    // An edit that the end of the run came in the way of is no bad edit.
    if (this.context.isOver()) return turn.answer(rejection('everything is being stopped'))
    const wish = turn.judge()
    if ('kind' in wish) return this.refuse(turn, wish, turn.kind !== 'change')
    const { fleet, context } = this
    const result = await reload(wish.after, {
      fleet,
      clear: context.clear,
      onPlan: lines => fleet.event('plan', null, lines.join('; '), { changes: lines.length }),
      onApplied: (lines, tookMs) => this.endApplied(turn, wish, lines, tookMs),
    })
    if (result.kind === 'rejected') this.refuse(turn, result, true)
    if (result.kind === 'same') this.endSame(turn, wish)
  }

  private judgeEdit(text: string): Wish | Rejection {
    const { heldRate, fleet } = this
    const wish = this.judgeFile(text, heldRate)
    if ('kind' in wish) return wish
    const laid = layOver({
      before: this.version.topology,
      after: wish.version.topology,
      running: fleet.topology,
      heldRate: heldRate?.rate ?? null,
    })
    if (laid.ok) return { ...wish, after: laid.topology }
    return rejection(clashText(this.context.typed, laid.topology, laid.problems))
  }

  private judgeFile(text: string, heldRate: HeldRate | null): Wish | Rejection {
    const parsed = parse(text, { sharesOf: expectedShareByNode, rate: heldRate?.rate ?? null })
    if (!parsed.ok) return { kind: 'rejected', problems: parsed.problems, reason: null }
    const { topology, warnings } = parsed
    const frozen = frozenChange(this.fleet.topology, topology, text)
    if (frozen) return { kind: 'rejected', problems: [frozen], reason: null }
    return { after: withRate(topology, heldRate?.rate ?? null), version: { text, topology }, heldRate, warnings }
  }

  private judgeChange(wanted: Topology): Wish | Rejection {
    const { version } = this
    const judged = parse(write(wanted))
    if (!judged.ok) {
      return { kind: 'rejected', problems: judged.problems.map(problem => placeless(problem, wanted)), reason: null }
    }
    const { rate } = judged.topology.load
    const isRate = this.heldRate !== null && rate !== this.fleet.topology.load.rate
    return {
      after: judged.topology,
      version,
      heldRate: isRate ? { rate, by: 'ctl rate' } : this.heldRate,
      warnings: [],
    }
  }

  /** Routing has changed over; what was removed still drains. */
  private endApplied(turn: Turn, wish: Wish, lines: readonly string[], tookMs: number): void {
    this.generation++
    const { generation } = this
    const took = Math.round(tookMs)
    const fields = { generation, changes: lines.length, tookMs: took }
    this.fleet.event('reload', null, `generation ${generation} in ${took}ms`, fields)
    this.commit(turn, wish)
    turn.answer({ kind: 'applied', lines, generation })
  }

  private endSame(turn: Turn, wish: Wish): void {
    // What was told of an edit that was no good must not stand as the last word.
    if (turn.kind !== 'change' && this.banner)
      this.fleet.event('reload', null, 'the file is good again, nothing changes')
    this.commit(turn, wish)
    turn.answer({ kind: 'same' })
  }

  private commit({ kind }: Turn, { version, heldRate, warnings }: Wish): void {
    const rateBefore = this.version.topology.load.rate
    this.version = version
    this.heldRate = heldRate
    if (kind === 'change') return
    this.banner = null
    const { rate } = version.topology.load
    // An edit that does nothing and says nothing looks like one that was not seen.
    if (heldRate && rate !== rateBefore) {
      const holds = `${heldRate.by} ${heldRate.rate} holds`
      this.fleet.event('reload', null, `load.rate ${rate} in the file; ${holds}`)
    }
    this.tellWarnings(warnings)
  }

  private refuse({ kind, text, answer }: Turn, why: Rejection, isNews: boolean): void {
    const { typed, isOver } = this.context
    if (isNews && !isOver()) {
      if (kind === 'edit' && why.problems.every(({ line }) => line === 0)) this.context.onUndone()
      const banner = kind !== 'change' ? rejectionBanner(typed, why) : this.banner
      this.reject(rejectionText(typed, text, why), banner)
    }
    answer(why)
  }

  /** The run goes on as it was. */
  private reject(why: string, banner: string | null): void {
    const { generation } = this
    this.banner = banner
    this.fleet.event('reload-rejected', null, `${why}\nStill running generation ${generation}.`, { generation })
    this.context.onRejected()
  }
}

function heldBy(rate: number | null): HeldRate | null {
  return rate === null ? null : { rate, by: '--rate' }
}

function rejection(reason: string): Rejection {
  return { kind: 'rejected', problems: [], reason }
}
