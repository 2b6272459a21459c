import { EventEmitter } from 'node:events'
import type net from 'node:net'
import { expect, test } from 'vitest'
import { ReadBudget } from '../../src/transport/read-budget.ts'
import { makeReading, readInto } from '../../src/transport/reading.ts'

test('a socket whose handle this version of Node.js hides is read by its stream', () => {
  const accepted = new EventEmitter() as unknown as net.Socket
  const reading = makeReading(new ReadBudget())
  const seen: string[] = []
  reading.receive = bytes => seen.push(bytes.toString())
  expect(readInto(accepted, reading)).toBe(accepted)
  accepted.emit('data', Buffer.from('frames'))
  expect(seen).toEqual(['frames'])
})

test('what was read is handed on, no more and no less, and reading goes on', () => {
  const reading = makeReading(new ReadBudget())
  const seen: string[] = []
  reading.receive = bytes => seen.push(bytes.toString())
  for (const text of ['one', 'three']) {
    const count = reading.buffer().write(text)
    expect(reading.callback(count)).toBe(true)
  }
  expect(seen).toEqual(['one', 'three'])
})
