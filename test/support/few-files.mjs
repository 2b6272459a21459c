/**
 * Loaded before the command (`node --import`): takes all files that its process may open but for a few, once the
 * command forks its first child. Its own modules are loaded by then, however many they are.
 */
import child_process from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

/** For some children. */
const LEFT = 30
const fork = child_process.fork

child_process.fork = (...args) => {
  takeAllButSome()
  child_process.fork = fork
  syncBuiltinESMExports()
  return fork(...args)
}
syncBuiltinESMExports()

function takeAllButSome() {
  const taken = []
  try {
    for (;;) taken.push(openSync('/dev/null'))
  } catch {
    for (const file of taken.slice(-LEFT)) closeSync(file)
  }
}
