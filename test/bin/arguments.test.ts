import { describe, expect, it } from 'vitest'
import { parseArguments, resolveUserPath } from '../../src/bin/arguments.ts'
import type { Verb } from '../../src/bin/option-table.ts'
import { NOTHING_ASKED } from '../support/bench-asked.ts'

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
    expect(parseArguments('bench', [])).toEqual({
      kind: 'ok',
      options: {
        ...NOTHING_ASKED,
        file: null,
        json: false,
        save: null,
        baseline: null,
        failAboveShare: null,
        expect: [],
      },
    })
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

  it('reads every option of bench', () => {
    const load = ['--rate', '2000', '--shape', 'sine:period=500ms', '--keys=zipf:skew=1', '--connections', '8']
    const sizes = ['--payload', '1024', '--duration', '1500us', '--rounds', '9', 'my.json']
    const output = ['--json', '--save', 'a.json', '--baseline', 'b.json', '--fail-above', '7.5%']
    const result = parseArguments('bench', [...load, ...sizes, ...output, '--expect', 'p99<2ms', '--expect=errors<1%'])

    expect(result).toEqual({
      kind: 'ok',
      options: {
        file: 'my.json',
        isQuick: false,
        rounds: 9,
        rate: 2_000,
        outstanding: null,
        connections: 8,
        payloadBytes: 1_024,
        durationMs: 1.5,
        shape: { kind: 'sine', periodMs: 500, swing: 0.5 },
        keys: { kind: 'zipf', count: 1_000, skew: 1 },
        json: true,
        save: 'a.json',
        baseline: 'b.json',
        failAboveShare: 0.075,
        expect: [
          { text: 'p99<2ms', metric: 'p99', operator: '<', limit: 2_000 },
          { text: 'errors<1%', metric: 'errors', operator: '<', limit: 0.01 },
        ],
      },
    })
    expect(parseArguments('bench', ['--quick', '--outstanding', '64'])).toMatchObject({
      options: { isQuick: true, outstanding: 64, rate: null },
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
    ['check', ['--rate', '5'], 'unknown option --rate; --help lists the options'],
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
    ['bench', ['a.json', 'b.json'], 'bench takes one topology file, but got "a.json" and "b.json"; leave one out'],
    ['bench', [''], 'the name of the topology file is empty; leave it out for the standard nodes'],
    ['bench', ['--rat', '5'], 'unknown option --rat, did you mean --rate?'],
    ['bench', ['--outstandin=5'], 'unknown option --outstandin, did you mean --outstanding?'],
    ['bench', ['--rate', '0'], '--rate "0" is out of range: 1 to 1000000'],
    ['bench', ['--rate', '-5'], '--rate "-5" is out of range: 1 to 1000000'],
    ['bench', ['--rate', '1000001'], '--rate "1000001" is out of range: 1 to 1000000'],
    ['bench', ['--rate', 'NaN'], '--rate "NaN" is not a number: write for example --rate 100'],
    ['bench', ['--rate', '1e3'], '--rate "1e3" is not a number: write for example --rate 100'],
    ['bench', ['--rate', 'max'], '--rate "max" is not a number: write for example --rate 100'],
    ['bench', ['--rate'], '--rate needs a value, such as --rate 100'],
    ['bench', ['--outstanding', '0'], '--outstanding "0" is out of range: 1 to 65535'],
    ['bench', ['--outstanding', '65536'], '--outstanding "65536" is out of range: 1 to 65535'],
    ['bench', ['--outstanding', '1.5'], '--outstanding "1.5" is not whole: write for example --outstanding 100'],
    ['bench', ['--connections', '0'], '--connections "0" is out of range: 1 to 256'],
    ['bench', ['--connections', '257'], '--connections "257" is out of range: 1 to 256'],
    ['bench', ['--payload', '0'], '--payload "0" is out of range: 1 to 1048576'],
    ['bench', ['--payload', '1048577'], '--payload "1048577" is out of range: 1 to 1048576'],
    ['bench', ['--payload', '1MB'], '--payload "1MB" is not a number: write for example --payload 100'],
    ['bench', ['--duration', '0s'], '--duration "0s" is out of range: 1us to 1h'],
    ['bench', ['--duration', '2h'], '--duration "2h" is out of range: 1us to 1h'],
    ['bench', ['--duration', '2'], '--duration "2" has no unit: write --duration 2s or 2ms'],
    ['bench', ['--duration', '-2s'], '--duration "-2s" is negative: write --duration 2s'],
    ['bench', ['--rounds', '21'], '--rounds "21" is out of range: 1 to 20'],
    ['bench', ['--shape', '--rate', '5'], '--shape needs a value, such as --shape constant'],
    ['bench', ['--rate=5', '--shape', 'sin'], '--shape "sin" is unknown, did you mean sine?'],
    ['bench', ['--rate=5', '--shape', 'ramp:to=3'], '--shape "ramp:to=3" has "to", which is unknown: there is from'],
    ['bench', ['--keys', 'zipf:skew=0'], '--keys "zipf:skew=0" has skew="0", which is out of range: 0.01 to 20'],
    ['bench', ['--keys='], '--keys needs a value, such as --keys zipf:count=1000,skew=1.1'],
    ['bench', ['--fail-above', '10'], '--fail-above "10" has no percent sign: write --fail-above 10%'],
    ['bench', ['--fail-above', 'much'], '--fail-above "much" is not a percentage: write for example --fail-above 10%'],
    ['bench', ['--fail-above=-1%'], '--fail-above "-1%" is out of range: 0% to 1000%'],
    ['bench', ['--save='], '--save needs a value, such as --save before.json'],
    ['bench', ['--baseline', '--json'], '--baseline needs a value, such as --baseline before.json'],
    ['bench', ['--expect', 'p99<2'], "--expect \"p99<2\" has a time without a unit: write 'p99<2ms' or 'p99<2us'"],
    ['bench', ['--expect'], "--expect needs a value, such as --expect 'p99<2ms'"],
    ['bench', ['--quick=yes'], '--quick takes no value; write --quick alone'],
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
