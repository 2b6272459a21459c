/**
 * The real child, run by its own entry, unless a file beside the topology says that this node does not come up:
 * `server-3.dies` or `server-3.hangs`.
 */
import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const [entry] = process.argv.slice(2)
const node = process.env.UDSIM_NODE

if (existsSync(`${node}.dies`)) {
  console.error(`${node} finds no license`)
  process.exit(1)
} else if (existsSync(`${node}.hangs`)) {
  process.on('disconnect', () => process.exit())
} else await import(pathToFileURL(entry))
