/** `udsim check`: validates a topology file and prints what it means, with every default filled in. */
import { formatTree } from '../topology/format-tree.ts'
import type { CheckOptions } from './arguments.ts'
import { type Loaded, loadTopology, type NotLoaded } from './load-topology.ts'

/** The exit code: 0, or 2 with the problems told. With `--json` all goes to standard output as one object. */
export function check(options: CheckOptions): number {
  const loaded = loadTopology(options.file)
  if (options.json) process.stdout.write(`${JSON.stringify(toJson(loaded))}\n`)
  else tell(loaded)
  return loaded.ok ? 0 : 2
}

function tell(loaded: Loaded | NotLoaded): void {
  if (loaded.ok) process.stdout.write(`${formatTree(loaded.topology, process.stdout.columns || undefined)}\n`)
  // Behind the tree, where eyes are when it ends.
  const gap = loaded.ok ? '\n' : ''
  if (loaded.message !== '') process.stderr.write(`${gap}${loaded.message}\n`)
}

function toJson(loaded: Loaded | NotLoaded): object {
  const { file } = loaded
  return loaded.ok
    ? { type: 'check', v: 1, ok: true, file, topology: loaded.topology, warnings: loaded.warnings }
    : { type: 'check', v: 1, ok: false, file, problems: loaded.problems }
}
