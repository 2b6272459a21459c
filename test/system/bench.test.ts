import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Bench } from '../../src/lab/bench.ts'
import type { BenchResult, Section } from '../../src/lab/bench-result.ts'
import { standardTopology } from '../../src/lab/paths.ts'
import { type SuiteTimes, suiteBoxes, suiteWarmUps } from '../../src/lab/suite.ts'
import { until } from '../supervise/socket-fixtures.ts'
import { COMMAND, type Ended, kill, makeDir, PROJECT, runCommand, startCommand } from '../support/commands.ts'
import { folderOf, type ProcessRow, processTable } from '../support/process-table.ts'
import { NO_PTY, startInPty } from '../support/pty.ts'

/** What is waited for usually takes a tenth of it. */
const LIMIT_MS = 30_000
/** Enough for one answer of the slowest path on a busy machine; figures are not looked at. */
const TINY: SuiteTimes = {
  rounds: 1,
  warmUpMs: 5,
  latency: { settleMs: 5, durationMs: 30 },
  throughput: { settleMs: 5, durationMs: 20 },
  large: { settleMs: 5, durationMs: 60 },
  openLoop: { settleMs: 20, durationMs: 60 },
}
const SMALL = JSON.stringify({
  loadBalancers: [{ id: 'lb-1' }, { id: 'lb-2' }],
  servers: [{ id: 'server-1', serviceTime: '1ms' }],
  load: { rate: 400, payloadBytes: 100 },
})
const SHORT = ['--rounds', '1', '--duration', '60ms']

let tmp: string
let home: string
beforeEach(() => {
  tmp = makeDir()
  home = makeDir({ 'my.json': SMALL })
})

/** Processes of a bench whose working directory is, or was, in this test's folder: its nodes run nowhere else. */
function processes(): ProcessRow[] {
  return processTable()
    .filter(({ words }) => words.includes(join(PROJECT, 'dist/')) && /(bin\/child|lab\/echo-child)\.js/.test(words))
    .filter(({ pid }) => folderOf(pid)?.startsWith(tmp))
}

function expectNothingLeft(): void {
  expect(processes()).toEqual([])
  expect(readdirSync(tmp)).toEqual([])
}

const optionsFor = () => ({ cwd: home, env: { TMPDIR: tmp } })
const start = (...words: string[]) => startCommand(['bench', ...words], optionsFor())
const run = (...words: string[]) => runCommand(['bench', ...words], optionsFor())

/** The one line of JSON. */
function resultIn({ stdout }: Pick<Ended, 'stdout'>) {
  expect(stdout.trimEnd().split('\n')).toHaveLength(1)
  return JSON.parse(stdout)
}

describe('the suite', () => {
  const inFolder = async <T>(act: () => Promise<T>): Promise<T> => {
    vi.stubEnv('TMPDIR', tmp)
    return act().finally(() => vi.unstubAllEnvs())
  }
  const runSuite = () =>
    inFolder(() =>
      new Bench({
        ...standardTopology(),
        warmUps: suiteWarmUps(TINY),
        boxes: suiteBoxes(TINY),
        rounds: TINY.rounds,
        limitMs: null,
        endsOnFailure: true,
        args: [],
        childEntry: join(PROJECT, 'dist/bin/child.js'),
        echoEntry: join(PROJECT, 'dist/lab/echo-child.js'),
        tell: () => {},
      }).run(),
    )

  const pathsOf = ({ scenarios }: BenchResult, section: Section) => [
    ...new Set(scenarios.filter(each => each.section === section).map(({ path }) => path)),
  ]

  it('measures every floor and hop in every section, and leaves nothing behind', async () => {
    const result = await runSuite()

    const hops = ['1 hop: server', '2 hops: proxy, server', '3 hops: lb, proxy, server']
    const floors = ['unix echo', 'tcp echo', 'pipe echo', 'channel echo']
    expect(pathsOf(result, 'latency')).toEqual([...floors, ...hops])
    expect(pathsOf(result, 'throughput')).toEqual(['unix echo', ...hops])
    expect(pathsOf(result, 'payload')).toEqual(['unix echo', '3 plain pipes', hops[2]])
    expect(pathsOf(result, 'connect')).toEqual([
      'unix echo',
      'unix echo, connecting',
      hops[2],
      `${hops[2]}, connecting`,
    ])
    expect(pathsOf(result, 'load')).toEqual([hops[2]])
    expect(result).toMatchObject({ isPartial: false, roundsPlanned: 1, topology: { name: 'standard', nodes: 9 } })
    expect(result.roundConditions).toHaveLength(1)
    // A box is 50 to 100 ms here: on a starved machine some see no request that began in them.
    expect(result.hopCosts.length).toBeGreaterThan(0)
    for (const { requests, failed, p50Us, rounds } of result.scenarios) {
      expect(failed).toBe(0)
      expect(rounds).toHaveLength(1)
      if (requests > 0) expect(p50Us).toBeGreaterThan(0)
    }
    expect(result.scenarios.filter(({ requests }) => requests === 0).length).toBeLessThan(15)
    expectNothingLeft()
  })
})

