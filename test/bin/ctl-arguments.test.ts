import { describe, expect, it } from 'vitest'
import { readCtlWords } from '../../src/bin/ctl-arguments.ts'

const read = (line: string) => readCtlWords(line.split(' '))
const HERE = { file: null, socketDir: null }

describe('the words of ctl', () => {
  it.each([
    ['status', { command: { name: 'status' }, place: HERE, json: false }],
    ['--json status', { command: { name: 'status' }, place: HERE, json: true }],
    ['kill lb --json -s TERM', { command: { name: 'kill', node: 'lb', signal: 'SIGTERM' }, place: HERE, json: true }],
    ['nodes --file a.json', { command: { name: 'nodes' }, place: { ...HERE, file: 'a.json' }, json: false }],
    ['--socket-dir=/run/x nodes', { command: { name: 'nodes' }, place: { ...HERE, socketDir: '/run/x' }, json: false }],
  ])('%s', (line, request) => {
    expect(read(line)).toEqual({ kind: 'command', ...request })
  })

  it.each([
    ['help', 'udsim ctl: ask or command the topology that runs'],
    ['--help', 'udsim ctl: ask or command the topology that runs'],
    ['help kill', "kill: send a signal to a node's process (SIGKILL)"],
    ['kill --help', "kill: send a signal to a node's process (SIGKILL)"],
    ['kill -h --signal', "kill: send a signal to a node's process (SIGKILL)"],
  ])('%s shows help', (line, first) => {
    const request = read(line)

    expect(request.kind === 'help' && request.lines[0]).toBe(first)
  })

  it('--version is no command', () => {
    expect(read('--version')).toEqual({ kind: 'version' })
  })

  it.each([
    ['help kil', 'unknown command "kil", did you mean kill?'],
    ['hlep', 'unknown command "hlep", did you mean help?'],
    ['stauts', 'unknown command "stauts", did you mean status?'],
    ['nodes --file', '--file needs a value, such as topology.json'],
    ['nodes --socket-dir=', '--socket-dir needs a value, such as sockets'],
    ['nodes --jsn', 'nodes: unknown option --jsn; it takes none'],
  ])('%s is told in one line', (line, message) => {
    expect(read(line)).toEqual({ kind: 'usage-error', message })
  })
})
