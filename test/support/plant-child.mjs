/**
 * Loaded before the command (`node --import`): forks the nodes whose names match by another entry, which runs the real
 * child and tampers with it. The command itself is the one that users run, and has no switch for this.
 */
import child_process from 'node:child_process'
import { syncBuiltinESMExports } from 'node:module'
import { fileURLToPath } from 'node:url'

/** `PLANT_CHILD`: a file beside this one. `PLANT_WORD`: what it is told besides the real entry. */
const { PLANT_NODES, PLANT_CHILD, PLANT_WORD } = process.env
const PLANTED = fileURLToPath(new URL(PLANT_CHILD, import.meta.url))
const nodes = new RegExp(`^(${PLANT_NODES})$`)
const fork = child_process.fork

child_process.fork = (entry, args, options) =>
  nodes.test(options.env.UDSIM_NODE) ? fork(PLANTED, [entry, PLANT_WORD], options) : fork(entry, args, options)
syncBuiltinESMExports()
