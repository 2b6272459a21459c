/**
 * The real child, run by its own entry, beside which something prints when a signal says so. SIGUSR2: fails, with a
 * stack. SIGWINCH: prints 50 MB within about a second, in numbered lines of 1 kB.
 */
import { pathToFileURL } from 'node:url'

const [entry, lines] = process.argv.slice(2)

const REST = 'x'.repeat(980)

process.on('SIGUSR2', () => {
  process.stdout.write('somebody was here\x1b[2J\n')
  null.planted()
})

process.on('SIGWINCH', () => {
  let sent = 0
  const turn = setInterval(() => {
    for (const end = sent + lines / 100; sent < end; sent++) process.stdout.write(`flood ${sent} ${REST}\n`)
    if (sent >= lines) clearInterval(turn)
  }, 10)
})

await import(pathToFileURL(entry))
