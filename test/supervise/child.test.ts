/** Real processes, the smallest that there are: what an end looks like is the operating system's to say. */
import { spawn } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Child, type ChildEnding, startChild } from '../../src/supervise/child.ts'
import type { FromChild, ToChild } from '../../src/supervise/messages.ts'
import { until } from './socket-fixtures.ts'

const CHILD_URL = new URL('../../dist/supervise/child.js', import.meta.url).href
const LIMIT_MS = 10_000

let dir = ''
const running: Child[] = []
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'uds-')))
})
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
  vi.unstubAllEnvs()
  rmSync(dir, { recursive: true, force: true })
})

/** A child that runs this text, and what it was heard to say. */
function start(script: string, cwd = dir) {
  const entry = join(dir, 'entry.mjs')
  writeFileSync(entry, script)
  const messages: FromChild[] = []
  const lines: string[] = []
  const endings: ChildEnding[] = []
  const child = startChild(
    { entry, cwd, node: 'server-1', socket: 'sockets/server-1.sock', logLevel: 'warn' },
    {
      onMessage: message => messages.push(message),
      onLine: (line, output) => lines.push(`${output}: ${line}`),
      onDropped: count => lines.push(`dropped: ${count}`),
      onOutputEnd: () => lines.push('end'),
      onExit: ending => endings.push(ending),
    },
  )
  running.push(child)
  const ended = async () => {
    await until(() => endings.length > 0, 'the child has ended', LIMIT_MS)
    return endings[0]!
  }
  return { child, messages, lines, endings, ended }
}

describe('a child', { timeout: 30_000 }, () => {
  it('sees of the environment what it needs, and neither options nor secrets', async () => {
    vi.stubEnv('NODE_OPTIONS', '--max-old-space-size=64')
    vi.stubEnv('SECRET', 'x')
    vi.stubEnv('TZ', 'UTC')
    const { messages, ended } = start('process.send({ env: process.env, args: process.execArgv, cwd: process.cwd() })')
    await ended()
    const [{ env, ...rest }] = messages as never as [{ env: Record<string, string> }]
    const passed = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ', 'NODE_ENV', 'UDSIM_NODE', 'UDSIM_SOCKET', 'UDSIM_LOG_LEVEL']
    const added = ['NODE_CHANNEL_FD', 'NODE_CHANNEL_SERIALIZATION_MODE', '__CF_USER_TEXT_ENCODING']

    expect(env).toMatchObject({
      TZ: 'UTC',
      UDSIM_NODE: 'server-1',
      UDSIM_SOCKET: 'sockets/server-1.sock',
      UDSIM_LOG_LEVEL: 'warn',
    })
    expect(Object.keys(env).filter(name => ![...passed, ...added].includes(name))).toEqual([])
    expect(rest).toEqual({ args: ['--max-semi-space-size=4'], cwd: dir })
  })

  it('hears what it is sent, even before it listens', async () => {
    const { child, messages, ended } = start(`process.on('message', message => {
      process.send(message, () => process.disconnect())
    })`)
    child.send({ type: 'go' } satisfies ToChild)

    expect(await ended()).toMatchObject({ exitCode: 0, signal: null, text: 'code 0' })
    expect(messages).toEqual([{ type: 'go' }])
    expect(() => child.send({ type: 'go' })).not.toThrow()
  })

  it.each([
    ['a code', 'process.exit(3)', { exitCode: 3, signal: null, text: 'code 3' }],
    ['a signal', "process.kill(process.pid, 'SIGKILL')", { exitCode: null, signal: 'SIGKILL', text: 'signal SIGKILL' }],
  ])('ends by %s', async (_how, script, ending) => {
    const { ended } = start(script)

    expect(await ended()).toEqual({ ...ending, lastLines: [] })
  })

  it('leaves its last lines, of both outputs', async () => {
    const { ended, lines } = start(`
      for (let i = 0; i < 9; i++) console.error('line ' + i)
      console.log('out')
      process.exitCode = 1`)
    const { text, lastLines } = await ended()

    expect(text).toBe('code 1')
    expect(lines).toEqual(expect.arrayContaining(['stderr: line 0', 'stderr: line 8', 'stdout: out']))
    expect(lastLines).toEqual(['line 4', 'line 5', 'line 6', 'line 7', 'line 8', 'out'])
  })

  it.each([
    ['throws', "throw new Error('boom')", 1, 'Error: boom'],
    ['rejects', "setTimeout(() => Promise.reject(new Error('boom')))", 1, 'Error: boom'],
    ['cannot be loaded', "import './nope.mjs'", 1, 'Error [ERR_MODULE_NOT_FOUND]: Cannot find module'],
    ['aborts', "console.error('last words'); process.abort()", null, 'last words'],
    ['is killed', "console.error('last words'); process.kill(process.pid, 'SIGKILL'); for (;;);", null, 'last words'],
    [
      'says much before',
      "for (let i = 0; i < 1_500; i++) writeSync(2, 'x\\n'.padStart(100)); console.error('last words'); process.abort()",
      null,
      'last words',
    ],
  ])('that %s leaves what it said last', async (_how, script, code, said) => {
    const { ended } = start(`import { writeSync } from 'node:fs'\n${script}`)
    const { exitCode, lastLines } = await ended()

    expect(exitCode).toBe(code)
    expect(lastLines.find(line => line.startsWith(said))).toBeDefined()
  })

  it('is over when it exits, though a grandchild holds its pipes', async () => {
    const { messages, ended, endings } = start(`
      import { spawn } from 'node:child_process'
      const { pid } = spawn('sleep', ['60'], { stdio: 'inherit' })
      process.send({ pid }, () => process.exit(0))`)
    try {
      expect((await ended()).text).toBe('code 0')
    } finally {
      process.kill((messages as never as [{ pid: number }])[0].pid, 'SIGKILL')
    }
    expect(endings.length).toBe(1)
  })

  it('that cannot be started tells so once, and is deaf', async () => {
    const { child, endings, ended } = start('', join(dir, 'nowhere'))
    const { exitCode, text } = await ended()
    child.send({ type: 'drain' })
    child.kill('SIGKILL')
    await new Promise(setImmediate)

    expect([child.pid, exitCode, endings.length]).toEqual([0, null, 1])
    expect(text).toMatch(/^could not start: .*ENOENT/)
  })

  it('that found no file left to open is never killed: Node.js would kill whatever pid lies in memory', async () => {
    const entry = join(dir, 'entry.mjs')
    writeFileSync(entry, "process.on('disconnect', () => process.exit())")
    const script = `
      import { ChildProcess } from 'node:child_process'
      import { startChild } from ${JSON.stringify(CHILD_URL)}
      const place = { entry: process.argv[1], cwd: '.', node: 'a', socket: '' }
      const onExit = ({ text }) => console.log(text)
      const onOutputEnd = () => {}
      for (;;) {
        const child = startChild(place, { onMessage() {}, onLine() {}, onExit, onOutputEnd })
        if (child.pid !== 0) continue
        ChildProcess.prototype.kill = () => console.log('killed')
        child.kill('SIGKILL')
        setImmediate(() => setImmediate(() => process.exit()))
        break
      }`
    const command = 'ulimit -n 48; exec "$0" --input-type=module -e "$1" "$2"'
    const args = ['-c', command, process.execPath, script, entry]
    const runner = spawn('sh', args, { stdio: ['ignore', 'pipe', 'ignore'] })
    const said = (await runner.stdout.toArray()).join('')

    expect(said).toBe(`could not start: spawn ${process.execPath} EMFILE; allow more open files (ulimit -n)\n`)
  })
})
