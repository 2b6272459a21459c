import { describe, expect, it } from 'vitest'
import { eventLine, eventStyle, eventText, readyLine, refusedLine } from '../../src/view/event-line.ts'
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
    [
      { event: 'ejected', node: 'proxy-1', fields: { upstream: 's', reason: '5 failures in a row', forMs: 2_070 } },
      ['12:03:11 ejected s by proxy-1: 5 failures in a row, for 2.1s'],
    ],
    [
      { event: 'half-open', node: 'proxy-1', fields: { upstream: 's', reason: 'its time is over' } },
      ['12:03:11 probing s tried again by proxy-1'],
    ],
    [
      { event: 'panic', node: 'proxy-1', detail: '1 of 3 usable', fields: { reason: '1 of 3 usable' } },
      ['12:03:11 panic proxy-1 1 of 3 usable, ejections are ignored'],
    ],
    [
      { event: 'panic-over', node: 'proxy-1', detail: '2 of 3 usable', fields: { reason: '2 of 3 usable' } },
      ['12:03:11 no panic proxy-1 2 of 3 usable'],
    ],
    [
      { event: 'backup', node: 'proxy-2', detail: 'server-9 takes over', fields: { reason: 'server-9 takes over' } },
      ['12:03:11 backup proxy-2 server-9 takes over'],
    ],
    [
      { event: 'backup-over', node: 'proxy-2', detail: '1 of 3 usable', fields: { reason: '1 of 3 usable' } },
      ['12:03:11 standby proxy-2 backups wait again: 1 of 3 usable'],
    ],
    [
      { event: 'admin', node: 'proxy-1', fields: { upstream: 'server-3', reason: 'ready -> drain' } },
      ['12:03:11 admin server-3 at proxy-1: ready -> drain'],
    ],
    [
      { event: 'plan', node: null, detail: '+ s-7 behind p; ~ s-3 serviceTime 2ms -> 5ms live; - s-2 drain' },
      ['12:03:11 plan + s-7 behind p', '  ~ s-3 serviceTime 2ms -> 5ms live', '  - s-2 drain'],
    ],
    [
      { event: 'reload', node: null, detail: '+ s-7 behind p; - s-2 drain · generation 2 in 31ms' },
      ['12:03:11 reload + s-7 behind p; - s-2 drain · generation 2 in 31ms'],
    ],
    [{ event: 'command', node: 's', detail: 'weight s 5' }, ['12:03:11 command s weight s 5']],
    [{ event: 'hung', detail: 'no sign of life for 3.0s' }, ['12:03:11 hung server-3 no sign of life for 3.0s']],
    [{ event: 'awake', detail: 'after 4.0s' }, ['12:03:11 awake server-3 after 4.0s']],
  ] as const)('%j is %j', (parts, lines) => {
    expect(eventText(eventLine(runEvent(parts)))).toEqual(lines)
  })

  it('tells readiness in order among them', () => {
    const nodes = [{ id: 'lb', role: 'load-balancer', pid: 2, socket: 'sockets/lb.sock' }] as const
    const line = readyLine({ timeMs: SAMPLE_TIME_MS, launcherPid: 1, nodes, tookMs: 880 })
    expect(eventText(line)).toEqual(['12:03:11 ready 1 node in 880ms, launcher pid 1'])
  })

  it('tells what could not be done for a key, and nothing in it moves a cursor', () => {
    expect(eventText(refusedLine(SAMPLE_TIME_MS, 'lb', '"lb" cannot\x1b[2J be drained'))).toEqual([
      '12:03:11 refused lb "lb" cannot\\x1b[2J be drained',
    ])
    expect(eventText(refusedLine(SAMPLE_TIME_MS, null, 'no'))).toEqual(['12:03:11 refused no'])
  })

  it('has a colour for bad news and none for a word that it does not know', () => {
    const words = 'exit rejected restored new ejected probing panic'.split(' ')
    expect(words.map(eventStyle)).toEqual(['bad', 'bad', 'good', 'plain', 'warn', 'busy', 'bad'])
    expect('hung awake plan command refused'.split(' ').map(eventStyle)).toEqual('bad good busy strong bad'.split(' '))
    expect([eventStyle('no panic'), eventStyle('standby'), eventStyle('admin')]).toEqual(['good', 'good', 'plain'])
  })
})
