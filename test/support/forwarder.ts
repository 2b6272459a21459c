/** A forwarder `lb` between strangers: downstreams that ask by hand, upstreams that answer by hand, or do not. */
import { expect } from 'vitest'
import { lifeViolations } from '../../src/stats/laws.ts'
import { FLAG_NOT_EXECUTED, FrameType } from '../../src/wire/frame.ts'
import { Cluster } from './cluster.ts'
import {
  bodyOf,
  dialStranger,
  listenStranger,
  type SeenFrame,
  type Stranger,
  type StrangeUpstream,
} from './stranger.ts'
import { topologyOf } from './topology.ts'

export interface ForwarderKeys {
  readonly lb?: Record<string, unknown>
  /** Weights of the upstreams, by default one of 1. */
  readonly weights?: readonly number[]
  /** Upstreams that do not listen at first. */
  readonly absent?: readonly number[]
}

export const forwarderTopology = ({ lb = {}, weights = [1] }: ForwarderKeys) =>
  topologyOf({
    loadBalancers: [{ id: 'lb', ...lb }],
    servers: weights.map((weight, i) => ({ id: `server-${i + 1}`, weight })),
  })

export function setUpForwarder(keys: ForwarderKeys = {}) {
  const cluster = new Cluster(forwarderTopology(keys), { only: [] })
  const { clock, transport } = cluster
  const upstreams: StrangeUpstream[] = []
  const listen = (number: number, generation = 1) => {
    upstreams[number - 1] = listenStranger(transport, `sockets/server-${number}.sock`, () => {}, generation)
    return upstreams[number - 1]!
  }
  ;(keys.weights ?? [1]).forEach((_, i) => {
    if (!keys.absent?.includes(i + 1)) listen(i + 1)
  })
  const life = cluster.start('lb')
  clock.settle()
  const open = (name?: string) => {
    const stranger = dialStranger(transport, 'sockets/lb.sock', name)
    clock.settle()
    stranger.sayHello()
    clock.settle()
    stranger.forget()
    return stranger
  }
  const counters = () => {
    const now = life.node.counters()
    expect(lifeViolations('lb', 'load-balancer', now)).toEqual([])
    return now
  }
  return { cluster, clock, upstreams, up: upstreams[0]!, listen, open, client: open(), counters, life, node: life.node }
}

export const requestsAt = (upstream: StrangeUpstream): SeenFrame[] =>
  upstream.links.flatMap(link => link.seen(FrameType.request))

export function answers(stranger: Stranger): string[] {
  return stranger.frames
    .filter(({ streamId }) => streamId !== 0)
    .map(frame => {
      if (frame.type === FrameType.response) return `${frame.streamId} ${bodyOf(frame)}`
      return `${frame.streamId}!${frame.code}${frame.flags & FLAG_NOT_EXECUTED ? '?' : ''}`
    })
}
