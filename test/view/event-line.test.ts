import { describe, expect, it } from 'vitest'
import { eventLine, eventStyle, eventText, readyLine } from '../../src/view/event-line.ts'
import { runEvent, SAMPLE_TIME_MS } from './samples.ts'

describe('event line', () => {
  it.each([
    [{}, ['12:03:11 exit server-3 signal SIGKILL']],
    [{ event: 'starting', node: null, detail: 'starting 9 nodes…' }, ['12:03:11 starting 9 nodes…']],
    [{ event: 'up', detail: 'upstream ready' }, ['12:03:11 up server-3 upstream ready']],
    [{ event: 'removed', detail: '' }, ['12:03:11 removed server-3']],
    [{ event: 'log', detail: '\x1b[31mred\n' }, ['12:03:11 log server-3 \\x1b[31mred']],
    [
      { event: 'reload-rejected', node: null, detail: 'a:1:2 bad\n  ~~~\n' },
      ['12:03:11 reload-rejected a:1:2 bad', '    ~~~'],
    ],
  ] as const)('%j is %j', (parts, lines) => {
    expect(eventText(eventLine(runEvent(parts)))).toEqual(lines)
  })

  it('tells readiness in order among them', () => {
    const nodes = [{ id: 'lb', role: 'load-balancer', pid: 2, socket: 'sockets/lb.sock' }] as const
    const line = readyLine({ timeMs: SAMPLE_TIME_MS, launcherPid: 1, nodes, tookMs: 880 })
    expect(eventText(line)).toEqual(['12:03:11 ready 1 node in 880ms, launcher pid 1'])
  })

  it('has a colour for bad news and none for a word that it does not know', () => {
    expect([eventStyle('exit'), eventStyle('restored'), eventStyle('new')]).toEqual(['bad', 'good', 'plain'])
  })
})
