/** The commands that change the topology, and the replies to what came of it. */
import type { Reply } from '../control/command.ts'
import { type EditCommand, editProblem, editTopology, whyKept } from '../control/edit-topology.ts'
import type { ChangeResult } from './changes.ts'
import { type ObeyContext, tellCommand } from './obey-context.ts'
import { sentenceOf } from './system-problem.ts'

export async function obeyEdit(command: EditCommand, context: ObeyContext): Promise<Reply> {
  const { fleet, changes } = context
  const problem = editProblem(command, fleet.topology, changes.version.text)
  if (problem !== null) return { ok: false, exitCode: 2, message: problem }
  tellCommand(command, command.name === 'rate' ? null : command.node, context)
  const result = await changes.change(running => {
    // What was so when it was asked for need not be so when its turn comes.
    const reason = editProblem(command, running, changes.version.text)
    if (reason !== null) return { kind: 'rejected', problems: [], reason }
    return editTopology(command, running, changes.version.text)
  })
  const kept = command.name === 'remove' ? whyKept(command.node, fleet.topology) : null
  if (result.kind === 'rejected' && result.problems.length > 0 && kept !== null)
    return { ok: false, exitCode: 2, message: kept }
  return replyTo(result, '')
}

export async function obeyReload(context: ObeyContext): Promise<Reply> {
  tellCommand({ name: 'reload' }, null, context)
  return replyTo(await context.changes.reload(), context.file)
}

/** `file`: where the problems are; '' where it was no file's. */
function replyTo(result: ChangeResult, file: string): Reply {
  if (result.kind === 'same') return { ok: true, lines: ['nothing changes'], data: { changes: [] } }
  if (result.kind === 'applied') {
    const { lines, generation } = result
    return { ok: true, lines: [...lines, `generation ${generation}`], data: { changes: lines, generation } }
  }
  const [first] = result.problems
  if (!first) return { ok: false, exitCode: 1, message: result.reason ?? 'it could not be done' }
  const place = file !== '' && first.line > 0 ? `${file}:${first.line}:${first.column} ` : ''
  const more = result.problems.length > 1 ? ` (and ${result.problems.length - 1} more)` : ''
  // What the system says has no place in a topology: nothing is wrong with the command.
  return { ok: false, exitCode: first.path === '' ? 1 : 2, message: `${place}${sentenceOf(first)}${more}` }
}
