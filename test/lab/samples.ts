/** A benchmark of two paths and three rounds, as a quiet machine would give it. */
import type { ClosedLoopResult } from '../../src/lab/bench-result.ts'

export const RAW = { path: 'raw echo', hops: 0 }
export const ONE_HOP = { path: '1 hop: server', hops: 1 }

export function sampleResult(keys: Partial<ClosedLoopResult> = {}): ClosedLoopResult {
  return {
    timeMs: 1_700_000_000_000,
    node: 'v20.20.2',
    platform: 'linux',
    arch: 'x64',
    cpus: 2,
    loadAverage: 0.9,
    payloadBytes: 64,
    rounds: 3,
    latency: [
      {
        ...RAW,
        p50Us: 20,
        p99Us: 45,
        p999Us: 300,
        maxUs: 900,
        requests: 60_000,
        rounds: [
          { p50Us: 20, p99Us: 45 },
          { p50Us: 19.5, p99Us: 44 },
          { p50Us: 20.5, p99Us: 50 },
        ],
      },
      {
        ...ONE_HOP,
        p50Us: 31.25,
        p99Us: 80,
        p999Us: 1_240,
        maxUs: 2_000,
        requests: 38_000,
        rounds: [
          { p50Us: 31.25, p99Us: 80 },
          { p50Us: 33, p99Us: 79 },
          { p50Us: 31, p99Us: 90 },
        ],
      },
    ],
    throughput: [
      { ...RAW, outstanding: 64, perSecond: 1_500_000, requests: 1_125_000, rounds: [1_500_000, 1_510_000, 1_400_000] },
      { ...ONE_HOP, outstanding: 64, perSecond: 480_000, requests: 360_000, rounds: [470_000, 480_000, 490_000] },
      {
        ...RAW,
        outstanding: 256,
        perSecond: 4_000_000,
        requests: 3_000_000,
        rounds: [4_000_000, 3_900_000, 4_100_000],
      },
      { ...ONE_HOP, outstanding: 256, perSecond: 700_000, requests: 525_000, rounds: [700_000, 690_000, 710_000] },
    ],
    ...keys,
  }
}
