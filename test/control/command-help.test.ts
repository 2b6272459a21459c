import { describe, expect, it } from 'vitest'
import { commandHelp, commandsHelp } from '../../src/control/command-help.ts'
import { COMMAND_NAMES, COMMANDS, usageOf } from '../../src/control/command-table.ts'

const all = commandsHelp([['--json', 'the answer as JSON']])

describe('the help', () => {
  it('names every command with what it takes and does', () => {
    for (const name of COMMAND_NAMES) {
      const line = all.find(each => each.trim().startsWith(usageOf(name)))
      expect(line).toContain(COMMANDS[name].summary)
    }
    expect(all).toContain('  --json  the answer as JSON')
  })

  it.each(COMMAND_NAMES)('of %s names its options, and is no wider than the others', name => {
    const lines = commandHelp(name)

    for (const { option } of COMMANDS[name].options) expect(lines.join('\n')).toContain(`--${option}`)
    expect(lines.join('\n')).toContain(`npm run ctl -- ${COMMANDS[name].example}`)
    expect([...all, ...lines].filter(line => line.length > 100)).toEqual([])
  })

  it('lists what may be named', () => {
    expect(commandHelp('wait').join('\n')).toContain('States: starting, up, ')
    expect(commandHelp('policy').join('\n')).toContain('Policies: round-robin, ')
  })
})
