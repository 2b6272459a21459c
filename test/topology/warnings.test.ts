import { describe, expect, it } from 'vitest'
import { parse } from '../../src/topology/parse.ts'
import { flat, found } from './warn-fixtures.ts'

describe('warnings', () => {
  it('are none for what is meant', () => {
    expect(found(flat('[{ "id": "a" }, { "id": "b", "serviceTime": "50ms" }]', '', ', "policy": "random"'))).toEqual([])
  })

  it('are none beside an error', () => {
    const result = parse(flat('[{ "id": "a", "weight": 0 }, { "id": "b", "weihgt": 1 }]'))

    expect(result).toEqual({ ok: false, problems: [expect.objectContaining({ code: 'UNKNOWN_KEY' })] })
  })

  it('come in the order of the text, whatever they are about', () => {
    const servers = '[{ "id": "a", "weight": §0 }, { "id": "b", "serviceTime": §"9s" }]'

    expect(found(flat(servers, ', "load": { "attemptTimeout": §"1s", "rate": §2000 }')).map(codeOf)).toEqual([
      'WEIGHT_ZERO',
      'SERVICE_ABOVE_TIMEOUT',
      'UNUSED_KEY',
      'LOAD_ABOVE_CAPACITY',
    ])
  })
})

function codeOf(warning: string): string {
  return warning.split(':')[0]!
}
