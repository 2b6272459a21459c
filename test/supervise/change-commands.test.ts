import { describe, expect, it } from 'vitest'
import type { EditCommand } from '../../src/control/edit-topology.ts'
import { obeyEdit } from '../../src/supervise/change-commands.ts'
import { Changes } from '../../src/supervise/changes.ts'
import type { ObeyContext } from '../../src/supervise/obey-context.ts'
import { BEFORE, makeFakeFleet } from '../support/fake-fleet.ts'

/** Replies to commands that are given at once. */
function repliesTo(...commands: EditCommand[]) {
  const { fleet } = makeFakeFleet()
  const changes = new Changes({
    fleet,
    clear: async () => [],
    typed: 'topology.json',
    version: { text: JSON.stringify(BEFORE), topology: fleet.topology },
    rate: null,
    readFile: () => ({ ok: true, text: JSON.stringify(BEFORE), hash: '' }),
    isOver: () => false,
    onRejected: () => {},
    onUndone: () => {},
  })
  return Promise.all(commands.map(command => obeyEdit(command, { fleet, changes } as unknown as ObeyContext)))
}

describe('a command that changes what runs', () => {
  it.each<EditCommand>([
    { name: 'remove', node: 'server-3' },
    { name: 'drain', node: 'server-3' },
    { name: 'weight', node: 'server-3', weight: 5 },
  ])('is not said to be done where its node is gone by then: %j', async command => {
    const [first, second] = await repliesTo({ name: 'remove', node: 'server-3' }, command)

    expect(first).toMatchObject({ ok: true, lines: ['- server-3 drain', 'generation 2'] })
    expect(second).toEqual({ ok: false, exitCode: 1, message: 'server-3 has been removed' })
  })

  it.each([
    ['lb', 'proxy-1 and 1 more stand behind nobody else; move or remove all in one edit of the file'],
    ['proxy-1', 'server-1 stands behind nobody else; move or remove all in one edit of the file'],
    ['server-1', 'it is the last behind proxy-1; add a server there first, or remove both in one edit of the file'],
  ])('that removes %s, without which others could not run, says what to do', async (node, why) => {
    const [reply] = await repliesTo({ name: 'remove', node })

    expect(reply).toEqual({ ok: false, exitCode: 2, message: `${node} cannot go alone: ${why}` })
  })

  it('adds nothing that was added by then', async () => {
    const add: EditCommand = { name: 'add', node: 'server-4', behind: ['proxy-1'] }
    const [first, second] = await repliesTo(add, add)

    expect(first).toMatchObject({ ok: true })
    expect(second).toEqual({ ok: false, exitCode: 1, message: 'there is a server server-4 already' })
  })
})
