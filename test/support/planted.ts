/** Runs in which some nodes are real children that a test tampers with. */
import { join } from 'node:path'
import { COMMAND, PROJECT } from './commands.ts'
import type { RunOptions } from './processes.ts'

/** The command, started so that children can be planted. */
export const PLANTING: readonly string[] = [
  process.execPath,
  '--import',
  join(PROJECT, 'test/support/plant-child.mjs'),
  COMMAND,
]

/** `nodes`: a pattern of names. `child`: a file of test/support, which is told the word. */
export function planted(nodes: string, child: string, word: string): Pick<RunOptions, 'program' | 'env'> {
  return { program: PLANTING, env: { PLANT_NODES: nodes, PLANT_CHILD: `./${child}`, PLANT_WORD: word } }
}
