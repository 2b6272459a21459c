/** `udsim check`: validates a topology file and prints what it means, with every default filled in. */
import { formatTree } from '../topology/format-tree.ts'
import type { CheckOptions } from './arguments.ts'
import { loadTopology } from './load-topology.ts'

/** The exit code: 0, or 2 with the problems told. With `--json` both go to standard output as one object. */
export function check(options: CheckOptions): number {
  const loaded = loadTopology(options.file)
  if (options.json) process.stdout.write(`${JSON.stringify(toJson(loaded))}\n`)
  else if (loaded.ok) process.stdout.write(`${formatTree(loaded.topology)}\n`)
  else process.stderr.write(`${loaded.message}\n`)
  return loaded.ok ? 0 : 2
}

function toJson(loaded: ReturnType<typeof loadTopology>): object {
  return loaded.ok
    ? { type: 'check', v: 1, ok: true, file: loaded.file, topology: loaded.topology }
    : { type: 'check', v: 1, ok: false, file: loaded.file, problems: loaded.problems }
}
