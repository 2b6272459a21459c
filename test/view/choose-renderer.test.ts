import { describe, expect, it } from 'vitest'
import { chooseRenderer } from '../../src/view/choose-renderer.ts'

const TERMINAL = { stdoutIsTty: true, stdinIsTty: true, env: { TERM: 'xterm' }, flags: { json: false, noTui: false } }

describe('choose renderer', () => {
  it.each([
    ['live on a terminal', {}, 'live'],
    ['json when asked, terminal or not', { flags: { json: true, noTui: false } }, 'json'],
    ['json before --no-tui', { flags: { json: true, noTui: true }, stdoutIsTty: false }, 'json'],
    ['plain with --no-tui', { flags: { json: false, noTui: true } }, 'plain'],
    ['plain into a pipe', { stdoutIsTty: false }, 'plain'],
    ['plain without a keyboard', { stdinIsTty: false }, 'plain'],
    ['plain with UDSIM_TUI=0', { env: { UDSIM_TUI: '0' } }, 'plain'],
    ['live with UDSIM_TUI=1', { env: { UDSIM_TUI: '1' } }, 'live'],
    ['plain on a dumb terminal', { env: { TERM: 'dumb' } }, 'plain'],
    ['plain in CI', { env: { CI: 'true' } }, 'plain'],
    ['live where CI=false', { env: { CI: 'false' } }, 'live'],
    ['live where CI is empty', { env: { CI: '' } }, 'live'],
  ])('%s', (_name, parts, renderer) => {
    expect(chooseRenderer({ ...TERMINAL, ...parts })).toBe(renderer)
  })
})
