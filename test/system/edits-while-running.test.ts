import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { expectAllAnswered, expectLawsInEveryLine } from '../support/claims.ts'
import { makeDir, runCommand } from '../support/commands.ts'
import { NOTHING_LEFT, nineNodes, nodeOf, type Run, startRun, toText, type Written } from '../support/processes.ts'

let run: Run
let file: string
beforeAll(async () => {
  run = startRun({ topology: nineNodes({ rate: 200 }), file: './topology.json' })
  file = join(run.dir, 'topology.json')
  await run.ready()
  await run.statsWhen(({ nodes }) => nodes.every(({ received }) => received > 10), 'every node has worked')
})
afterEach(() => {
  expect(run.stats().at(-1)!.client.failedBy, 'no edit costs a request').toEqual({})
})

/** Applies an edit, and tells which nodes have another process than before, or have one no longer. */
async function apply(act: () => void) {
  const before = run.pids()
  const reload = await run.nextEvent('reload', act)
  await run.freshStats()
  const after = run.pids()
  return { plan: run.events('plan').at(-1)!, reload, moved: Object.keys(before).filter(id => after[id] !== before[id]) }
}

/** An edit that must be refused: everything goes on as it was, under a banner that says why. */
async function expectRejected(act: () => void, why: string | RegExp) {
  const before = [run.pids(), run.stats().at(-1)!.generation]
  const rejected = await run.nextEvent('reload-rejected', act)
  const { banner } = await run.freshStats()

  expect(rejected.detail).toMatch(why)
  expect(rejected.detail).toContain('Still running generation')
  expect(banner).toMatch(why)
  expect([run.pids(), run.stats().at(-1)!.generation]).toEqual(before)
}

function serverOf(topology: Written, id: string): Written {
  return topology.servers.find((server: Written) => server.id === id)
}

