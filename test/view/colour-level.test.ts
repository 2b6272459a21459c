import { describe, expect, it } from 'vitest'
import { colourLevel } from '../../src/view/colour-level.ts'

describe('colour level', () => {
  it.each([
    ['a pipe has none', { isTty: false }, 0],
    ['a terminal of 1 bit has none', { depth: 1 }, 0],
    ['4 bits are level 1', { depth: 4 }, 1],
    ['8 bits are level 2', { depth: 8 }, 2],
    ['24 bits are level 3', { depth: 24 }, 3],
    ['NO_COLOR turns it off', { env: { NO_COLOR: '1' } }, 0],
    ['an empty NO_COLOR asks for nothing', { env: { NO_COLOR: '' } }, 2],
    ['a dumb terminal has none', { env: { TERM: 'dumb' } }, 0],
    ['FORCE_COLOR wins over NO_COLOR', { env: { FORCE_COLOR: '1', NO_COLOR: '1' } }, 1],
    ['FORCE_COLOR colours a pipe', { isTty: false, env: { FORCE_COLOR: '' } }, 1],
    ['FORCE_COLOR=true is level 1', { env: { FORCE_COLOR: 'true' } }, 1],
    ['FORCE_COLOR=2 is level 2', { env: { FORCE_COLOR: '2' } }, 2],
    ['FORCE_COLOR=3 is level 3', { env: { FORCE_COLOR: '3' } }, 3],
    ['FORCE_COLOR=0 turns it off', { env: { FORCE_COLOR: '0' } }, 0],
    ['FORCE_COLOR=false turns it off', { env: { FORCE_COLOR: 'false' } }, 0],
  ])('%s', (_name, parts, level) => {
    expect(colourLevel({ env: {}, isTty: true, depth: 8, ...parts })).toBe(level)
  })
})
