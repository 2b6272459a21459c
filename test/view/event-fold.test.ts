import { describe, expect, it } from 'vitest'
import { makeRng } from '../../src/base/rng.ts'
import { foldEvents, keepEvent } from '../../src/view/event-fold.ts'
import type { EventLine } from '../../src/view/event-line.ts'

const line = (word: string, i = 0): EventLine => ({ time: `t${i}`, word, node: 'n', detail: ['d'] })
const linesOf = (words: string) => words.split(' ').map((word, i) => line(word, i))
/** Words of what is shown; of a folded line its text. */
const shownOf = (words: string, linesMax: number) =>
  foldEvents(linesOf(words), linesMax).map(({ word, detail }) => (word === '…' ? `(${detail[0]})` : word))

describe('event fold', () => {
  it.each([
    ['exit ejected ejected', 3, ['exit', 'ejected', 'ejected']],
    ['exit ejected ejected', 2, ['ejected', 'ejected']],
    ['exit ejected ejected ejected', 3, ['exit', '(2 ejected)', 'ejected']],
    ['up exit ejected probing ejected restored', 4, ['up', 'exit', '(2 ejected · 1 probing)', 'restored']],
    ['exit panic ejected ejected ejected', 4, ['exit', 'panic', '(2 ejected)', 'ejected']],
    ['exit ejected panic ejected admin ejected', 5, ['exit', 'panic', '(2 ejected)', 'admin', 'ejected']],
    ['ejected exit ejected ejected restored', 4, ['ejected', 'exit', '(2 ejected)', 'restored']],
    ['exit ejected ejected ejected ejected panic', 5, ['exit', '(2 ejected)', 'ejected', 'ejected', 'panic']],
    ['ejected probing ejected probing', 2, ['ejected', 'probing']],
    ['exit restart up exit restart', 2, ['exit', 'restart']],
    ['exit ejected probing restored', 1, ['restored']],
    ['exit ejected', 0, []],
    ['exit log log log log restart up', 6, ['exit', '(2 log)', 'log', 'log', 'restart', 'up']],
    ['hung awake plan command reload', 5, ['hung', 'awake', 'plan', 'command', 'reload']],
  ])('of %s shows on %i lines %j', (words, linesMax, shown) => {
    expect(shownOf(words, linesMax)).toEqual(shown)
  })

  it('uses every line that there is something for, ends with the newest and keeps the order', () => {
    const chatter = 'ejected probing restored panic admin'.split(' ')
    for (let seed = 1; seed <= 200; seed++) {
      const rng = makeRng(seed)
      const events = Array.from({ length: 1 + rng.int(40) }, (_, i) =>
        line(rng.int(3) > 0 ? chatter[rng.int(chatter.length)]! : 'exit', i),
      )
      const linesMax = 1 + rng.int(12)
      const shown = foldEvents(events, linesMax)
      const whole = shown.filter(({ word }) => word !== '…')
      expect(shown.length).toBeLessThanOrEqual(linesMax)
      expect(shown.at(-1)).toBe(events.at(-1))
      expect(whole).toEqual(events.filter(event => whole.includes(event)))
      // A line is left empty only where one more line of each run would take two.
      if (events.length >= linesMax) expect(shown.length).toBeGreaterThanOrEqual(Math.ceil(linesMax / 2))
    }
  })
})

describe('kept events', () => {
  const keepAll = (events: readonly EventLine[]) => events.reduce<EventLine[]>(keepEvent, [])

  it('are in the order in which they came, and bounded', () => {
    const events = Array.from({ length: 1_500 }, (_, i) => line(i % 3 === 0 ? 'exit' : 'ejected', i))
    const kept = keepAll(events)
    expect(kept).toHaveLength(1_200)
    expect(kept.at(-1)).toBe(events.at(-1))
    expect(kept).toEqual(events.filter(event => kept.includes(event)))
  })

  it('lose no exit to a pool that flaps', () => {
    const exit = line('exit')
    const kept = keepAll([exit, ...Array.from({ length: 3_000 }, (_, i) => line(i % 2 ? 'ejected' : 'restored', i))])
    expect(kept).toHaveLength(1_001)
    expect(kept[0]).toBe(exit)
  })
})
