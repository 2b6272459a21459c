import { describe, expect, it } from 'vitest'
import type { Command, Reply } from '../../src/control/command.ts'
import { makeOrders } from '../../src/view/orders.ts'
import { nodeStats } from './samples.ts'

const DONE: Reply = { ok: true, lines: [], data: null }
const NOT_DONE: Reply = { ok: false, exitCode: 1, message: 'server-1 has no\x1b[2J process' }
const NODE = nodeStats('server-1', { pid: 7 })
const of = (name: 'stop' | 'cont' | 'restart' | 'drain', node = 'server-1'): Command => ({ name, node })
const rate = (wished: number): Command => ({ name: 'rate', rate: wished })

function makeSetup() {
  const sent: { command: Command; reply: (reply: Reply) => void }[] = []
  const told: string[] = []
  const refused: string[] = []
  const orders = makeOrders({
    act: (command, reply) => sent.push({ command, reply }),
    tell: ({ text }) => told.push(text),
    onRefused: ({ name }, message) => refused.push(`${name}: ${message}`),
  })
  const answer = (reply: Reply = DONE) => sent.shift()!.reply(reply)
  return { orders, sent, told, refused, answer }
}

describe('orders', () => {
  it('are told at once, and again when they are answered', () => {
    const { orders, told, refused, answer } = makeSetup()
    orders.give(of('drain'), NODE)
    expect(told).toEqual(['drain server-1 …'])
    answer({ ok: true, lines: ['server-1 drains'], data: null })
    orders.give(of('restart'), NODE)
    answer()
    expect(told.slice(1)).toEqual(['server-1 drains', 'restart server-1 …', 'restart server-1: done'])
    expect(refused).toEqual([])
  })

  it('that could not be done are told twice, and nothing of it is obeyed by a terminal', () => {
    const { orders, told, refused, answer } = makeSetup()
    orders.give(of('stop'), NODE)
    answer(NOT_DONE)
    expect(told.at(-1)).toBe('✖ server-1 has no\\x1b[2J process')
    expect(refused).toEqual(['stop: server-1 has no\x1b[2J process'])
  })

  it('of a key that is held down are one at a time for each node', () => {
    const { orders, sent, told, answer } = makeSetup()
    for (let i = 0; i < 30; i++) orders.give(of('restart'), NODE)
    orders.give(of('restart', 'server-2'), null)
    orders.give(of('drain'), NODE)
    expect(sent.map(({ command }) => command)).toEqual([of('restart'), of('restart', 'server-2'), of('drain')])
    expect(told[1]).toBe('restart server-1: still under way')
    answer()
    orders.give(of('restart'), NODE)
    expect(sent.at(-1)!.command).toEqual(of('restart'))
  })

  it('for a rate count on from the one that was asked for, and only the newest follows', () => {
    const { orders, sent, answer } = makeSetup()
    expect(orders.rateAfter(200)).toBe(200)
    for (const wished of [400, 800, 1_600]) orders.give(rate(wished), null)
    expect([orders.rateAfter(200), sent.map(({ command }) => command)]).toEqual([1_600, [rate(400)]])
    orders.onFigures()
    expect(orders.rateAfter(200)).toBe(1_600)
    answer()
    expect(sent.map(({ command }) => command)).toEqual([rate(1_600)])
    answer()
    expect([orders.rateAfter(400), sent]).toEqual([1_600, []])
    orders.onFigures()
    expect(orders.rateAfter(1_600)).toBe(1_600)
    orders.give(rate(800), null)
    answer(NOT_DONE)
    expect(orders.rateAfter(1_600)).toBe(1_600)
  })

  it('remember which process was stopped by a key, until it is continued or gone', () => {
    const { orders, answer } = makeSetup()
    orders.give(of('stop'), NODE)
    expect(orders.isStopped(NODE)).toBe(true)
    answer()
    expect([orders.isStopped(NODE), orders.isStopped({ ...NODE, pid: 8 })]).toEqual([true, false])
    orders.give(of('cont'), NODE)
    expect(orders.isStopped(NODE)).toBe(false)
    answer()
    orders.give(of('stop'), NODE)
    answer(NOT_DONE)
    expect(orders.isStopped(NODE)).toBe(false)
  })
})
