import { describe, expect, it } from 'vitest'
import type { LinkEvent } from '../../src/link/link.ts'
import type { UpstreamEvent } from '../../src/stats/reports.ts'
import { wordsOfLink, wordsOfUpstream } from '../../src/supervise/log-words.ts'

const PEER = { node: 'server-1', generation: 2 }
const UP: LinkEvent = { towards: 'upstream', peer: PEER, end: null, isFinished: false }
const DOWN: LinkEvent = { ...UP, towards: 'downstream', peer: { node: 'proxy-1', generation: 1 } }

describe('what a log says of a connection', () => {
  it.each<[string, Partial<LinkEvent>, string]>([
    ['that stands', {}, 'info: connection to server-1 is up'],
    ['that its upstream ended', { end: { cause: 'ended', detail: '' } }, 'info: connection to server-1 lost: ended'],
    ['that broke', { end: { cause: 'lost', detail: 'ECONNRESET' } }, 'info: connection to server-1 lost: ECONNRESET'],
    [
      'that it left itself',
      { end: { cause: 'ended', detail: '' }, isFinished: true },
      'debug: connection to server-1 closed',
    ],
    ['that it cut itself', { end: { cause: 'local', detail: '' } }, 'debug: connection to server-1 closed'],
    [
      'that is stuck',
      { end: { cause: 'stalled', detail: 'takes no bytes' } },
      'info: connection to server-1 lost: stalled (takes no bytes)',
    ],
    [
      'that nobody took',
      { peer: null, end: { cause: 'refused', detail: 'ENOENT' } },
      'debug: connection to an upstream failed: refused (ENOENT)',
    ],
    [
      'that nobody answered',
      { peer: null, end: { cause: 'stalled', detail: 'no HELLO-ACK within 2 s' } },
      'info: connection to an upstream lost: stalled (no HELLO-ACK within 2 s)',
    ],
    [
      'that broke the protocol',
      { end: { cause: 'protocol', detail: 'an answer to nothing' } },
      'warn: connection to server-1 broken off: protocol (an answer to nothing)',
    ],
    [
      'that was sent away',
      { end: { cause: 'dismissed', detail: 'the peer closed with error flood: x' } },
      'warn: connection to server-1 broken off: dismissed (the peer closed with error flood: x)',
    ],
  ])('to an upstream %s', (_what, more, said) => {
    const { level, msg } = wordsOfLink({ ...UP, ...more })

    expect(`${level}: ${msg}`).toBe(said)
  })

  it.each<[string, Partial<LinkEvent>, string]>([
    ['that stands', {}, 'debug: connection from proxy-1 is up'],
    ['of a client', { peer: { node: '', generation: 1 } }, 'debug: connection from a client is up'],
    ['that ended', { end: { cause: 'ended', detail: '' } }, 'debug: connection from proxy-1 lost: ended'],
    [
      'of a stranger',
      { peer: null, end: { cause: 'protocol', detail: 'frame type 9 before HELLO' } },
      'warn: connection from a stranger broken off: protocol (frame type 9 before HELLO)',
    ],
    [
      'that is stuck',
      { end: { cause: 'stalled', detail: 'takes no bytes' } },
      'info: connection from proxy-1 lost: stalled (takes no bytes)',
    ],
  ])('from a downstream %s', (_what, more, said) => {
    const { level, msg } = wordsOfLink({ ...DOWN, ...more })

    expect(`${level}: ${msg}`).toBe(said)
  })

  it('says the same for machines', () => {
    expect(wordsOfLink({ ...UP, end: { cause: 'lost', detail: 'EPIPE' } }).fields).toEqual({
      towards: 'upstream',
      peer: 'server-1',
      generation: 2,
      cause: 'lost',
      detail: 'EPIPE',
    })
  })
})

describe('what a log says of an upstream', () => {
  it.each<[UpstreamEvent, string]>([
    [
      { event: 'ejected', upstream: 'server-3', reason: '5 failures in a row', forMs: 2_071.4 },
      'warn: server-3 ejected: 5 failures in a row',
    ],
    [{ event: 'half-open', upstream: 'server-3', reason: 'one may try' }, 'info: server-3 may try: one may try'],
    [{ event: 'restored', upstream: 'server-3', reason: 'connected' }, 'info: server-3 restored: connected'],
    [{ event: 'panic', upstream: null, reason: '1 of 3 usable' }, 'warn: panic, ejections are ignored: 1 of 3 usable'],
    [{ event: 'panic-over', upstream: null, reason: '2 of 3 usable' }, 'info: panic is over: 2 of 3 usable'],
    [{ event: 'backup', upstream: null, reason: 'spare takes over' }, 'warn: backups are used: spare takes over'],
    [{ event: 'backup-over', upstream: null, reason: '1 of 1 usable' }, 'info: backups wait again: 1 of 1 usable'],
    [
      { event: 'admin', upstream: 'server-3', reason: 'ready -> drain' },
      'info: server-3 changed by hand: ready -> drain',
    ],
  ])('that is $event', (told, said) => {
    const { level, msg, fields } = wordsOfUpstream(told)

    expect(`${level}: ${msg}`).toBe(said)
    expect(fields).toMatchObject({ event: told.event, reason: told.reason })
  })

  it('says for machines whom it is about, and for how long', () => {
    const { fields } = wordsOfUpstream({ event: 'ejected', upstream: 'server-3', reason: 'x', forMs: 2_071.4 })

    expect(fields).toEqual({ event: 'ejected', upstream: 'server-3', reason: 'x', forMs: 2_071 })
  })
})
