import { describe, expect, it } from 'vitest'
import { makeHostClock } from '../../src/base/clock.ts'
import { makeRng } from '../../src/base/rng.ts'
import { HopPath } from '../../src/lab/hop-path.ts'
import { benchTopology, wiringTo } from '../../src/lab/paths.ts'
import { makeNode } from '../../src/roles/node.ts'
import { wiringOf } from '../../src/topology/wiring.ts'
import { makeMemoryTransport } from '../../src/transport/memory.ts'
import { until } from '../supervise/socket-fixtures.ts'

const NAME = { path: '1 hop', hops: 1 }

function makeWorld() {
  const rng = makeRng('hop-path')
  const clock = makeHostClock(rng)
  return { rng, clock, transport: makeMemoryTransport(clock) }
}

/** A path to a server that runs in memory, ready to be driven. */
async function pathToServer() {
  const world = makeWorld()
  const topology = benchTopology()
  const spec = topology.nodes.find(({ id }) => id === 'server-1')!
  const server = makeNode(
    wiringOf(topology, spec, () => 1),
    world,
    { onReady: () => {}, onUpstreamEvent: () => {} },
  )
  const path = await new Promise<HopPath>(resolve => {
    const made: HopPath = new HopPath(NAME, wiringTo(topology, 'server-1'), world, () => resolve(made))
  })
  return { path, server }
}

describe('HopPath', () => {
  it('keeps the loop closed until it is told to finish', async () => {
    const { path, server } = await pathToServer()

    path.begin(8)
    await until(() => path.answered > 8, 'more are answered than are outstanding at a time')
    await path.finish()
    const { answered } = path
    await new Promise(resolve => setTimeout(resolve, 20))

    expect(path.answered).toBe(answered)
    expect(path.histogram.count).toBe(answered)
    path.close()
    server.stop()
  })

  it('says how many requests failed, and does not send for ever where nobody answers', async () => {
    const { path, server } = await pathToServer()
    path.begin(4)
    await new Promise(resolve => setTimeout(resolve, 5))
    server.stop()

    await new Promise(resolve => setTimeout(resolve, 20))

    await expect(path.finish()).rejects.toThrow(/^\d+ requests failed on the path "1 hop": /)
    path.close()
  })
})
