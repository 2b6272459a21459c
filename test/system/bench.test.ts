import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { until } from '../supervise/socket-fixtures.ts'
import { kill, makeDir, PROJECT, startCommand } from '../support/commands.ts'
import { folderOf, type ProcessRow, processTable } from '../support/process-table.ts'

const PATHS = ['raw echo', '1 hop: server', '2 hops: proxy, server', '3 hops: lb, proxy, server']
/** What is waited for usually takes a tenth of it. */
const LIMIT_MS = 30_000

/** Processes of a bench whose working directory is, or was, in the given folder: its nodes run nowhere else. */
function processesIn(folder: string): ProcessRow[] {
  return processTable()
    .filter(({ words }) => words.includes(join(PROJECT, 'dist/')) && /(bin\/child|lab\/raw-echo-child)\.js/.test(words))
    .filter(({ pid }) => folderOf(pid)?.startsWith(folder))
}

describe('udsim bench', () => {
  let tmp: string

  beforeEach(() => {
    tmp = makeDir()
  })

  const start = (...words: string[]) => startCommand(['bench', ...words], { cwd: PROJECT, env: { TMPDIR: tmp } })

  const untilStarted = () => until(() => processesIn(tmp).length === 11, 'the nodes of the bench are there', LIMIT_MS)

  function expectNothingLeft(): void {
    expect(processesIn(tmp)).toEqual([])
    expect(readdirSync(tmp)).toEqual([])
  }

  it('measures four paths, says so in one line of JSON, and leaves nothing behind', async () => {
    const { code, stdout, stderr } = await start('--rounds', '1', '--json').ended

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout.trimEnd().split('\n')).toHaveLength(1)
    const result = JSON.parse(stdout)
    expect(result).toMatchObject({ type: 'bench', v: 1, node: process.version, payloadBytes: 64, rounds: 1 })
    expect(result.latency.map(({ path }: { path: string }) => path)).toEqual(PATHS)
    for (const { p50Us, p99Us, p999Us, maxUs, requests, rounds } of result.latency) {
      expect(p50Us).toBeGreaterThan(0)
      expect([p50Us, p99Us, p999Us, maxUs]).toEqual([p50Us, p99Us, p999Us, maxUs].sort((a, b) => a - b))
      expect(requests).toBeGreaterThan(10)
      expect(rounds).toEqual([{ p50Us, p99Us }])
    }
    expect(result.latency[0].p50Us).toBeLessThanOrEqual(result.latency[3].p50Us)
    expect(result.throughput).toHaveLength(8)
    for (const { perSecond, requests, rounds } of result.throughput) {
      expect(perSecond).toBeGreaterThan(100)
      expect(requests).toBeGreaterThan(10)
      expect(rounds).toEqual([perSecond])
    }
    expectNothingLeft()
  })

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('is gone with all its processes after %s, with code %d', async (signal, code) => {
    const { pid, ended } = start('--rounds', '20')
    await untilStarted()
    kill(pid, signal)
    const { stderr, ...others } = await ended

    expect(others).toMatchObject({ code, stdout: '' })
    expect(stderr).toContain(`ended by ${signal}`)
    expectNothingLeft()
  })

  it('fails with the name of a node that dies, and stops the others', async () => {
    const { ended } = start('--rounds', '20')
    await untilStarted()
    const isThere = (name: string) => readdirSync(tmp, { recursive: true }).some(path => String(path).endsWith(name))
    await until(() => isThere('raw.sock') && isThere('lb.sock'), 'all of it listens', LIMIT_MS)
    const echo = processesIn(tmp).find(({ words }) => words.includes('raw-echo-child'))!
    kill(echo.pid, 'SIGKILL')
    const { code, stdout, stderr } = await ended

    expect({ code, stdout, stderr }).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'udsim: bench: raw echo ended: signal SIGKILL\n',
    })
    expectNothingLeft()
  })
})
