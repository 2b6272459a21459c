import { describe, expect, it } from 'vitest'
import { foresee } from '../../src/bin/against-running.ts'
import type { Reply } from '../../src/control/command.ts'
import { write } from '../../src/topology/write.ts'
import { parsed } from '../support/topology.ts'

const textOf = (servers: object[], keys: object = {}) =>
  JSON.stringify({ loadBalancers: [{ id: 'lb' }], servers, ...keys })
const [A, B] = [{ id: 'a' }, { id: 'b' }]

/** What the run answers: the version of its file that holds, and what runs, which operators may have changed. */
const replyOf = (file: string, running = file, heldRate: number | null = null): Reply => ({
  ok: true,
  lines: [],
  data: { file, running: write(parsed(running)), heldRate },
})
const candidate = (text: string) => ({ typed: 'next.json', text, topology: parsed(text) })

describe('foresee', () => {
  it('gives the plan of the edit', () => {
    const next = textOf([{ ...A, weight: 2 }, { id: 'c' }])

    expect(foresee(candidate(next), replyOf(textOf([A, B])))).toEqual({
      ok: true,
      lines: ['+ c behind lb', '~ a weight 1 -> 2 live', '- b drain'],
    })
  })

  it('gives none where nothing would change', () => {
    expect(foresee(candidate(textOf([A, B])), replyOf(textOf([A, B])))).toEqual({ ok: true, lines: [] })
  })

  it('leaves alone what operators changed, and the rate that holds', () => {
    const running = textOf([{ ...A, weight: 5 }, B], { load: { rate: 9 } })
    const next = textOf([A, { ...B, weight: 3 }], { load: { rate: 70 } })

    expect(foresee(candidate(next), replyOf(textOf([A, B]), running, 9))).toEqual({
      ok: true,
      lines: ['~ b weight 1 -> 3 live'],
    })
  })

  it('says so where the edit does not go with what operators changed', () => {
    const proxies = (...ids: string[]) => ({ proxies: ids.map(id => ({ id })) })
    const server = (id: string, behind: string) => ({ id, behind })
    const file = textOf([server('a', 'p'), server('b', 'q')], proxies('p', 'q'))
    const running = textOf([server('a', 'p'), server('b', 'q'), server('c', 'q')], proxies('p', 'q'))
    const next = textOf([server('a', 'p')], proxies('p'))

    expect(foresee(candidate(next), replyOf(file, running))).toMatchObject({
      ok: false,
      exitCode: 2,
      message: expect.stringMatching(/^next\.json is good, but not with what was changed by ctl: c\.behind names "q"/),
    })
  })

  it('names the place of what cannot change while running', () => {
    const next = textOf([A, B], { socketDir: 'elsewhere' })

    expect(foresee(candidate(next), replyOf(textOf([A, B])))).toMatchObject({
      exitCode: 2,
      problem: { code: 'SOCKET_DIR_IN_USE', line: 1 },
    })
  })

  it('passes on why there is no answer', () => {
    const reply: Reply = { ok: false, exitCode: 1, message: 'nothing runs at sockets/control.sock' }

    expect(foresee(candidate(textOf([A])), reply)).toMatchObject({ ok: false, exitCode: 1, message: reply.message })
  })

  it.each([
    ['no texts', {}],
    ['a text that it does not understand', { file: textOf([A]), running: '{ "later": 1 }' }],
  ])('takes no other answer: %s', (_what, data) => {
    expect(foresee(candidate(textOf([A])), { ok: true, lines: [], data })).toMatchObject({
      exitCode: 1,
      message: 'the run is of another version of udsim; start it again',
    })
  })
})
