/** `udsim bench`: from options to a benchmark, and from its result to the terminal or a script. */
import { fileURLToPath } from 'node:url'
import { Chalk } from 'chalk'
import { messageOf } from '../base/errors.ts'
import { Bench } from '../lab/bench.ts'
import { benchLine, type Judgement } from '../lab/bench-line.ts'
import type { BenchResult } from '../lab/bench-result.ts'
import { renderBench } from '../lab/bench-text.ts'
import { compare } from '../lab/compare.ts'
import { judge } from '../lab/judge.ts'
import { saveFile } from '../lab/save-file.ts'
import { colourLevel } from '../view/colour-level.ts'
import type { BenchOptions } from './arguments.ts'
import { type BenchInputs, readInputs } from './bench-inputs.ts'
import { makeProgressLine } from './progress-line.ts'

const SIGNAL_EXIT = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const
/** npm passes a Ctrl-C on that the terminal has already sent: one press, two signals. */
const SAME_PRESS_MS = 500
const NOT_MET = 3
/** Of output that is no terminal's: wide enough for every column. */
const PIPE_COLUMNS = 120

/** Resolves with the exit code when nothing of the run is left. */
export async function bench(options: BenchOptions): Promise<number> {
  const read = readInputs(options)
  if (!read.ok) return complain(`${read.message} Nothing was started.`, 2)
  if (read.warnings !== '') process.stderr.write(`${read.warnings}\n`)
  const progress = makeProgressLine(process.stderr)
  const run = new Bench({
    ...read.inputs.plan,
    args: process.argv.slice(3),
    childEntry: fileURLToPath(new URL('./child.js', import.meta.url)),
    echoEntry: fileURLToPath(new URL('../lab/echo-child.js', import.meta.url)),
    tell: line => progress.show(`${line}…`),
  })
  const signal = followSignals(run)
  try {
    const result = await run.run()
    progress.clear()
    const code = tell(result, read.inputs, options)
    return signal.code ?? code
  } catch (error) {
    progress.clear()
    return complain(`udsim: bench: ${messageOf(error)}`, signal.code ?? 1)
  }
}

/** What was measured, and the exit code that this means. */
function tell(result: BenchResult, { baseline, savePath }: BenchInputs, options: BenchOptions): number {
  const judgement: Judgement = {
    comparison: baseline && compare(result, baseline, options.failAboveShare),
    expectations: judge(result, options.expect),
  }
  process.stdout.write(options.json ? benchLine(result, judgement) : textOf(result, judgement))
  if (savePath !== null) {
    const problem = save(options.save!, savePath, result)
    if (problem !== null) return complain(`udsim: ${problem}`, 1)
  }
  const isMet = judgement.expectations.every(verdict => verdict.isMet)
  return isMet && (judgement.comparison?.failed ?? []).length === 0 ? 0 : NOT_MET
}

/** A whole result is not written over by a partial one. */
function save(typed: string, path: string, result: BenchResult): string | null {
  if (result.isPartial) return `nothing was saved in ${typed}: the result is partial`
  return saveFile(typed, path, benchLine(result))
}

function textOf(result: BenchResult, judgement: Judgement): string {
  const { stdout } = process
  const isTty = stdout.isTTY === true
  const level = colourLevel({ env: process.env, isTty, depth: isTty ? stdout.getColorDepth() : 1 })
  return renderBench(result, new Chalk({ level }), (isTty && stdout.columns) || PIPE_COLUMNS, judgement)
}

/** The first ends the run, as far as it came; one behind it waits for nothing any more. */
function followSignals(run: Bench): { code: number | null } {
  const signal: { code: number | null } = { code: null }
  let firstMs = 0
  for (const [name, code] of Object.entries(SIGNAL_EXIT)) {
    process.on(name, () => {
      if (signal.code !== null && performance.now() - firstMs > SAME_PRESS_MS) {
        run.abandon()
        process.exit(code)
      }
      if (signal.code !== null) return
      signal.code = code
      firstMs = performance.now()
      run.interrupt(`ended by ${name} before anything was measured; everything it started is stopped`)
    })
  }
  process.on('uncaughtException', error => run.abort(error.stack ?? String(error)))
  process.stdout.on('error', () => {}) // whoever read the output is gone: nobody to tell
  process.stderr.on('error', () => {})
  return signal
}

function complain(message: string, code: number): number {
  process.stderr.write(`${message}\n`)
  return code
}
