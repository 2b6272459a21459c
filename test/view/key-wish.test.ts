import { describe, expect, it } from 'vitest'
import type { Command } from '../../src/control/command.ts'
import { type Selected, type WishContext, wishOf, wishText } from '../../src/view/key-wish.ts'

const SELECTED: Selected = { id: 'server-1', admin: 'ready', isStopped: false }
const wish = (key: string, context: Partial<WishContext> = {}) =>
  wishOf(key, { selected: SELECTED, rate: 200, ...context })
const commandAt = (rate: number, key: string) => wish(key, { rate })

describe('what a key asks', () => {
  it.each<[string, Partial<Selected>, Command]>([
    ['r', {}, { name: 'restart', node: 'server-1' }],
    ['x', {}, { name: 'kill', node: 'server-1', signal: 'SIGKILL' }],
    ['z', {}, { name: 'stop', node: 'server-1' }],
    ['z', { isStopped: true }, { name: 'cont', node: 'server-1' }],
    ['d', {}, { name: 'drain', node: 'server-1' }],
    ['d', { admin: 'drain' }, { name: 'ready', node: 'server-1' }],
    ['d', { admin: 'maintenance' }, { name: 'ready', node: 'server-1' }],
  ])('by %s of a node that is %j is %j', (key, parts, command) => {
    expect(wish(key, { selected: { ...SELECTED, ...parts } })).toEqual({ command })
  })

  it.each(['r', 'x', 'z', 'd', 'l'])('by %s is to select a node where none is', key => {
    expect(wish(key, { selected: null })).toEqual({ notice: 'select a node first, with ↑ ↓' })
  })

  it('by R is the file, with a node or without', () => {
    expect([wish('R'), wish('R', { selected: null })]).toEqual(Array(2).fill({ command: { name: 'reload' } }))
  })

  it.each([
    ['+', 200, 400],
    ['=', 200, 400],
    ['-', 200, 100],
    ['+', 0, 50],
    ['-', 2, 1],
    ['-', 1, 0],
    ['-', 12.5, 6.25],
    ['+', 600_000, 1_000_000],
  ])('by %s at %d req/s is %d', (key, rate, wished) => {
    expect(commandAt(rate, key)).toEqual({ command: { name: 'rate', rate: wished } })
  })

  it('by + and - at the ends is nothing more', () => {
    expect(commandAt(0, '-')).toEqual({ notice: 'the load is off already' })
    expect(commandAt(1_000_000, '+')).toEqual({ notice: '1000000 req/s is the most' })
  })

  it('by keys of the view is nothing, nor by what only looks like a key', () => {
    for (const key of ['q', 's', 'l', 'up', 'enter', 'constructor', 'toString', 'D']) expect(wish(key)).toBeNull()
  })

  it.each<[Command, string]>([
    [{ name: 'kill', node: 's', signal: 'SIGKILL' }, 'kill -9 s'],
    [{ name: 'cont', node: 's' }, 'continue s'],
    [{ name: 'drain', node: 's' }, 'drain s'],
    [{ name: 'rate', rate: 12.5 }, '12.5 req/s'],
    [{ name: 'rate', rate: 0 }, 'load off'],
    [{ name: 'reload' }, 'reload the file'],
  ])('is told: %j is %s', (command, text) => {
    expect(wishText(command)).toBe(text)
  })
})
