/** The keys of the file's blocks and what each may hold. Adding a parameter begins here, and in `defaults.ts`. */
import { DEFAULTS, DRAIN_TIMEOUT_MS_MAX, HEARTBEAT_TIMEOUT_MS_MIN, RANGES } from './defaults.ts'
import type { Field } from './fields.ts'
import { boolean, expecting, number, oneOf, text, wholeNumber } from './fields.ts'
import { problemAt } from './json-tree.ts'
import { duration } from './read-duration.ts'
import type { Complete } from './read-object.ts'
import { readDefaults } from './read-object.ts'
import { policy } from './read-policy.ts'
import { serviceTime } from './read-service-time.ts'
import type { QueueSpec, RetrySpec } from './types.ts'
import { ADMINS, QUEUE_DISCIPLINES } from './types.ts'

const QUEUE_SHAPE = {
  queue: wholeNumber(RANGES.queue),
  queueDiscipline: oneOf(QUEUE_DISCIPLINES, 'UNKNOWN_VALUE'),
  queueTarget: duration(),
  queueInterval: duration(),
}

const RETRY_SHAPE = {
  attempts: wholeNumber(RANGES.attempts),
  attemptTimeout: duration(),
  retryBudget: number(RANGES.retryBudget),
  retryReserve: number(RANGES.retryReserve),
}

const admin = oneOf(ADMINS, 'UNKNOWN_VALUE')

export const LOAD_BALANCER_SHAPE = {
  policy,
  timeout: duration(),
  maxInFlight: wholeNumber(RANGES.maxInFlight),
  ...RETRY_SHAPE,
  ...QUEUE_SHAPE,
}

export const PROXY_SHAPE = { ...LOAD_BALANCER_SHAPE, weight: wholeNumber(RANGES.weight), admin }

export const SERVER_SHAPE = {
  serviceTime,
  concurrency: wholeNumber(RANGES.concurrency),
  ...QUEUE_SHAPE,
  errorRate: number(RANGES.errorRate),
  weight: wholeNumber(RANGES.weight),
  backup: boolean,
  admin,
}

export const LOAD_SHAPE = {
  rate: number(RANGES.rate),
  connections: wholeNumber(RANGES.connections),
  payloadBytes: wholeNumber(RANGES.payloadBytes),
  arrivals: oneOf(['poisson', 'uniform'], 'UNKNOWN_VALUE'),
  idempotent: boolean,
  timeout: duration(),
  ...RETRY_SHAPE,
}

export const HEALTH_SHAPE = {
  interval: duration(),
  timeout: duration(),
  fall: wholeNumber(RANGES.fall),
  rise: wholeNumber(RANGES.rise),
  consecutiveFailures: wholeNumber(RANGES.consecutiveFailures),
  successRateMin: number(RANGES.successRateMin),
  successRateWindow: duration(),
  successRateRequests: wholeNumber(RANGES.successRateRequests),
  ejectionTime: duration(),
  ejectionTimeMax: duration(),
  ejectedShareMax: number(RANGES.ejectedShareMax),
  panicThreshold: number(RANGES.panicThreshold),
  slowStart: duration({ isZeroAllowed: true }),
}

export const RESTART_SHAPE = {
  delayMin: duration(),
  delayMax: duration(),
  heartbeatTimeout: duration({ minMs: HEARTBEAT_TIMEOUT_MS_MIN }),
}

export const SHUTDOWN_SHAPE = { drainTimeout: duration({ maxMs: DRAIN_TIMEOUT_MS_MAX }) }

/** A folder: any path but an empty one; NUL would end it early, or on Linux make the socket an abstract one. */
export const socketDir: Field<string> = expecting('string', 'the path of a folder', (node, report) => {
  if (node.value !== '' && !node.value.includes('\0')) return node.value
  const fault = node.value === '' ? 'must not be empty' : 'must not hold NUL'
  report(problemAt(node.place, 'BAD_PATH', `socketDir ${fault}`, `leave it out for "${DEFAULTS.socketDir}"`))
  return undefined
})

/** Editors read it, udsim does not. */
export const schemaReference: Field<string> = text

type RetryParameters = Complete<typeof RETRY_SHAPE>
type QueueParameters = Complete<typeof QUEUE_SHAPE>
export type ForwarderParameters = Complete<typeof LOAD_BALANCER_SHAPE>
export type ServerParameters = Complete<typeof SERVER_SHAPE>

/** The file's keys of a queue as the program has them. */
export function queueOf({ queue, queueDiscipline, queueTarget, queueInterval }: QueueParameters): QueueSpec {
  return { queueMax: queue, queueDiscipline, queueTargetMs: queueTarget, queueIntervalMs: queueInterval }
}

/** The same of retries. */
export function retryOf({ attempts, attemptTimeout, retryBudget, retryReserve }: RetryParameters): RetrySpec {
  return { attempts, attemptTimeoutMs: attemptTimeout, retryBudget, retryReserve }
}

export const LOAD_BALANCER_DEFAULTS = readDefaults(LOAD_BALANCER_SHAPE, DEFAULTS.loadBalancer)
export const PROXY_DEFAULTS = readDefaults(PROXY_SHAPE, DEFAULTS.proxy)
export const SERVER_DEFAULTS = readDefaults(SERVER_SHAPE, DEFAULTS.server)
