/** `udsim ctl`: one command to a run over its control socket, and what it answers. */
import type { Command, Reply } from '../control/command.ts'
import type { StatsReport } from '../stats/reports.ts'
import { ask, type Follower } from '../supervise/control-client.ts'
import type { CtlRequest } from './ctl-arguments.ts'
import { findRun } from './find-run.ts'

/** Of the lines' form; goes up when a script that reads them could break. */
const VERSION = 1

/** The exit code. */
export async function ctl({ command, place, json }: CtlRequest & { kind: 'command' }): Promise<number> {
  // Whoever read the output has seen enough (`| head -1`).
  process.stdout.on('error', () => process.exit(0))
  const found = findRun(place, process.env, process.cwd())
  if (!found.ok) return tell(command, { ok: false, exitCode: 2, message: found.message }, json)
  try {
    process.chdir(found.folder)
  } catch {
    return tell(command, { ok: false, exitCode: 1, message: `there is no folder ${found.folder}` }, json)
  }
  if (!('follow' in command && command.follow)) {
    return tell(command, await fitted(command, await ask(found.socketPath, command)), json)
  }
  let isTold = false
  const follower: Follower = {
    onReply: reply => {
      isTold = true
      tell(command, reply, json)
    },
    onLine: (line, data) => say(json ? JSON.stringify(data) : line),
  }
  const reply = await ask(found.socketPath, command, { follower })
  return isTold ? 0 : tell(command, reply, json)
}

/** The run draws its table for any width; a terminal has its own. */
async function fitted(command: Command, reply: Reply): Promise<Reply> {
  const { isTTY, columns } = process.stdout
  if (!reply.ok || command.name !== 'nodes' || !isTTY || !columns) return reply
  const { makeControlTexts } = await import('../view/control-texts.ts')
  return { ...reply, lines: makeControlTexts('').nodes(reply.data as StatsReport, columns) }
}

function tell(command: Command, reply: Reply, json: boolean): number {
  if (json) sayJson(command, reply)
  else if (reply.ok) for (const line of reply.lines) say(line)
  else process.stderr.write(`udsim: ${reply.message}\n`)
  return reply.ok ? 0 : reply.exitCode
}

/** One object; of what is a list of moments one object each, as they also come when they are followed. */
function sayJson({ name }: Command, reply: Reply): void {
  if (reply.ok && Array.isArray(reply.data)) {
    for (const each of reply.data) say(JSON.stringify(each))
    return
  }
  const answer = reply.ok ? { data: reply.data } : { exitCode: reply.exitCode, message: reply.message }
  say(JSON.stringify({ type: 'ctl', v: VERSION, command: name, ok: reply.ok, ...answer }))
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
