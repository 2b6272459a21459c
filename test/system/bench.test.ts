import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'

const HOME = fileURLToPath(new URL('../..', import.meta.url))
const COMMAND = join(HOME, 'dist/bin/udsim.js')
const PATHS = ['raw echo', '1 hop: server', '2 hops: proxy, server', '3 hops: lb, proxy, server']

interface Ended {
  code: number | null
  stdout: string
  stderr: string
  tookMs: number
}

/** Processes whose working directory is, or was, in the given folder: the nodes of a bench run nowhere else. */
function processesIn(folder: string): string[] {
  const listed = execFileSync('ps', ['-eo', 'pid=,command='], { encoding: 'utf8' }).split('\n')
  return listed
    .filter(line => line.includes(HOME) && /dist\/(bin\/child|lab\/raw-echo-child)\.js/.test(line))
    .filter(line => cwdOf(Number.parseInt(line, 10)).startsWith(folder))
}

function cwdOf(pid: number): string {
  try {
    if (process.platform === 'linux') return execFileSync('readlink', [`/proc/${pid}/cwd`], { encoding: 'utf8' })
    return execFileSync('lsof', ['-a', '-p', `${pid}`, '-d', 'cwd', '-Fn'], { encoding: 'utf8' }).replace(/^.*\nn/s, '')
  } catch {
    return '' // gone in between
  }
}

describe('udsim bench', () => {
  let tmp: string

  beforeAll(() => {
    execFileSync(process.execPath, [join(HOME, 'node_modules/typescript/bin/tsc'), '-b'], { cwd: HOME })
  })
  beforeEach(() => {
    tmp = mkdtempSync(join(tmpdir(), 'ub-'))
  })
  afterEach(() => {
    rmSync(tmp, { recursive: true, force: true })
  })

  function start(words: readonly string[]) {
    const startedMs = performance.now()
    const child = spawn(process.execPath, [COMMAND, 'bench', ...words], {
      env: { ...process.env, TMPDIR: tmp },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const ended: Ended = { code: null, stdout: '', stderr: '', tookMs: 0 }
    child.stdout.on('data', chunk => {
      ended.stdout += chunk
    })
    child.stderr.on('data', chunk => {
      ended.stderr += chunk
    })
    const end = new Promise<Ended>(resolve => {
      child.on('close', code => resolve({ ...ended, code, tookMs: performance.now() - startedMs }))
    })
    return { child, end }
  }

  /** Resolves when the nodes of the run are there. */
  async function untilStarted(): Promise<void> {
    const endMs = performance.now() + 10_000
    while (processesIn(tmp).length < 11) {
      if (performance.now() > endMs) throw new Error('the nodes of the bench did not start within 10 s')
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  }

  function expectNothingLeft(): void {
    expect(processesIn(tmp)).toEqual([])
    expect(readdirSync(tmp)).toEqual([])
  }

  it('measures four paths, says so in one line of JSON, and leaves nothing behind', async () => {
    const { code, stdout, stderr, tookMs } = await start(['--rounds', '1', '--json']).end

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(tookMs).toBeLessThan(30_000)
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
    const { child, end } = start(['--rounds', '20'])
    await untilStarted()
    child.kill(signal)

    const ended = await end

    expect(ended).toMatchObject({ code, stdout: '' })
    expect(ended.stderr).toContain(`ended by ${signal}`)
    expectNothingLeft()
  })

  it('fails with the name of a node that dies, and stops the others', async () => {
    const { end } = start(['--rounds', '20'])
    await untilStarted()
    await new Promise(resolve => setTimeout(resolve, 2_000)) // a node that dies before it is ready has another message
    const echo = processesIn(tmp).find(line => line.includes('raw-echo-child'))!
    process.kill(Number.parseInt(echo, 10), 'SIGKILL')

    const { code, stdout, stderr } = await end

    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: '',
      stderr: 'udsim: bench: raw echo ended: signal SIGKILL\n',
    })
    expectNothingLeft()
  })
})
