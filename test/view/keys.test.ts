import { describe, expect, it } from 'vitest'
import { KEY, splitKeys } from '../../src/view/keys.ts'

describe('keys', () => {
  it.each([
    ['q', ['q']],
    ['pp\x03', ['p', 'p', KEY.ctrlC]],
    ['\x1b[A\x1b[B', [KEY.up, KEY.down]],
    ['\x1bOA', [KEY.up]],
    ['\x1b[5~q', [KEY.pageUp, 'q']],
    ['\x1b[1;5A', ['\x1b[1;5A']],
    ['\x1b', ['\x1b']],
    ['\x1b[', ['\x1b', '[']],
    ['é✅', ['é', '✅']],
    ['', []],
  ])('%j is %j', (chunk, keys) => {
    expect(splitKeys(chunk)).toEqual(keys)
  })
})
