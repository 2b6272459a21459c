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
      ['12:03:11 rejected a:1:2 bad', '    ~~~'],
    ],
    [
      {
        event: 'reload-rejected',
        node: null,
        detail: 'a:1:2 - error BAD_ID: bad\n  1 | x - error X: y\n\na - error NO: b',
      },
      ['12:03:11 rejected a:1:2 bad', '    1 | x - error X: y', '  ', '  a b'],
    ],
    [
      {
        event: 'ejected',
        node: 'proxy-1',
        detail: 'server-3: ended',
        fields: { upstream: 'server-3', reason: 'ended' },
      },
      ['12:03:11 ejected server-3 by proxy-1: connection ended'],
    ],
    [
      { event: 'ejected', node: 'lb', detail: 'p: silent', fields: { upstream: 'p', reason: 'silent' } },
      ['12:03:11 ejected p by lb: silent'],
    ],
    [
      { event: 'restored', node: 'proxy-1', detail: 's: heard', fields: { upstream: 's', reason: 'heard' } },
      ['12:03:11 restored s by proxy-1: heard'],
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
    expect([eventStyle('exit'), eventStyle('rejected'), eventStyle('restored'), eventStyle('new')]).toEqual([
      'bad',
      'bad',
      'good',
      'plain',
    ])
  })
})
