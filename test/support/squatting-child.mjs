/** The real child, run by its own entry, whose socket's name somebody takes after the launcher has looked at it. */
import { writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const [entry, text] = process.argv.slice(2)

writeFileSync(process.env.UDSIM_SOCKET, text)

await import(pathToFileURL(entry))
