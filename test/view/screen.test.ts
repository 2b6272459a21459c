import { describe, expect, it } from 'vitest'
import { columnsOf, makeScreen, rowsOf } from '../../src/view/screen.ts'
import { makeEmulatedScreen, makeManualClock } from './emulated.ts'

function makeSetup() {
  const stdout = makeEmulatedScreen(60, 20)
  const clock = makeManualClock()
  const setup = { stdout, clock, text: 'a', renders: 0, screen: null as never as ReturnType<typeof makeScreen> }
  const render = () => {
    setup.renders++
    return [setup.text]
  }
  setup.screen = makeScreen({ stdout, clock, render })
  return setup
}

describe('screen', () => {
  it('draws at once, then at most every 250 ms, and then the newest', async () => {
    const setup = makeSetup()

    setup.screen.refresh()
    for (const text of ['b', 'c', 'd']) {
      setup.text = text
      setup.screen.refresh()
    }
    expect(setup.renders).toBe(1)
    setup.clock.pass(250)

    expect(setup.renders).toBe(2)
    expect((await setup.stdout.lines())[0]).toBe('d')
  })

  it('writes one synchronized update per frame, and nothing for the same frame', () => {
    const { stdout, clock, screen } = makeSetup()

    screen.refresh()
    clock.pass(250)
    screen.refresh()

    expect(stdout.written).toHaveLength(1)
    expect(stdout.written[0]).toMatch(/^\x1b\[\?2026h[\s\S]*\x1b\[\?2026l$/)
  })

  it('writes the same frame again to a screen that is unknown', () => {
    const { stdout, clock, screen } = makeSetup()
    screen.refresh()
    screen.repaint()
    clock.pass(250)
    expect(stdout.written).toHaveLength(2)
  })

  it('builds no frame for a terminal that cannot keep up, and the newest when it can', async () => {
    const setup = makeSetup()
    setup.stdout.writableNeedDrain = true

    setup.screen.refresh()
    setup.clock.pass(250)
    expect([setup.renders, setup.stdout.written.length]).toEqual([0, 0])
    setup.stdout.writableNeedDrain = false
    setup.text = 'z'
    setup.clock.pass(250)

    expect((await setup.stdout.lines())[0]).toBe('z')
  })

  it('answers a key sooner than it shows figures, also while those are due', () => {
    const setup = makeSetup()
    const { clock, screen } = setup
    screen.refresh()
    screen.refresh()
    screen.answer()
    clock.pass(50)
    expect(setup.renders).toBe(2)
    screen.refresh()
    clock.pass(249)
    expect(setup.renders).toBe(2)
    clock.pass(1)
    expect(setup.renders).toBe(3)
  })

  it('draws at most twenty times a second for a key that is held down', () => {
    const setup = makeSetup()
    for (let ms = 0; ms < 1_000; ms += 5) {
      setup.screen.answer()
      setup.clock.pass(5)
    }
    expect(setup.renders).toBeLessThanOrEqual(21)
  })

  it('leaves no timer behind when paused', () => {
    const { clock, screen } = makeSetup()
    screen.refresh()
    screen.refresh()
    screen.pause()
    expect(clock.waitingCount()).toBe(0)
  })

  it('takes 80x24 for a terminal that does not know yet', () => {
    expect([columnsOf({}), columnsOf({ columns: 0 }), columnsOf({ columns: 60 })]).toEqual([80, 80, 60])
    expect([rowsOf({}), rowsOf({ rows: 0 }), rowsOf({ rows: 20 })]).toEqual([24, 24, 20])
  })
})