describe('udsim bench', () => {
  it('runs a file under its own load, as one line of JSON that it can compare with later', async () => {
    const first = await run('my.json', '--json', '--save', 'before.json', ...SHORT)
    expect(first).toMatchObject({ code: 0, stderr: '' })
    const result = resultIn(first)

    expect(result).toMatchObject({ type: 'bench', v: 2, isPartial: false, topology: { name: 'my.json', nodes: 3 } })
    expect(result.scenarios.map(({ path, loop }: { path: string; loop: string }) => `${path} ${loop}`)).toEqual([
      'unix echo closed',
      'my.json open',
      'my.json closed',
      'my.json closed',
    ])
    expect(result.scenarios[1]).toMatchObject({ rate: 400, hops: 2, payloadBytes: 100, failed: 0 })
    expect(result.scenarios[1].service.p50Us).toBeGreaterThan(500)
    expect(result.scenarios[1].rounds).toHaveLength(1)
    expect(JSON.parse(readFileSync(join(home, 'before.json'), 'utf8'))).toMatchObject({ type: 'bench', v: 2 })
    expectNothingLeft()

    const limits = ['--expect', 'p50<1us', '--baseline', 'before.json', '--fail-above', '50%']
    const second = await run('my.json', '--outstanding', '1', ...limits, ...SHORT)

    expect(second).toMatchObject({ code: 3, stderr: '' })
    expect(second.stdout).toMatch(/^udsim bench · .*\bmy\.json\b/)
    expect(second.stdout).toContain('✗ p50')
    expect(second.stdout).toContain('Compared')
    expectNothingLeft()
  })

  it('refuses with code 2 what it cannot read, and starts nothing', async () => {
    const spoilt = join(home, 'spoilt.json')
    const broken = makeDir({ 'broken.json': '{ "loadBalancers": [] }' })

    const ends = await Promise.all([
      run(join(broken, 'broken.json')),
      run('--baseline', spoilt),
      run('--save', 'nowhere/a.json'),
      run('--rate', '5', '--outstanding', '5'),
    ])

    expect(ends.map(({ code, stdout }) => ({ code, stdout }))).toEqual(Array(4).fill({ code: 2, stdout: '' }))
    expect(ends[0]!.stderr).toContain('broken.json:1:')
    for (const { stderr } of ends.slice(0, 3)) expect(stderr).toMatch(/Nothing was started\.\n$/)
    expect(ends[1]!.stderr).toContain('spoilt.json')
    expect(existsSync(join(home, 'nowhere'))).toBe(false)
    expectNothingLeft()
  })

  it('fails with the name of a node that dies while it is measured, and stops the others', async () => {
    const { ended } = start('my.json', '--rounds', '20', '--duration', '10s')
    const dying = () => processes().find(({ pid }) => isServer(pid))
    await until(() => dying() !== undefined && processes().length === 5, 'all of it runs', LIMIT_MS)
    const isThere = (name: string) => readdirSync(tmp, { recursive: true }).some(path => String(path).endsWith(name))
    await until(() => isThere('lb-1.sock') && isThere('lb-2.sock'), 'all of it listens', LIMIT_MS)
    kill(dying()!.pid, 'SIGKILL')
    const { code, stdout, stderr } = await ended

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^udsim: bench: server-1 /)
    expect(stderr).toContain('SIGKILL')
    expectNothingLeft()
  })

  it('ends at once on SIGTERM before anything is measured, with one line and code 143', async () => {
    const { pid, ended } = start()
    await until(() => processes().length > 3, 'some of it runs', LIMIT_MS)
    kill(pid, 'SIGTERM')
    const { code, stdout, stderr } = await ended

    expect({ code, stdout }).toEqual({ code: 143, stdout: '' })
    expect(stderr).toBe(
      'udsim: bench: ended by SIGTERM before anything was measured; everything it started is stopped\n',
    )
    expectNothingLeft()
  })

  it.skipIf(NO_PTY)(
    'shows on Ctrl-C what was measured until then, marked, and leaves no trace of its progress',
    async () => {
      // A shell that has no trap is ended by Ctrl-C itself, and says no code.
      const words = 'my.json --outstanding 2 --rounds 20 --duration 50ms'
      const line = `trap : INT; ${process.execPath} ${COMMAND} bench ${words}; echo code $?`
      const pty = startInPty(line, { cwd: home, columns: 80, rows: 80, env: { TMPDIR: tmp } })
      await until(() => pty.written.includes('round 3/20'), 'two rounds are over', LIMIT_MS)
      pty.type('\x03')
      const shown = await pty.shows(/^code /m)

      expect(shown).toContain('code 130')
      expect(shown).toMatch(/a partial result/)
      expect(shown).toContain('udsim bench ·')
      expect(shown).not.toContain('round 3/20')
      expectNothingLeft()
    },
  )
})

function isServer(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').includes('UDSIM_NODE=server-1')
  } catch {
    return false // gone, or no such file on this system
  }
}
