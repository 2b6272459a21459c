/** Whether JSON has the form of a saved benchmark, as far as a comparison looks. Pure. */

/** Beyond, a time has no date. */
const UNIX_MS_MAX = 8.64e15

type Check = (value: unknown) => boolean
type Fields = Readonly<Record<string, Check>>

const isText: Check = value => typeof value === 'string'
const isUnixMs: Check = value => typeof value === 'number' && Math.abs(value) <= UNIX_MS_MAX
const isCount: Check = value => typeof value === 'number' && value >= 0
const isFlag: Check = value => typeof value === 'boolean'
const isList: Check = value => Array.isArray(value)
const isFilledList: Check = value => Array.isArray(value) && value.length > 0

const RESULT: Fields = {
  time: isUnixMs,
  node: isText,
  platform: isText,
  arch: isText,
  cpus: isCount,
  isPartial: isFlag,
  topology: value => isText((value as { hash?: unknown } | null)?.hash),
  warnings: value => value === undefined || (Array.isArray(value) && value.every(isText)),
  scenarios: isFilledList,
}

const SCENARIO: Fields = {
  section: isText,
  path: isText,
  hops: isCount,
  loop: isText,
  outstanding: isCount,
  connections: isCount,
  payloadBytes: isCount,
  rate: value => value === null || isCount(value),
  form: value => value === undefined || isText(value),
  rounds: isList,
}

const ROUND: Fields = {
  perSecond: isCount,
  response: value => value === null || isCount((value as { p50Us?: unknown } | undefined)?.p50Us),
}

/** The first place that is not as it must be; null where all are. */
export function shapeProblem(result: unknown): string | null {
  const problem = fieldProblem(result, RESULT, '')
  if (problem !== null) return problem
  const { scenarios } = result as { scenarios: readonly unknown[] }
  return firstProblem(scenarios, (scenario, i) => {
    const at = `scenarios[${i}]`
    const rounds = (scenario as { rounds?: unknown } | null)?.rounds
    const own = fieldProblem(scenario, SCENARIO, `${at}.`)
    return own ?? firstProblem(rounds as unknown[], (round, r) => fieldProblem(round, ROUND, `${at}.rounds[${r}].`))
  })
}

function fieldProblem(value: unknown, fields: Fields, at: string): string | null {
  const found = Object.entries(fields).find(([key, check]) => !check((value as Record<string, unknown> | null)?.[key]))
  return found === undefined ? null : `${at}${found[0]} is missing or of another kind`
}

function firstProblem(
  values: readonly unknown[],
  problemOf: (value: unknown, i: number) => string | null,
): string | null {
  for (const [i, value] of values.entries()) {
    const problem = problemOf(value, i)
    if (problem !== null) return problem
  }
  return null
}
