import { chmodSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { loadTopology } from '../../src/bin/load-topology.ts'

const GOOD = '{ "loadBalancers": [{ "id": "lb" }], "servers": [{ "id": "server-1" }] }'

let dir = ''
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'uds-')))
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(dir, { recursive: true, force: true })
})

function save(text: string, name = 'topology.json'): string {
  writeFileSync(join(dir, name), text)
  return join(dir, name)
}

describe('loadTopology', () => {
  it('gives the topology, and the hash of the very text that it read', () => {
    const file = save(GOOD)
    const [first, again] = [loadTopology(file), loadTopology(file)]

    expect(first).toMatchObject({ ok: true, file, topology: { socketDir: 'sockets' } })
    expect(again).toEqual(first)
    save(`${GOOD}\n`)
    expect(loadTopology(file)).not.toMatchObject({ hash: first.ok && first.hash })
  })

  it('finds a path from where the user ran npm', () => {
    save(GOOD)
    vi.stubEnv('npm_lifecycle_event', 'start')
    vi.stubEnv('INIT_CWD', dir)

    expect(loadTopology('topology.json')).toMatchObject({ ok: true, file: join(dir, 'topology.json') })
  })

  it('tells every problem under the name that was typed, and how many there are', () => {
    const file = save('{ "loadBalancers": [{ "id": "LB" }], "servers": [{ "id": "server-1" }, { "id": "server-1" }] }')
    const loaded = loadTopology(file)

    expect(loaded.ok || loaded.problems.length).toBe(2)
    expect(loaded.ok || loaded.message.split('\n').filter(line => line.startsWith(`${file}:1:`)).length).toBe(2)
    expect(loaded.ok || loaded.message).toMatch(/Found 2 problems in topology\.json\.$/)
  })

  it('gives warnings as data and as text, with a total of their own', () => {
    const loaded = loadTopology(save(GOOD.replace('"server-1"', '"server-1", "weight": 0 }, { "id": "server-2"')))

    expect(loaded).toMatchObject({ ok: true, warnings: [{ code: 'WEIGHT_ZERO', line: 1 }] })
    expect(loaded.message).toMatch(
      /:1:\d+ - warning WEIGHT_ZERO: .*\n\nFound 1 warning in topology\.json\. It can run/s,
    )
    expect(loadTopology(save(GOOD)).message).toBe('')
  })

  it('warns of the load that was asked for, not of the one in the file', () => {
    const file = save(GOOD.replace('"server-1"', '"server-1", "serviceTime": "1s"'))

    expect(loadTopology(file, 65)).toMatchObject({ warnings: [{ code: 'LOAD_ABOVE_CAPACITY' }] })
    expect(loadTopology(file, 64)).toMatchObject({ warnings: [] })
  })

  it('warns of the share of a single server, which policies promise', () => {
    const servers = '"server-1", "serviceTime": "1s", "concurrency": 10 }, { "id": "server-2"'
    const file = save(GOOD.replace('"server-1"', servers))

    expect(loadTopology(file, 21)).toMatchObject({ warnings: [{ code: 'SERVER_ABOVE_CAPACITY' }] })
  })

  it('tells of a file that may not be read', () => {
    const file = save(GOOD)
    chmodSync(dir, 0o755)
    chmodSync(file, 0o000)
    const loaded = withoutRootsRights(() => loadTopology(file))

    expect(loaded).toMatchObject({ ok: false, problems: [{ code: 'FILE_UNREADABLE', hint: expect.any(String) }] })
    expect(loaded.message).toContain(`cannot read ${file}: permission denied (EACCES)`)
  })

  it('tells of a file that cannot be read in the same way', () => {
    const loaded = loadTopology(join(dir, 'missing.json'))

    expect(loaded).toMatchObject({ ok: false, problems: [{ code: 'FILE_UNREADABLE', line: 0 }] })
    expect(loaded.ok || loaded.message).toContain('no such file or directory (ENOENT)')
    expect(loaded.ok || loaded.message).toContain('create it, or name another file')
  })
})

/** Root may read whatever it likes. */
function withoutRootsRights<T>(act: () => T): T {
  const isRoot = process.getuid!() === 0
  if (isRoot) process.seteuid!(65_534)
  try {
    return act()
  } finally {
    if (isRoot) process.seteuid!(0)
  }
}
