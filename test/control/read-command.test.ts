import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { COMMAND_NAMES, COMMANDS, isCommandName, usageOf } from '../../src/control/command-table.ts'
import { readCommand } from '../../src/control/read-command.ts'
import { readWords } from '../../src/control/read-words.ts'

describe('a command of JSON', () => {
  it.each(COMMAND_NAMES)('reads %s as words make it, back and forth', name => {
    const words = readWords(COMMANDS[name].example.split(' '))

    expect(words.ok && readCommand(JSON.parse(JSON.stringify(words.command)))).toEqual(words)
  })

  it.each([
    [
      { name: 'kill', node: 'lb' },
      { name: 'kill', node: 'lb', signal: 'SIGKILL' },
    ],
    [
      { name: 'kill', node: 'lb', signal: 'term' },
      { name: 'kill', node: 'lb', signal: 'SIGTERM' },
    ],
    [
      { name: 'wait', node: 'lb', state: 'up', timeoutMs: 0 },
      { name: 'wait', node: 'lb', state: 'up', timeoutMs: 0 },
    ],
    [{ name: 'events' }, { name: 'events', follow: false, lines: 20 }],
  ])('may leave out what has a default: %j', (value, command) => {
    expect(readCommand(value)).toEqual({ ok: true, command })
  })

  it.each([
    [undefined, 'a command is an object with a name'],
    ['status', 'a command is an object with a name'],
    [[], 'a command is an object with a name'],
    [{ node: 'lb' }, 'a command is an object with a name'],
    [{ name: null }, 'a command is an object with a name'],
    [{ name: '__proto__' }, /^unknown command "__proto__"; there are /],
    [{ name: 'statsu' }, 'unknown command "statsu", did you mean status?'],
    [{ name: 'weight', node: 'lb', wieght: 5 }, 'weight: unknown field "wieght", did you mean "weight"?'],
    [{ name: 'status', node: 'lb' }, 'status: unknown field "node"; it takes none'],
    [{ name: 'weight', node: 'lb' }, /^weight: weight is missing; usage: /],
    [{ name: 'weight', node: 'lb', weight: '5' }, /^weight: "5" is no whole number from 0 to 1000000; /],
    [{ name: 'weight', node: { a: 1 }, weight: 5 }, /^weight: "\{"a":1\}" is no id of a node, /],
    [{ name: 'add', node: 's', behind: 'p' }, /^add: "p" is no list of ids; /],
    [{ name: 'add', node: 's', behind: [] }, /^add: "\[\]" is no list of ids; /],
    [{ name: 'events', follow: 1 }, /^events: 1 is neither true nor false; /],
    [{ name: 'wait', node: 'lb', state: 'up', timeoutMs: '5s' }, /^wait: "5s" is no duration/],
  ])('is refused in one line: %j', (value, message) => {
    const result = readCommand(value)
    const told = result.ok ? 'taken' : result.message

    if (typeof message === 'string') expect(told).toBe(message)
    else expect(told).toMatch(message)
  })

  it('makes of any value a command of the table or one line', () => {
    const anyCommand = fc.record({ name: fc.constantFrom(...COMMAND_NAMES) }).chain(({ name }) => {
      const fields = [...COMMANDS[name].words, ...COMMANDS[name].options].map(field => field.name)
      return fc.dictionary(fc.constantFrom('x', ...fields), fc.jsonValue()).map(given => ({ ...given, name }))
    })
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), anyCommand), value => {
        const result = readCommand(value)
        if (!result.ok) {
          expect(result.message).toMatch(/^[^\n]+$/)
          return
        }
        expect(isCommandName(result.command.name)).toBe(true)
        expect(usageOf(result.command.name)).not.toBe('')
        expect(readCommand(result.command)).toEqual(result)
      }),
    )
  })
})
