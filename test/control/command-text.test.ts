import { describe, expect, it } from 'vitest'
import type { Command } from '../../src/control/command.ts'
import { COMMAND_NAMES, COMMANDS } from '../../src/control/command-table.ts'
import { textOfCommand } from '../../src/control/command-text.ts'
import { readWords } from '../../src/control/read-words.ts'

describe('the text of a command', () => {
  it.each<[string, Command]>([
    ['status', { name: 'status' }],
    ['kill lb', { name: 'kill', node: 'lb', signal: 'SIGKILL' }],
    ['kill lb --signal SIGTERM', { name: 'kill', node: 'lb', signal: 'SIGTERM' }],
    ['weight server-1 0', { name: 'weight', node: 'server-1', weight: 0 }],
    ['add server s --behind a,b', { name: 'add', node: 's', behind: ['a', 'b'] }],
    ['events --follow --lines 3', { name: 'events', follow: true, lines: 3 }],
    ['wait lb up --timeout 1500ms', { name: 'wait', node: 'lb', state: 'up', timeoutMs: 1_500 }],
  ])('%s', (text, command) => {
    expect(textOfCommand(command)).toBe(text)
    expect(readWords(text.split(' '))).toEqual({ ok: true, command })
  })

  it.each(COMMAND_NAMES)('of the example of %s means the same', name => {
    const read = readWords(COMMANDS[name].example.split(' '))

    expect(read.ok && readWords(textOfCommand(read.command).split(' '))).toEqual(read)
  })
})
