import { describe, expect, it } from 'vitest'
import { connectingToNode, connectingToSocket } from '../../src/lab/connecting-wire.ts'
import { makeMemoryTransport } from '../../src/transport/memory.ts'
import { ErrorCode } from '../../src/wire/error-code.ts'
import { FrameType, REQUEST_PAYLOAD_AT } from '../../src/wire/frame.ts'
import { until } from '../supervise/socket-fixtures.ts'
import { makeDir } from '../support/commands.ts'
import { errorFrame, listenStranger, responseFrame } from '../support/stranger.ts'
import { makeVirtualClock } from '../support/virtual-clock.ts'
import { askAll, hear, startEchoServer } from './echo-servers.ts'

const PLAN = { payloadBytes: 64, outstanding: 1 }

describe('a wire that connects to an echo for each request', () => {
  it('has a connection for each', async () => {
    const { path, accepted } = await startEchoServer(makeDir())
    const heard = hear()
    const wire = await connectingToSocket(path)(PLAN, heard)
    for (let i = 0; i < 3; i++) await askAll(wire, heard, 1)
    await until(() => accepted.every(({ destroyed }) => destroyed), 'all are closed')

    expect(accepted).toHaveLength(3)
    expect(heard).toMatchObject({ answers: 3, lost: [] })
  })

  it('says why it broke', async () => {
    const heard = hear()
    const wire = await connectingToSocket('/nowhere/echo.sock')(PLAN, heard)
    wire.send(1)
    await until(() => heard.lost.length > 0, 'it is lost')

    expect(heard.lost.join()).toContain('ENOENT')
  })
})

describe('a wire that connects to a node for each request', () => {
  async function setUp() {
    const clock = makeVirtualClock()
    const transport = makeMemoryTransport(clock)
    const node = listenStranger(transport, 'lb.sock')
    const heard = hear()
    const wire = await connectingToNode(transport, 'lb.sock')(PLAN, heard)
    const ask = () => {
      wire.send(1)
      clock.settle()
      return node.last.seen(FrameType.request).at(-1)!
    }
    const answer = (bytes: Uint8Array) => {
      node.last.send(bytes)
      clock.settle()
    }
    return { clock, transport, node, heard, wire, ask, answer }
  }

  it('says HELLO, waits for its answer, asks, is answered and closes', async () => {
    const { node, heard, ask, answer } = await setUp()
    for (let i = 0; i < 2; i++) {
      const request = ask()
      expect(request.bytes).toHaveLength(REQUEST_PAYLOAD_AT + 64)
      answer(responseFrame(request.streamId))
    }

    expect(node.links).toHaveLength(2)
    expect(node.links.map(({ isClosed, hello }) => [isClosed, hello?.node])).toEqual(Array(2).fill([true, '']))
    expect(heard).toMatchObject({ answers: 2, lost: [] })
  })

  it('breaks at an ERROR, at what is no frame, and at a connection that ends', async () => {
    const { heard, ask, answer, node, clock } = await setUp()
    answer(errorFrame(ask().streamId, ErrorCode.overload))
    ask()
    answer(Uint8Array.of(0))
    ask()
    node.last.connection!.destroy()
    clock.settle()

    expect(heard.lost).toEqual([
      `frame type ${FrameType.error} instead of an answer`,
      'what came is no frame',
      'the connection was ended',
    ])
    expect(heard.answers).toBe(0)
  })

  it('breaks where nobody listens, and says nothing once it is closed', async () => {
    const { heard, wire, clock, node } = await setUp()
    node.close()
    wire.send(1)
    clock.settle()
    expect(heard.lost).toEqual(['the connection was refused'])
    wire.send(1)
    wire.close()
    clock.settle()

    expect(heard.lost).toHaveLength(1)
  })
})
