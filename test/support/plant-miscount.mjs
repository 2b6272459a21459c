/**
 * Loaded before the command (`node --import`): forks one node by another entry, in which the real child miscounts.
 * The command itself is the one that users run, and has no switch for this.
 */
import child_process from 'node:child_process'
import { syncBuiltinESMExports } from 'node:module'
import { fileURLToPath } from 'node:url'

const MISCOUNTING = fileURLToPath(new URL('./miscounting-child.mjs', import.meta.url))
const { MISCOUNTING_NODE, MISCOUNT } = process.env
const fork = child_process.fork

child_process.fork = (entry, args, options) =>
  options.env.UDSIM_NODE === MISCOUNTING_NODE
    ? fork(MISCOUNTING, [entry, MISCOUNT], options)
    : fork(entry, args, options)
syncBuiltinESMExports()
