import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expectAllAnswered, expectLawsInEveryLine } from '../support/claims.ts'
import { PROJECT } from '../support/commands.ts'
import { startRun } from '../support/processes.ts'

const FOLDER = join(PROJECT, 'test/topologies')
const examples = readdirSync(FOLDER).filter(name => name.endsWith('.json') && !name.startsWith('broken-'))

describe('the example topologies', () => {
  it.concurrent.each(examples)('%s answers every request', async name => {
    const run = startRun({ topology: readFileSync(join(FOLDER, name), 'utf8'), args: ['--duration', '1500ms'] })
    const { code, stderr } = await run.ended
    const { client, laws, nodes } = run.summary()

    expect([code, stderr, laws]).toEqual([0, '', 'ok'])
    expect(client.sent).toBeGreaterThan(20)
    expectAllAnswered(client)
    expectLawsInEveryLine(run.lines)
    expect(nodes.filter(({ received }) => received === 0).map(({ id }) => id)).toEqual([])
  })
})
