/**
 * Which events are kept, and which of them a few lines show. A pool that flaps tells of its upstreams many times a
 * second; the table shows who is out by then, so such events give way to the exit or the edit that came before them. So
 * do lines of nodes' logs, which have a view of their own.
 */
import type { EventLine } from './event-line.ts'

/** What nodes tell of their upstreams, and print, by the word that the line begins with. */
const CHATTER = new Set(['ejected', 'probing', 'restored', 'panic', 'no panic', 'backup', 'standby', 'admin', 'log'])

const CHATTER_KEPT_MAX = 1_000 // to be counted when folded
const OTHERS_KEPT_MAX = 200 // more than any screen is high

/** Oldest first, with the new one; of either kind the oldest goes when there are too many. */
export function keepEvent(events: readonly EventLine[], line: EventLine): EventLine[] {
  const kept = [...events, line]
  const like = kept.filter(each => isChatter(each) === isChatter(line))
  if (like.length <= (isChatter(line) ? CHATTER_KEPT_MAX : OTHERS_KEPT_MAX)) return kept
  return kept.filter(each => each !== like[0])
}

/** The last ones for so many lines. Of a long run of chatter with something before it, a part is one line of counts. */
export function foldEvents(events: readonly EventLine[], linesMax: number): EventLine[] {
  if (events.length <= linesMax) return [...events]
  let runMax = Math.max(2, Math.ceil(linesMax / 2))
  let shown = lastRuns(events, linesMax, runMax)
  while (shown.length < linesMax) {
    const fuller = lastRuns(events, linesMax, ++runMax)
    if (fuller.length > linesMax) break
    shown = fuller
  }
  return linesMax > 0 ? shown.slice(-linesMax) : []
}

/** With at most `runMax` lines of each run; may be more than `linesMax` altogether, since the oldest run comes whole. */
function lastRuns(events: readonly EventLine[], linesMax: number, runMax: number): EventLine[] {
  const shown: EventLine[] = []
  for (let end = events.length; end > 0 && shown.length < linesMax; ) {
    const start = runStart(events, end)
    const run = events.slice(start, end)
    shown.unshift(...(start === 0 ? run : foldRun(run, runMax)))
    end = start
  }
  return shown
}

/** Where the run of chatter begins that ends before `end`; any other event is a run of its own. */
function runStart(events: readonly EventLine[], end: number): number {
  let start = end - 1
  while (start > 0 && isChatter(events[start]!) && isChatter(events[start - 1]!)) start--
  return start
}

/** Whole are the newest of each word, then whatever else is new; the others are one line where the last of them was. */
function foldRun(run: readonly EventLine[], runMax: number): EventLine[] {
  if (run.length <= runMax) return [...run]
  const newestFirst = [...run].reverse()
  const newestOfWord = new Map(run.map(line => [line.word, line]))
  const whole = new Set<EventLine>()
  for (const line of [...newestFirst.filter(each => newestOfWord.get(each.word) === each), ...newestFirst]) {
    if (whole.size < runMax - 1) whole.add(line)
  }
  const folded = run.filter(line => !whole.has(line))
  return run.flatMap(line => {
    if (whole.has(line)) return line
    return line === folded.at(-1) ? foldLine(folded) : []
  })
}

/** `6 ejected · 3 probing`, the most frequent first. */
function foldLine(folded: readonly EventLine[]): EventLine {
  const counts = new Map<string, number>()
  for (const { word } of folded) counts.set(word, (counts.get(word) ?? 0) + 1)
  const sorted = [...counts].sort(([, a], [, b]) => b - a)
  const text = sorted.map(([word, count]) => `${count} ${word}`).join(' · ')
  return { time: folded.at(-1)!.time, word: '…', node: '', detail: [text] }
}

function isChatter({ word }: EventLine): boolean {
  return CHATTER.has(word)
}
