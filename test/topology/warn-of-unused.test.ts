import { describe, expect, it } from 'vitest'
import { flat, found } from './warn-fixtures.ts'

const A = '[{ "id": "a" }, { "id": "b" }]'

describe('warnings of keys without effect', () => {
  it('tell of what codel alone uses, in a fifo', () => {
    expect(found(flat('[{ "id": "a", "queueTarget": §"1ms", "queueInterval": §"10ms" }]'))).toEqual([
      'UNUSED_KEY: servers[0].queueTarget has no effect: queueDiscipline is fifo',
      'UNUSED_KEY: servers[0].queueInterval has no effect: queueDiscipline is fifo',
    ])
    expect(found(flat('[{ "id": "a", "queueTarget": "1ms", "queueDiscipline": "codel" }]'))).toEqual([])
  })

  it.each(['attemptTimeout', 'retryBudget', 'retryReserve'])('tell of %s where nothing is sent again', key => {
    const value = key === 'attemptTimeout' ? '"1s"' : 0.5
    const warning = expect.stringMatching(
      `^UNUSED_KEY: .*${key} has no effect: attempts is 1, so nothing is sent again`,
    )

    expect(found(flat(A, '', `, "attempts": 1, "${key}": §${value}`))).toEqual([warning])
    expect(found(flat(A, `, "load": { "${key}": §${value} }`))).toEqual([warning])
    expect(found(flat(A, `, "load": { "attempts": 2, "${key}": ${value} }`, `, "${key}": ${value}`))).toEqual([])
  })

  it('tell of the defaults only where no node has any use of them', () => {
    const defaults = (mark: string) => `,\n  "defaults": { "server": { "queueTarget": ${mark}"1ms" } }`
    const codel = '[{ "id": "a" }, { "id": "b", "queueDiscipline": "codel" }]'

    expect(found(flat(A, defaults('§')))).toHaveLength(1)
    expect(found(flat(codel, defaults('')))).toEqual([])
  })
})
