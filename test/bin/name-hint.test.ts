import { describe, expect, it } from 'vitest'
import { nameHint } from '../../src/bin/name-hint.ts'

const OTHER = 'or name another file'

describe('the hint for a file that cannot be read', () => {
  it.each([
    ['other.json', { npm_lifecycle_event: 'start' }, OTHER],
    ['3s', {}, `${OTHER}; options come after --: npm start -- --duration 3s`],
    ['3s', { npm_config_interval: 'true' }, `${OTHER}; options come after --: npm start -- --interval 3s`],
    ['500', { npm_config_rate: 'true' }, `${OTHER}; options come after --: npm start -- --rate 500`],
    ['x.json', { npm_config_duration: '3s' }, `${OTHER}; options come after --: npm start -- --duration 3s`],
    [
      'x.json',
      { npm_config_json: 'true', npm_lifecycle_event: 'check' },
      `${OTHER}; options come after --: npm run check -- --json`,
    ],
  ])('names the options that npm kept for itself: %s, %j', (typed, env, hint) => {
    expect(nameHint(typed, env)).toBe(hint)
  })
})
