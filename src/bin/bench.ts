/** `udsim bench`: from options to a benchmark, and from its result to the terminal or a script. */
import { fileURLToPath } from 'node:url'
import { Chalk } from 'chalk'
import { messageOf } from '../base/errors.ts'
import { Bench, ROUNDS_DEFAULT } from '../lab/bench.ts'
import { benchLine } from '../lab/bench-json.ts'
import { renderBench } from '../lab/bench-table.ts'
import { colourLevel } from '../view/colour-level.ts'
import type { BenchOptions } from './arguments.ts'

const SIGNAL_EXIT = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const
const ERASE_LINE = '\r\x1b[K'

/** Resolves with the exit code when nothing of the run is left. */
export async function bench(options: BenchOptions): Promise<number> {
  const run = new Bench({
    rounds: options.rounds ?? ROUNDS_DEFAULT,
    childEntry: fileURLToPath(new URL('./child.js', import.meta.url)),
    echoEntry: fileURLToPath(new URL('../lab/raw-echo-child.js', import.meta.url)),
    tell: line => showProgress(`${line}…`),
  })
  const signal = followSignals(run)
  try {
    const result = await run.run()
    showProgress('')
    process.stdout.write(options.json ? benchLine(result) : renderBench(result, makeChalk()))
    return 0
  } catch (error) {
    showProgress('')
    process.stderr.write(`udsim: bench: ${messageOf(error)}\n`)
    return signal.code ?? 1
  }
}

/** A signal ends the run at once. Measuring has nothing to finish. */
function followSignals(run: Bench): { code: number | null } {
  const signal: { code: number | null } = { code: null }
  for (const [name, code] of Object.entries(SIGNAL_EXIT)) {
    process.on(name, () => {
      signal.code ??= code
      run.abort(`ended by ${name}; everything it started is stopped`)
    })
  }
  process.on('uncaughtException', error => run.abort(error.stack ?? String(error)))
  process.stdout.on('error', () => {}) // whoever read the output is gone: nobody to tell
  process.stderr.on('error', () => {})
  return signal
}

/** One line that replaces the one before, for eyes alone. */
function showProgress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${ERASE_LINE}${line}`)
}

function makeChalk() {
  const isTty = process.stdout.isTTY === true
  const depth = isTty ? process.stdout.getColorDepth() : 1
  return new Chalk({ level: colourLevel({ env: process.env, isTty, depth }) })
}
