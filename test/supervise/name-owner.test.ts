import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { ownerOfName } from '../../src/supervise/name-owner.ts'
import { listenAt, spawnListener, stopProcess } from './socket-fixtures.ts'

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const clean of cleanups.splice(0)) clean()
})

describe.runIf(process.platform === 'linux')('ownerOfName', () => {
  // As long as the kernel takes: Node.js 20 fills a shorter one up with NULs.
  const name = `udsim-test-${process.pid}`.padEnd(107, '-')

  it('finds nobody where nobody listens', () => {
    expect(ownerOfName(name)).toBeNull()
  })

  it('finds this process, also while others wait to be accepted', async () => {
    const server = await listenAt(`\0${name}`)
    const waiting = connect(`\0${name}`)
    cleanups.push(
      () => waiting.destroy(),
      () => server.close(),
    )
    await once(waiting, 'connect')

    expect(ownerOfName(name)).toEqual({ pid: process.pid })
  })

  it('finds one that is stopped', async () => {
    const { child, pid } = await spawnListener(`@${name}`)
    cleanups.push(() => child.kill('SIGKILL'))
    await stopProcess(pid)

    expect(ownerOfName(name)).toEqual({ pid })
  })
})
