/**
 * The real child, run by its own entry, that falls ill on demand: it ends as it starts while there is a file `broken` in
 * its folder, and does nothing else for ever once it gets SIGUSR2.
 */
import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const [entry] = process.argv.slice(2)

if (existsSync('broken')) throw new Error('there is a file named broken')

process.on('SIGUSR2', () => {
  for (;;);
})

await import(pathToFileURL(entry))
