/** `udsim check`: validates a topology file and prints what it means, or what it would change; starts nothing. */
import { formatTree } from '../topology/format-tree.ts'
import { type AskRun, askRun, type Foreseen, foresee } from './against-running.ts'
import type { CheckOptions } from './arguments.ts'
import { faulty, type Loaded, loadTopology, type NotLoaded } from './load-topology.ts'

/**
 * The exit code: 0, or 2 with the problems told; 1 where there is no run to compare with. With `--json` all goes to
 * standard output as one object.
 */
export async function check(options: CheckOptions, ask: AskRun = askRun): Promise<number> {
  const loaded = loadTopology(options.file)
  if (options.againstRunning && loaded.ok)
    return tellForeseen(options, loaded, foresee(loaded, await ask(options.file)))
  if (options.json) sayJson(toJson(loaded))
  else tell(loaded)
  return loaded.ok ? 0 : 2
}

function tell(loaded: Loaded | NotLoaded): void {
  if (loaded.ok) process.stdout.write(`${formatTree(loaded.topology, process.stdout.columns || undefined)}\n`)
  tellMessage(loaded)
}

/** Behind what is told on standard output, where eyes are when it ends. */
function tellMessage({ ok, message }: Loaded | NotLoaded): void {
  const gap = ok ? '\n' : ''
  if (message !== '') process.stderr.write(`${gap}${message}\n`)
}

function tellForeseen({ json }: CheckOptions, loaded: Loaded, foreseen: Foreseen): number {
  const { file, typed, text, warnings } = loaded
  if (foreseen.ok) {
    const { lines } = foreseen
    if (json) sayJson({ type: 'check', v: 1, ok: true, file, plan: lines, warnings })
    else process.stdout.write(`${lines.length === 0 ? 'nothing would change' : lines.join('\n')}\n`)
    if (!json) tellMessage(loaded)
    return 0
  }
  const { exitCode, message, problem } = foreseen
  if (json) sayJson({ type: 'check', v: 1, ok: false, file, ...(problem ? { problems: [problem] } : { message }) })
  else if (problem) tellMessage(faulty(file, typed, text, [problem]))
  else process.stderr.write(`udsim: ${message}\n`)
  return exitCode
}

function sayJson(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}

function toJson(loaded: Loaded | NotLoaded): object {
  const { file } = loaded
  return loaded.ok
    ? { type: 'check', v: 1, ok: true, file, topology: loaded.topology, warnings: loaded.warnings }
    : { type: 'check', v: 1, ok: false, file, problems: loaded.problems }
}
