import { describe, expect, it } from 'vitest'
import { parseArguments, resolveUserPath } from '../../src/bin/arguments.ts'
import type { Verb } from '../../src/bin/option-table.ts'

const run = (...argv: string[]) => parseArguments('run', argv)
const messageOf = (verb: Verb, ...argv: string[]) => {
  const result = parseArguments(verb, argv)
  return result.kind === 'usage-error' ? result.message : result.kind
}

describe('parseArguments', () => {
  it('fills in what was not typed', () => {
    expect(run()).toEqual({
      kind: 'ok',
      options: {
        file: 'topology.json',
        durationMs: null,
        rate: null,
        intervalMs: 5_000,
        json: false,
        tui: true,
        logFile: null,
        logLevel: 'info',
        logsRequests: false,
      },
    })
    expect(parseArguments('check', [])).toEqual({
      kind: 'ok',
      options: { file: 'topology.json', againstRunning: false, json: false },
    })
    expect(parseArguments('bench', [])).toEqual({ kind: 'ok', options: { json: false, rounds: null } })
  })

  it('reads every option of run, before and after the file', () => {
    const logging = ['--log-file', 'run.log', '--log-level', 'debug', '--log-requests']
    const words = ['--duration', '1m', 'a.json', '--rate=2.5', '--interval', '250ms', '--json', '--no-tui']
    const result = run(...words, ...logging)

    expect(result).toEqual({
      kind: 'ok',
      options: {
        file: 'a.json',
        durationMs: 60_000,
        rate: 2.5,
        intervalMs: 250,
        json: true,
        tui: false,
        logFile: 'run.log',
        logLevel: 'debug',
        logsRequests: true,
      },
    })
  })

  it('refuses lines for requests at a level that would write none', () => {
    const message =
      '--log-requests writes lines of level info, which --log-level warn leaves out; leave one of them out'

    expect(run('--log-requests', '--log-level', 'warn')).toEqual({ kind: 'usage-error', message })
    expect(run('--log-requests', '--log-level', 'debug')).toMatchObject({ options: { logsRequests: true } })
  })

  it('takes a rate of 0 and reports every second as JSON', () => {
    expect(run('--rate', '0', '--json')).toMatchObject({ options: { rate: 0, intervalMs: 1_000 } })
  })

  it('lets the last of several win', () => {
    expect(run('--rate', '1', '--rate', '2')).toMatchObject({ options: { rate: 2 } })
  })

  it('takes what follows -- as the file', () => {
    expect(run('--json', '--', '--help')).toMatchObject({ options: { file: '--help', json: true } })
  })

  it.each([
    [['--help']],
    [['-h']],
    [['--duration', '--help']],
    [['--wrong', 'a', 'b', '-h']],
    [['-xh', '-h']],
    [['--version', '--help']],
  ])('lets help win in %j', argv => {
    expect(run(...argv)).toEqual({ kind: 'help' })
  })

  it('tells the version by -V and --version', () => {
    expect([run('-V'), run('--version', 'x', 'y')]).toEqual([{ kind: 'version' }, { kind: 'version' }])
  })

  it.each<[Verb, string[], string]>([
    ['run', ['--jsn'], 'unknown option --jsn, did you mean --json?'],
    ['run', ['--durration=5s'], 'unknown option --durration, did you mean --duration?'],
    ['run', ['-json'], 'unknown option -json, did you mean --json?'],
    ['run', ['--quiet'], 'unknown option --quiet; --help lists the options'],
    ['run', ['-x'], 'unknown option -x; --help lists the options'],
    ['run', ['--x\u001b[2J'], 'unknown option --x\\u001b[2J; --help lists the options'],
    ['bench', ['--rate', '5'], 'unknown option --rate; --help lists the options'],
    ['run', ['--json=yes'], '--json takes no value; write --json alone'],
    ['run', ['--duration'], '--duration needs a value, such as --duration 5s'],
    ['run', ['--duration='], '--duration needs a value, such as --duration 5s'],
    ['run', ['--duration', '--json'], '--duration needs a value, such as --duration 5s'],
    ['run', ['--duration', '-5s'], '--duration "-5s" is negative: write --duration 5s'],
    ['run', ['--duration=-5s'], '--duration "-5s" is negative: write --duration 5s'],
    ['run', ['--duration', '5'], '--duration "5" has no unit: write --duration 5s or 5ms'],
    [
      'run',
      ['--duration', '5 parsecs'],
      '--duration "5 parsecs" is not a duration: write a number and a unit, such as --duration 5s',
    ],
    ['run', ['--duration', '25h'], '--duration "25h" is out of range: 1ms to 24h'],
    ['run', ['--interval', '49ms'], '--interval "49ms" is out of range: 50ms to 24h'],
    ['run', ['--rate', 'fast'], '--rate "fast" is not a number: write for example --rate 100'],
    ['run', ['--rate', 'Infinity'], '--rate "Infinity" is not a number: write for example --rate 100'],
    ['run', ['--rate', '-1'], '--rate "-1" is out of range: 0 to 1000000'],
    ['run', ['--log-level', 'wran'], '--log-level "wran" is unknown, did you mean warn?'],
    ['run', ['--log-level', 'INFO'], '--log-level "INFO" is unknown, did you mean info?'],
    ['run', ['--log-level=7'], '--log-level "7" is unknown: there are trace, debug, info, warn, error, fatal'],
    ['run', ['--log-level'], '--log-level needs a value, such as --log-level trace'],
    ['run', ['--log-level', '--json'], '--log-level needs a value, such as --log-level trace'],
    ['run', ['--log-file='], '--log-file needs a value, such as --log-file run.log'],
    ['run', ['--log-fil', 'x'], 'unknown option --log-fil, did you mean --log-file?'],
    ['bench', ['--log-level', 'info'], 'unknown option --log-level; --help lists the options'],
    ['bench', ['--rounds', '2.5'], '--rounds "2.5" is not whole: write for example --rounds 20'],
    ['bench', ['--rounds', '0'], '--rounds "0" is out of range: 1 to 20'],
    ['bench', ['a.json'], 'bench takes no file, but got "a.json"; leave it out'],
    ['check', ['a.json', 'b.json'], 'check takes one topology file, but got "a.json" and "b.json"; leave one out'],
    ['run', [''], 'the name of the topology file is empty; leave it out for topology.json'],
  ])('refuses %s %j in one line that says what to type', (verb, argv, message) => {
    expect(messageOf(verb, ...argv)).toBe(message)
  })
})

describe('resolveUserPath', () => {
  it('starts under npm where the user was, and elsewhere in the working directory', () => {
    const npm = { npm_lifecycle_event: 'start', INIT_CWD: '/home/me/sub' }

    expect(resolveUserPath('../x.json', npm, '/package')).toBe('/home/me/x.json')
    expect(resolveUserPath('/abs/x.json', npm, '/package')).toBe('/abs/x.json')
    expect(resolveUserPath('x.json', { INIT_CWD: '/stale' }, '/package')).toBe('/package/x.json')
    expect(resolveUserPath('x.json', { npm_lifecycle_event: 'start' }, '/package')).toBe('/package/x.json')
  })
})
