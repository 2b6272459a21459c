import { describe, expect, it } from 'vitest'
import { COMMAND_NAMES, COMMANDS, usageOf } from '../../src/control/command-table.ts'
import { readWords } from '../../src/control/read-words.ts'
import { POLICY_NAMES } from '../../src/topology/policy-names.ts'

const read = (line: string) => readWords(line.split(' '))
const commandOf = (line: string) => {
  const result = read(line)
  return result.ok ? result.command : result.message
}

describe('the words of a command', () => {
  it.each([
    ['status', { name: 'status' }],
    ['kill server-3', { name: 'kill', node: 'server-3', signal: 'SIGKILL' }],
    ['kill lb --signal TERM', { name: 'kill', node: 'lb', signal: 'SIGTERM' }],
    ['kill --signal=sigterm lb', { name: 'kill', node: 'lb', signal: 'SIGTERM' }],
    ['kill lb -s 15', { name: 'kill', node: 'lb', signal: 'SIGTERM' }],
    ['weight server-1 0', { name: 'weight', node: 'server-1', weight: 0 }],
    ['policy lb first', { name: 'policy', node: 'lb', policy: 'first' }],
    ['rate 12.5', { name: 'rate', rate: 12.5 }],
    ['add server s --behind a,b', { name: 'add', node: 's', behind: ['a', 'b'] }],
    ['add --behind a server s --behind b', { name: 'add', node: 's', behind: ['a', 'b'] }],
    ['logs server-1 -f', { name: 'logs', node: 'server-1', follow: true, lines: 20 }],
    ['logs -f -n 5 server-1', { name: 'logs', node: 'server-1', follow: true, lines: 5 }],
    ['logs -- server-1', { name: 'logs', node: 'server-1', follow: false, lines: 20 }],
    ['events --follow --lines 0', { name: 'events', follow: true, lines: 0 }],
    ['wait server-1 up', { name: 'wait', node: 'server-1', state: 'up', timeoutMs: 10_000 }],
    [
      'wait server-1 crash-loop --timeout 1.5s',
      { name: 'wait', node: 'server-1', state: 'crash-loop', timeoutMs: 1_500 },
    ],
  ])('%s', (line, command) => {
    expect(commandOf(line)).toEqual(command)
  })

  it.each(COMMAND_NAMES)('of the example of %s are right, and its own usage', name => {
    const { example } = COMMANDS[name]

    expect(commandOf(example)).toMatchObject({ name })
    expect(usageOf(name).split(' ')[0]).toBe(example.split(' ')[0])
  })
})

describe('wrong words', () => {
  it.each([
    ['', /^unknown command ""; there are status, nodes, /],
    ['stats', 'unknown command "stats", did you mean status?'],
    ['show stat', 'unknown command "show", did you mean nodes?'],
    ['top', 'unknown command "top", did you mean nodes?'],
    ['disable server-1', 'unknown command "disable", did you mean maintenance?'],
    ['shutdown', /^no command ends a run: press q or Ctrl-C there, or send SIGTERM to launcherPid /],
    ['restrat lb', 'unknown command "restrat", did you mean restart?'],
    ['frobnicate', /^unknown command "frobnicate"; there are status, nodes, kill, /],
    ['toString', /^unknown command "toString"; there are /],
    ['kill', 'kill: NODE is missing; usage: kill NODE [--signal S], such as: kill server-3 --signal TERM'],
    ['nodes lb', 'nodes: "lb" is one word too many; usage: nodes'],
    ['weight server-1', 'weight: N is missing; usage: weight NODE N, such as: weight server-3 5'],
    ['weight server-1 5 6', /^weight: "6" is one word too many; usage: weight NODE N/],
    ['weight server-1 -5', /^weight: -5 is no whole number from 0 to 1000000; usage: /],
    ['weight server-1 1.5', /^weight: 1.5 is no whole number from 0 to 1000000; /],
    ['weight server-1 five', /^weight: "five" is no whole number from 0 to 1000000; /],
    ['rate 1e9', /^rate: "1e9" is no number from 0 to 1000000; usage: rate N, such as: rate 500$/],
    ['rate 1000001', /^rate: 1000001 is no number from 0 to 1000000; /],
    ['drain Server_3', /^drain: "Server_3" is no id of a node, did you mean server-3\?; /],
    ['drain ../lb', /^drain: "..\/lb" is no id of a node, an id is a small letter, /],
    ['drain \u001b[2J', /^drain: "\\u001b\[2J" is no id of a node/],
    ['kill lb --signal TREM', /^kill: there is no signal "TREM" to send, did you mean TERM\?; /],
    ['kill lb --signal USR1', /^kill: there is no signal "USR1" to send, did you mean USR2\?; /],
    ['kill lb --signal 99', /^kill: there is no signal "99" to send; signals: HUP, INT, /],
    ['kill lb --signal', 'kill: --signal needs a value'],
    ['kill lb --signal -f', 'kill: --signal needs a value'],
    ['kill lb --signl TERM', 'kill: unknown option --signl, did you mean --signal?'],
    ['kill lb -9', /^kill: "-9" is one word too many; usage: kill NODE \[--signal S\]/],
    ['kill lb -KILL', 'kill: unknown option -KILL; options: --signal'],
    ['drain lb --now', 'drain: unknown option --now; it takes none'],
    ['policy lb round-robbin', /^policy: there is no policy "round-robbin", did you mean round-robin\?; /],
    ['policy lb fastest', new RegExp(`^policy: there is no policy "fastest"; policies: ${POLICY_NAMES.join(', ')}; `)],
    ['wait lb upp', /^wait: there is no state "upp", did you mean up\?; /],
    ['wait lb ok', /^wait: there is no state "ok"; states: starting, up, hung, draining, /],
    ['wait lb up --timeout 5', /^wait: "5" has no unit: 5s or 5ms; /],
    ['wait lb up --timeout soon', /^wait: "soon" is no duration, such as 5s or 250ms; /],
    ['wait lb up --timeout -5s', /^wait: "-5s" is no duration/],
    ['wait lb up --timeout 25h', /^wait: 90000000 ms is out of range: 0s to 24h; /],
    ['add', /^add: it adds a server; usage: add server ID --behind P,Q, such as: /],
    ['add proxy p --behind lb', /^add: it adds a server, no "proxy"; /],
    ['add server', /^add: ID is missing; /],
    ['add server s', /^add: behind is missing; usage: add server ID --behind P,Q, /],
    ['add server s --behind', 'add: --behind needs a value'],
    ['add server s --behind a,', /^add: "" is no id of a node, /],
    ['add server s --behind a,a', /^add: "a" is named twice; /],
    ['logs lb --lines 501', /^logs: 501 is no whole number from 0 to 500; /],
    ['logs lb --follow=yes', 'logs: --follow takes no value; write --follow alone'],
  ])('%j are told in one line', (line, message) => {
    const told = String(commandOf(line))

    if (typeof message === 'string') expect(told).toBe(message)
    else expect(told).toMatch(message)
    expect(told).not.toContain('\n')
  })

  it('without any say what there is', () => {
    expect(readWords([])).toMatchObject({
      ok: false,
      message: expect.stringMatching(/^say what to do: status, .*help$/),
    })
  })
})
