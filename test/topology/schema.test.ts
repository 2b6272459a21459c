/** The schema and the validator judge the same files alike, but for what draft-07 cannot say. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from '../../src/topology/parse.ts'
import { allSchemas, fits } from '../support/schema.ts'
import { CORPUS, placesIn, SOUND } from './corpus.ts'

/**
 * What the validator refuses and draft-07 has no words for: what one part of the file says of another, sums, and what
 * was lost before a schema sees it. Nothing else may be here, and the schema refuses nothing that the validator takes.
 */
const BEYOND_DRAFT_07: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'a reader of JSON keeps the last and tells nobody',
  DUPLICATE_ID: 'equal values in different objects',
  UNKNOWN_NODE: 'references',
  BEHIND_SELF: 'references',
  BEHIND_SERVER: 'references',
  MISSING_BEHIND: 'depends on whether there are proxies',
  NOTHING_BEHIND: 'references',
  CYCLE: 'references',
  ALL_WEIGHTS_ZERO: 'references',
  TOO_MANY_NODES: 'a sum over replicas',
  SOCKET_PATH_TOO_LONG: 'bytes, of two values together',
  RANGE_REVERSED: 'two values compared',
}

/** The same for single values: a pattern compares no sizes, though it knows zero, and units that are always too long. */
const BEYOND_PATTERNS = [
  /^OUT_OF_RANGE .* is (longer|shorter) than \w+: "(?=.*[1-9])[\d.]+ ?[umshd]\w*"$/,
  /^BAD_ID replicas make of .* which is too long$/,
]

function problemsOf(text: string) {
  const result = parse(text)
  return result.ok ? [] : result.problems
}

/** The problems that a schema can see. */
function visibleProblems(text: string): string[] {
  return problemsOf(text)
    .filter(({ code }) => BEYOND_DRAFT_07[code] === undefined)
    .map(({ code, message }) => `${code} ${message}`)
    .filter(problem => !BEYOND_PATTERNS.some(pattern => pattern.test(problem)))
}

/** Null where the text is no JSON, so that no schema is asked. */
function verdictOfSchema(text: string): boolean | null {
  try {
    return fits(JSON.parse(text.replace(/^\uFEFF/, '')))
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null
    throw thrown
  }
}

/** How often a property is tried. */
const RUNS = process.env.UDSIM_FULL ? 50_000 : 500

describe('the schema', { timeout: RUNS * 100 }, () => {
  const files = CORPUS.map(({ name, text }) => [name, placesIn(text).text] as const)

  it.each(files)('judges as the validator does: %s', (_name, text) => {
    const verdict = verdictOfSchema(text)

    expect(verdict ?? false).toBe(visibleProblems(text).length === 0)
  })

  it.each(SOUND)('takes what the validator takes: %s', (_name, text) => {
    expect(problemsOf(text)).toEqual([])
    expect(verdictOfSchema(text)).toBe(true)
  })

  it('differs only where the corpus shows that it must', () => {
    const differing = new Set(
      files.filter(([, text]) => verdictOfSchema(text)).flatMap(([, text]) => problemsOf(text).map(({ code }) => code)),
    )
    // DUPLICATE_KEY in a file that is sound else; those of single values are told apart above.
    expect([...differing].filter(code => !['OUT_OF_RANGE', 'BAD_ID'].includes(code)).sort()).toEqual(
      Object.keys(BEYOND_DRAFT_07).sort(),
    )
  })

  it('judges any file of known keys and strange values as the validator does', () => {
    fc.assert(
      fc.property(fileOfStrangeValues(), file => {
        const text = JSON.stringify(file)
        expect([text, fits(file)]).toEqual([text, visibleProblems(text).length === 0])
      }),
      { numRuns: RUNS },
    )
  })

  it('offers examples, defaults and snippets that fit where they stand', () => {
    const wrong = allSchemas().flatMap(schema => {
      const snippets = (schema.defaultSnippets ?? []).map(({ body }) => filledIn(body))
      const defaults = schema.default === undefined ? [] : [schema.default]
      return [...(schema.examples ?? []), ...defaults, ...snippets].filter(value => !fits(value, schema))
    })

    expect(wrong).toEqual([])
  })
})

