/** Where the run listens that a user means: the folder of its topology file, and the socket as the run itself names it. */
import { basename, dirname } from 'node:path'
import { sentenceOf } from '../supervise/system-problem.ts'
import { readTextFile } from '../supervise/watch.ts'
import { DEFAULTS } from '../topology/defaults.ts'
import { readJson } from '../topology/json-reader.ts'
import { memberOf } from '../topology/json-tree.ts'
import { CONTROL_ID, socketPathOf } from '../topology/socket-path.ts'
import { DEFAULT_FILE, resolveUserPath } from './arguments.ts'
import type { RunPlace } from './ctl-arguments.ts'

export type FoundRun =
  /** The path counts from the folder, which keeps it as short as it is for the run. */
  | { readonly ok: true; readonly folder: string; readonly socketPath: string }
  | { readonly ok: false; readonly message: string }

type Env = Readonly<Record<string, string | undefined>>

export function findRun({ file, socketDir }: RunPlace, env: Env, cwd: string): FoundRun {
  if (socketDir !== null) {
    const dir = resolveUserPath(socketDir, env, cwd)
    return { ok: true, folder: dirname(dir), socketPath: controlPathIn(basename(dir)) }
  }
  const path = resolveUserPath(file ?? DEFAULT_FILE, env, cwd)
  const folder = dirname(path)
  const content = readTextFile(path)
  if (content.ok) return { ok: true, folder, socketPath: controlPathIn(socketDirIn(content.text)) }
  // The run goes on without its file, and one of another file of this folder has its sockets there, too.
  if (file === null) return { ok: true, folder, socketPath: controlPathIn(DEFAULTS.socketDir) }
  return { ok: false, message: sentenceOf(content.problem) }
}

function controlPathIn(socketDir: string): string {
  return socketPathOf(socketDir, CONTROL_ID)
}

/** Also of a file with other faults, down to one that is no JSON: the run goes on while somebody edits it badly. */
function socketDirIn(text: string): string {
  const tree = readJson(text, () => {})
  if (!tree) return WRITTEN.exec(text)?.[1] ?? DEFAULTS.socketDir
  const written = memberOf(tree, 'socketDir')
  return written?.kind === 'string' ? written.value : DEFAULTS.socketDir
}

/** Where nothing has to be unescaped. */
const WRITTEN = /"socketDir"\s*:\s*"([^"\\\n]+)"/
