import { describe, expect, it } from 'vitest'
import { KINDS, type Kind } from '../../src/control/command-values.ts'

const readWord = (kind: Kind, word: string) => KINDS[kind].judge(KINDS[kind].fromWord(word))

describe('the kinds of values', () => {
  it.each<[Kind, string, unknown]>([
    ['node', 'server-3', 'server-3'],
    ['nodes', 'a,b', ['a', 'b']],
    ['signal', 'KILL', 'SIGKILL'],
    ['signal', 'sigstop', 'SIGSTOP'],
    ['signal', '9', 'SIGKILL'],
    ['weight', '1000000', 1_000_000],
    ['rate', '0.5', 0.5],
    ['lines', '500', 500],
    ['duration', '250ms', 250],
    ['duration', '24h', 86_400_000],
  ])('take the word of a %s: %s', (kind, word, value) => {
    expect(readWord(kind, word)).toEqual({ ok: true, value })
  })

  it.each<[Kind, unknown]>([
    ['node', ''],
    ['node', 'a'.repeat(33)],
    ['nodes', Array.from({ length: 257 }, (_, index) => `s${index}`)],
    ['nodes', [['a']]],
    ['signal', null],
    ['signal', ['9', '9']],
    ['signal', 'toString'],
    ['weight', Number.NaN],
    ['rate', Number.POSITIVE_INFINITY],
    ['rate', -0.1],
    ['lines', 0.5],
    ['duration', -1],
    ['duration', { valueOf: 5 }],
    ['flag', 'true'],
    ['state', 'constructor'],
  ])('refuse as a %s: %j', (kind, value) => {
    expect(KINDS[kind].judge(value)).toMatchObject({ ok: false })
  })

  it('show no more of what was given than fits a line', () => {
    const judged = KINDS.node.judge('x'.repeat(60_000))

    expect(judged.ok ? '' : judged.why.length).toBeLessThan(300)
  })
})
