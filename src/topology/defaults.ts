/**
 * Every default and every range, as the topology file writes them. The schema and the README repeat the defaults; a
 * test holds them together. Keys are the file's.
 */
const QUEUE = { queueDiscipline: 'fifo', queueTarget: '5ms', queueInterval: '100ms' } as const
const RETRY = { attemptTimeout: '1s', retryBudget: 0.1, retryReserve: 10 } as const
const FORWARDER = { policy: 'round-robin', timeout: '5s', maxInFlight: 1_024 } as const

export const DEFAULTS = {
  socketDir: 'sockets',
  loadBalancer: { ...FORWARDER, attempts: 3, ...RETRY, queue: 1_024, ...QUEUE },
  proxy: { ...FORWARDER, attempts: 1, ...RETRY, queue: 256, ...QUEUE, weight: 1, admin: 'ready' },
  server: {
    serviceTime: '0ms',
    concurrency: 64,
    queue: 64,
    ...QUEUE,
    errorRate: 0,
    weight: 1,
    backup: false,
    admin: 'ready',
  },
  load: {
    rate: 50,
    connections: 4,
    payloadBytes: 64,
    arrivals: 'poisson',
    idempotent: true,
    timeout: '5s',
    attempts: 1,
    ...RETRY,
  },
  health: {
    interval: '500ms',
    timeout: '1s',
    fall: 3,
    rise: 2,
    consecutiveFailures: 5,
    successRateMin: 0.5,
    successRateWindow: '10s',
    successRateRequests: 20,
    ejectionTime: '2s',
    ejectionTimeMax: '30s',
    ejectedShareMax: 0.5,
    panicThreshold: 0.5,
    slowStart: '2s',
  },
  restart: { delayMin: '100ms', delayMax: '15s', heartbeatTimeout: '10s' },
  shutdown: { drainTimeout: '5s' },
} as const

/** Of the policies that have parameters. The README's table of policies repeats them. */
export const POLICY_DEFAULTS = { 'peak-ewma': { decay: '1s' }, first: { upTo: 64 } } as const

export type Range = readonly [min: number, max: number]

/** Inclusive. */
export const RANGES = {
  maxInFlight: [1, 65_535],
  attempts: [1, 10],
  retryBudget: [0, 1],
  retryReserve: [0, 1_000_000],
  weight: [0, 1_000_000],
  replicas: [1, 256],
  concurrency: [1, 65_535],
  queue: [0, 65_535],
  errorRate: [0, 1],
  rate: [0, 1_000_000],
  connections: [1, 256],
  payloadBytes: [0, 1_048_576],
  fall: [1, 100],
  rise: [1, 100],
  consecutiveFailures: [0, 1_000_000],
  successRateMin: [0, 1],
  successRateRequests: [1, 1_000_000],
  ejectedShareMax: [0, 1],
  panicThreshold: [0, 1],
} as const satisfies Record<string, Range>

/** Enough for any histogram of measured times; each process of a server holds its own copy. */
export const EMPIRICAL_VALUES_MAX = 10_000

/** A process that has nothing to tell says so once a second; a busy machine may be late with it. */
export const HEARTBEAT_TIMEOUT_MS_MIN = 2_000

/** Longer than this, and a stop looks like a hang. */
export const DRAIN_TIMEOUT_MS_MAX = 600_000

/** As many processes as one machine can be asked to run. */
export const NODES_MAX = 256