describe('an edit of the file while it runs', () => {
  it('adds a server, which gets its share of the requests', async () => {
    const { plan, reload, moved } = await apply(() =>
      run.edit(topology => topology.servers.push({ id: 'server-7', behind: 'proxy-2' })),
    )
    const stats = await run.statsWhen(stats => nodeOf(stats, 'server-7').received > 10, 'server-7 has worked')

    expect(plan).toMatchObject({ changes: 1, detail: '+ server-7 behind proxy-2' })
    expect(run.lines.indexOf(plan)).toBeLessThan(run.lines.indexOf(reload))
    expect(reload).toMatchObject({ generation: 2, detail: expect.stringMatching(/^generation 2 in \d+ms$/) })
    expect(stats.generation).toBe(2)
    expect(moved).toEqual([])
  })

  it('changes a service time in the process that runs, saved in place', async () => {
    const { moved } = await apply(() =>
      run.edit(topology => {
        serverOf(topology, 'server-1').serviceTime = '20ms'
      }, 'in place'),
    )
    await run.statsWhen(stats => (nodeOf(stats, 'server-1').latency.p50Us ?? 0) >= 19_000, 'server-1 is slow')

    expect(moved).toEqual([])
  })

  it('changes it back by sed', async () => {
    const { moved } = await apply(() => spawnSync('sed', ['-i.bak', 's/20ms/1ms/', file]))
    await run.statsWhen(stats => (nodeOf(stats, 'server-1').latency.p50Us ?? 99_000) < 19_000, 'server-1 is fast')

    expect(moved).toEqual([])
  })

  it('draws its service times from a distribution from then on, in the process that runs', async () => {
    const { plan, moved } = await apply(() =>
      run.edit(topology => {
        serverOf(topology, 'server-1').serviceTime = { lognormal: { p50: '25ms', p99: '60ms' } }
      }),
    )
    await run.statsWhen(stats => (nodeOf(stats, 'server-1').latency.p50Us ?? 0) >= 19_000, 'server-1 is slow again')

    expect(plan.detail).toContain('server-1 serviceTime 1ms -> lognormal p50 25ms p99 60ms')
    expect(moved).toEqual([])
  })

  it('adds a proxy with its servers at once', async () => {
    const { moved } = await apply(() =>
      run.edit(topology => {
        topology.proxies.push({ id: 'proxy-3' })
        topology.servers.push({ id: 'server-8', behind: 'proxy-3' }, { id: 'server-9', behind: 'proxy-3' })
      }),
    )
    await run.statsWhen(stats => nodeOf(stats, 'server-9').received > 10, 'server-9 has worked')

    expect(moved).toEqual([])
  })

  it('changes a policy and the rate in the processes that run', async () => {
    const { plan, moved } = await apply(() =>
      run.edit(topology => {
        topology.loadBalancers[0].policy = 'random'
        topology.load.rate = 400
      }),
    )
    const { client } = await run.statsWhen(({ client }) => client.perSecond > 250, 'the clients send faster')

    expect(client.targetRate).toBe(400)
    expect(plan.detail).toMatch(/random/)
    expect(plan.detail).toMatch(/400/)
    expect(moved).toEqual([])
  })

  it('drains a removed server, whose account stays', async () => {
    const { moved } = await apply(() =>
      run.edit(topology => {
        topology.servers = topology.servers.filter(({ id }: Written) => id !== 'server-4')
      }),
    )
    const gone = run.node('server-4')

    expect(moved).toEqual(['server-4'])
    expect(gone).toMatchObject({ state: 'stopped', pid: null, approximate: false, failed: 0, rejected: 0, inFlight: 0 })
    expect(gone.answered).toBeGreaterThan(10)
    expect(run.events('removed', 'server-4').length).toBe(1)
    expect(existsSync(join(run.dir, 'sockets/server-4.sock'))).toBe(false)
  })

  it('brings a removed server back, and its account goes on', async () => {
    const { answered } = run.node('server-4')
    const { moved } = await apply(() =>
      run.edit(topology => topology.servers.push({ id: 'server-4', behind: 'proxy-2' })),
    )
    const stats = await run.statsWhen(
      stats => nodeOf(stats, 'server-4').answered > answered + 10,
      'server-4 works again',
    )

    expect(moved).toEqual(['server-4'])
    expect(nodeOf(stats, 'server-4')).toMatchObject({ state: 'up', restarts: 0, approximate: false, failed: 0 })
  })

  it('is warned of once, not again by every edit after it', async () => {
    const warned = () => run.events('warning').filter(({ detail }) => detail.includes('"server-1" is in drain'))
    const rate = (value: number) => apply(() => run.edit(topology => Object.assign(topology.load, { rate: value })))
    const admin = (value: string) => apply(() => run.edit(topology => (serverOf(topology, 'server-1').admin = value)))
    await admin('drain')
    await rate(190)
    await rate(200)
    expect(warned().length).toBe(1)

    await admin('ready')
    await admin('drain')
    await admin('ready')
    expect(warned().length).toBe(2)
  })

  it('is refused whole where anything is wrong, until the next good one', async () => {
    const good = readFileSync(file, 'utf8')
    const refused = (change: (topology: Written) => void, why: string | RegExp) =>
      expectRejected(() => {
        const topology = JSON.parse(good)
        change(topology)
        run.edit(toText(topology))
      }, why)

    await expectRejected(() => run.edit(good.replace(']', ',]')), /topology\.json:\d+:\d+/)
    await expectRejected(() => run.edit(good.slice(0, 200), 'in place'), /topology\.json:\d+:\d+/)
    await refused(topology => topology.servers.push({ id: 'server-10', behind: 'nobody' }), 'nobody')
    await refused(
      topology => topology.servers.push({ id: 'server-10', behind: 'nobody' }, { id: 'server-11', behind: 'nobody' }),
      /\.\/topology\.json:\d+:\d+/,
    )
    const { banner } = run.stats().at(-1)!
    expect(banner!.match(/^\.\/topology\.json:\d+:\d+ .*"nobody"/gm)).toHaveLength(2)
    await refused(topology => {
      topology.servers = topology.servers.filter(({ behind }: Written) => behind !== 'proxy-3')
    }, 'proxy-3')
    await refused(topology => {
      topology.socketDir = 'elsewhere'
    }, /^\.\/topology\.json:\d+:\d+ .*socketDir cannot change while running.*put "sockets" back/s)
    expect(existsSync(join(run.dir, 'elsewhere'))).toBe(false)
    run.edit(good)

    await run.statsWhen(({ banner }) => banner === null, 'the banner is gone')
  })

  it('goes on without its file, and is content when it is back', async () => {
    const good = readFileSync(file, 'utf8')
    await expectRejected(
      () => rmSync(file),
      /cannot read .*topology\.json: no such file or directory \(ENOENT\); create it$/m,
    )
    writeFileSync(file, good)

    await run.statsWhen(({ banner }) => banner === null, 'the banner is gone')
  })

  it('is foreseen by check, which changes nothing', async () => {
    const next = JSON.parse(readFileSync(file, 'utf8'))
    next.servers.push({ id: 'server-10', behind: 'proxy-1' })
    serverOf(next, 'server-2').weight = 9
    writeFileSync(join(run.dir, 'next.json'), toText(next))
    const check = (...words: string[]) => runCommand(['check', ...words, '--against-running'], { cwd: run.dir })
    const [generation, pids] = [run.stats().at(-1)!.generation, run.pids()]

    const lines = ['+ server-10 behind proxy-1', '~ server-2 weight 1 -> 9 live']
    expect(await check('next.json')).toMatchObject({ code: 0, stdout: `${lines.join('\n')}\n`, stderr: '' })
    expect(JSON.parse((await check('next.json', '--json')).stdout)).toMatchObject({ ok: true, plan: lines })
    expect(await check()).toMatchObject({ code: 0, stdout: 'nothing would change\n' })
    await run.freshStats()
    expect([run.stats().at(-1)!.generation, run.pids()]).toEqual([generation, pids])

    const elsewhere = makeDir({ 'topology.json': toText(next) })
    const alone = await runCommand(['check', '--against-running'], { cwd: elsewhere })
    expect([alone.code, alone.stdout]).toEqual([1, ''])
    expect(alone.stderr).toMatch(/^udsim: nothing runs at .*: start it with npm start\n$/)
  })

  it('leaves accounts that agree to the end', async () => {
    const children = run.children()
    const { code, stderr, summary } = await run.end()

    expect([code, stderr, summary.laws, summary.reloads, summary.restarts]).toEqual([0, '', 'ok', 14, 0])
    expectAllAnswered(summary.client)
    expectLawsInEveryLine(run.lines)
    expect(run.leftovers(children)).toEqual(NOTHING_LEFT)
  })
})
