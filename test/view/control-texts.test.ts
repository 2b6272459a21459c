import { expect, it } from 'vitest'
import { wrapLine } from '../../src/stats/log-line.ts'
import { makeControlTexts } from '../../src/view/control-texts.ts'
import { SAMPLE_TIME_MS, statsReport } from './samples.ts'

const texts = makeControlTexts('topology.json')

it('says in two lines what runs and what its clients got', () => {
  const [title, clients, ...rest] = texts.status(statsReport())

  expect(title).toMatch(/^udsim · topology\.json · generation \d+ · \d\/9 up · 200 req\/s asked · uptime /)
  expect(clients).toMatch(/^clients · sent 2404 · /)
  expect(rest).toEqual([])
})

it('shows every column of the table, without escape bytes', () => {
  const lines = texts.nodes(statsReport())

  expect(lines[0]).toMatch(/^NODE .* MEM$/)
  expect(lines.join('\n')).not.toContain('\u001b')
  expect(texts.nodes(statsReport(), 80).filter(line => line.length > 80)).toEqual([])
})

it('shows an event and a line of a log with their time, and nothing that a terminal would obey', () => {
  const event = { timeMs: SAMPLE_TIME_MS, event: 'command' as const, node: 'lb', detail: 'drain \u001b[2J' }
  const line = wrapLine({ node: 'lb', role: 'load-balancer', pid: 7 }, SAMPLE_TIME_MS, 'warn', 'a\u001b[2Jb')

  expect(texts.event(event)).toEqual(['12:03:11 command lb drain \\x1b[2J'])
  expect(texts.logLine(line)).toBe('12:03:11 warn  a\\x1b[2Jb')
  expect(texts.eventObject(event)).toMatchObject({ type: 'event', v: 1, event: 'command', node: 'lb' })
})
