import { expect, it } from 'vitest'
import { EventLog } from '../../src/supervise/event-log.ts'

const event = (detail: string) => ({ timeMs: 0, event: 'log' as const, node: null, detail })
const detailsOf = (events: readonly { detail: string }[]) => events.map(({ detail }) => detail)

it('keeps the last 500 events, oldest first', () => {
  const log = new EventLog()
  for (let count = 0; count < 600; count++) log.add(event(String(count)))

  expect(detailsOf(log.last(2))).toEqual(['598', '599'])
  expect(log.last(0)).toEqual([])
  expect(detailsOf(log.last(1_000).slice(0, 1))).toEqual(['100'])
})

it('tells followers of further ones until they leave', () => {
  const log = new EventLog()
  const heard: string[] = []
  log.add(event('before'))
  const leave = log.follow(({ detail }) => heard.push(detail))
  log.add(event('one'))
  leave()
  log.add(event('two'))

  expect(heard).toEqual(['one'])
})
