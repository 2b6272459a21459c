import { describe, expect, it } from 'vitest'
import { Release } from '../../src/balance/release.ts'
import { ErrorCode } from '../../src/wire/error-code.ts'

/** Sends whatever there is place for, and says how many that were. */
function sendAll(release: Release, nowMs: number): number {
  let sent = 0
  for (; release.hasPlace(nowMs) && sent < 10_000; sent++) release.onSent(nowMs)
  return sent
}

/** Lets nobody but `room` of those sent at `sentMs` in, and says how many are sent next. */
function round(release: Release, sent: number, room: number, sentMs: number): number {
  for (let i = 0; i < sent; i++) {
    if (i < room) release.onAnswered(sentMs)
    else release.onFailed(sentMs, ErrorCode.overload, sentMs + 1)
  }
  return sendAll(release, sentMs + 1)
}

describe('the release of those that waited while nobody was there', () => {
  it('is none where nobody had to wait', () => {
    const release = new Release()

    expect(sendAll(release, 0)).toBe(10_000)
  })

  it('begins with a few, and lets half as many again go each time that all are answered', () => {
    const release = new Release()
    release.begin(0)
    const first = sendAll(release, 1)
    const second = round(release, first, first, 1)

    expect([first, second, round(release, second, second, 2)]).toEqual([16, 24, 36])
  })

  it('lets half as many go once somebody was full, once for all that were refused together, then a few more', () => {
    const release = new Release()
    release.begin(0)
    sendAll(release, 1)
    const second = round(release, 16, 16, 1)
    const third = round(release, second, 20, 2)

    expect([second, third, round(release, third, third, 3)]).toEqual([24, 17, 18])
  })

  it('takes a failure of another kind for no sign that somebody is full', () => {
    const release = new Release()
    release.begin(0)
    sendAll(release, 1)
    for (let i = 0; i < 16; i++) release.onFailed(1, ErrorCode.application, 2)

    expect(sendAll(release, 2)).toBe(16)
  })

  it('counts nothing that was sent before it began', () => {
    const release = new Release()
    for (let i = 0; i < 100; i++) release.onSent(0)
    release.begin(1)
    const first = sendAll(release, 2)
    for (let i = 0; i < 100; i++) release.onFailed(0, ErrorCode.overload, 2)

    expect([first, sendAll(release, 2)]).toEqual([16, 0])
  })

  it('lets all go after a second, whoever is full', () => {
    const release = new Release()
    release.begin(0)
    sendAll(release, 500)
    const sent = [1_499, 1_500].map(nowMs => sendAll(release, nowMs))

    expect(sent).toEqual([0, 10_000])
  })

  it('always lets one go, and any number when nobody waits any more', () => {
    const release = new Release()
    release.begin(0)
    let sent = sendAll(release, 1)
    for (let nowMs = 1; nowMs < 10; nowMs++) sent = round(release, sent, 0, nowMs)
    release.end()

    expect([sent, sendAll(release, 20)]).toEqual([1, 10_000])
  })
})