/** A snippet as it is once its places (`${1:lb}`) are left as they are offered. */
function filledIn(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body).replace(/\$\{\d:([^}]*)\}/g, '$1'))
}

/** Mostly right, so that what is wrong is seen alone: each key is there or not, each value right or anything. */
function fileOfStrangeValues() {
  const strange = fc.constantFrom<unknown>(
    null,
    true,
    -1,
    0,
    1,
    1.5,
    65_536,
    1e7,
    '',
    'a',
    'A b',
    '5ms',
    '5',
    '0ms',
    '-1s',
    '25h',
    '1 fortnight',
    'lb',
    'random',
    'codel',
    'drain',
    [],
    ['lb'],
    ['lb', 'lb'],
    [1],
    {},
    { name: 'random' },
    { name: 'x' },
    { name: 'peak-ewma', decay: '5s' },
    { name: 'peak-ewma', decay: 5 },
    { name: 'peak-ewma', upTo: 5 },
    { name: 'first', upTo: 5 },
    { name: 'random', upTo: 5 },
    { upTo: 5 },
    '\u0000',
  )
  const object = (keys: Readonly<Record<string, unknown>>, isMissing = true) =>
    fc.record(
      Object.fromEntries(
        Object.entries(keys).map(([key, value]) => [
          key,
          fc.oneof({ weight: 12, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: strange }),
        ]),
      ),
      isMissing ? { requiredKeys: [] } : {},
    )
  const queue = { queue: 3, queueDiscipline: 'codel', queueTarget: '1ms', queueInterval: '1s' }
  const retries = { attempts: 2, attemptTimeout: '1s', retryBudget: 0.5, retryReserve: 1 }
  const forwarder = { id: 'lb', policy: 'random', timeout: '1s', maxInFlight: 9, ...retries, ...queue }
  const server = {
    serviceTime: '1ms',
    concurrency: 2,
    ...queue,
    errorRate: 0.5,
    weight: 2,
    backup: true,
    admin: 'drain',
  }
  const load = {
    rate: 5,
    connections: 1,
    payloadBytes: 9,
    arrivals: 'poisson',
    idempotent: true,
    timeout: '1s',
    ...retries,
  }
  const ejection = { ejectionTime: '1s', ejectionTimeMax: '2s', ejectedShareMax: 0.5, panicThreshold: 0.5 }
  const rates = { successRateMin: 0.5, successRateWindow: '1s', successRateRequests: 3 }
  const health = { interval: '1s', timeout: '2s', fall: 3, rise: 2, consecutiveFailures: 5, ...rates, ...ejection }
  const mostly = (arbitrary: fc.Arbitrary<unknown>) =>
    fc.oneof({ weight: 12, arbitrary }, { weight: 1, arbitrary: strange })
  return fc.record(
    {
      socketDir: mostly(fc.constant('run')),
      loadBalancers: mostly(fc.tuple(object(forwarder))),
      proxies: mostly(
        fc.array(object({ ...forwarder, id: 'p', behind: 'lb', replicas: 2, weight: 1, admin: 'ready' }), {
          maxLength: 1,
        }),
      ),
      servers: mostly(fc.tuple(object({ id: 'a', behind: 'lb', replicas: 2, ...server }))),
      defaults: mostly(fc.constant({ server, proxy: { weight: 2 } })),
      load: mostly(object(load)),
      health: mostly(object({ ...health, slowStart: '0ms' })),
      restart: mostly(object({ delayMin: '1s', delayMax: '2s', heartbeatTimeout: '20s' })),
      shutdown: mostly(object({ drainTimeout: '1s' })),
    },
    { requiredKeys: ['loadBalancers', 'servers'] },
  )
}
