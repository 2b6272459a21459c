/** `udsim run`: from options to a launcher and the view that suits where its output goes. */
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Chalk } from 'chalk'
import { makeHostClock } from '../base/clock.ts'
import { makeRng } from '../base/rng.ts'
import type { View } from '../stats/reports.ts'
import { Launcher } from '../supervise/launcher.ts'
import { openRunLog, type RunLog } from '../supervise/run-log.ts'
import { quote } from '../topology/visible.ts'
import { chooseRenderer, type Renderer } from '../view/choose-renderer.ts'
import { colourLevel } from '../view/colour-level.ts'
import { makeControlTexts } from '../view/control-texts.ts'
import { makeJsonView } from '../view/json-lines.ts'
import { makeLiveView } from '../view/live.ts'
import { makePlainView } from '../view/plain.ts'
import { unblock } from '../view/unblock.ts'
import { type RunOptions, resolveUserPath } from './arguments.ts'
import { loadTopology } from './load-topology.ts'

/** What eyes follow: figures of single quarter-seconds flicker. */
const LIVE_STATS_EVERY_MS = 250
const LIVE_WINDOW_MS = 2_000
/** npm passes a Ctrl-C on that the terminal has already sent: one press, two signals, a third of a millisecond apart. */
const SAME_PRESS_MS = 500

/** A disk that hangs does not hold the end of a run. */
const LOG_CLOSE_MS = 1_000

const FORCED_EXIT = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129, SIGQUIT: 131 } as const
type EndSignal = keyof typeof FORCED_EXIT

/** Resolves with the exit code when nothing of the run is left. */
export async function run(options: RunOptions): Promise<number> {
  const loaded = loadTopology(options.file, options.rate)
  const consequence = loaded.ok ? '' : ' Nothing was started.'
  if (loaded.message !== '') process.stderr.write(`${loaded.message}${consequence}\n`)
  if (!loaded.ok) return 2
  const logPath = options.logFile === null ? null : resolveUserPath(options.logFile, process.env, process.cwd())
  const opened = await openRunLog({ path: logPath, topologyPath: loaded.file, least: options.logLevel })
  if (!opened.ok) {
    process.stderr.write(
      `udsim: --log-file ${quote(options.logFile!)} cannot be written: ${opened.reason}. Nothing was started.\n`,
    )
    return 2
  }
  const { log } = opened
  // Socket paths are relative to the file's folder, here as in every child, so that they stay short.
  process.chdir(path.dirname(loaded.file))
  const renderer = chooseRenderer({
    stdoutIsTty: process.stdout.isTTY === true,
    stdinIsTty: process.stdin.isTTY === true,
    env: process.env,
    flags: { json: options.json, noTui: !options.tui },
  })
  const isLive = renderer === 'live'
  const launcher: Launcher = new Launcher(
    {
      ...loaded,
      childEntry: fileURLToPath(new URL('./child.js', import.meta.url)),
      rate: options.rate,
      durationMs: options.durationMs,
      statsEveryMs: isLive ? LIVE_STATS_EVERY_MS : options.intervalMs,
      logsRequests: options.logsRequests,
      windowMs: isLive ? LIVE_WINDOW_MS : 0,
      log,
      texts: makeControlTexts(path.basename(loaded.file)),
    },
    () => makeView(renderer, path.basename(loaded.file), launcher),
  )
  followSignals(launcher, log)
  followOutput(launcher)
  const outcome = await launcher.run()
  // Killing everything ends the run, too; the exit code is that of whoever asked for it.
  if (isForcing) return new Promise(() => {})
  await closeLog(log)
  if (outcome.message !== null) process.stderr.write(`udsim: ${outcome.message}\n`)
  return outcome.exitCode
}

function makeView(renderer: Renderer, topologyName: string, launcher: Launcher): View {
  const write = (text: string) => {
    process.stdout.write(text)
  }
  if (renderer === 'json') return makeJsonView({ write })
  if (renderer === 'plain') return makePlainView({ write, topologyName, width: process.stdout.columns })
  // Asked with both of these set, Node.js warns on standard error, in the middle of the screen; they are decided here.
  const { NO_COLOR: _, FORCE_COLOR: __, ...env } = process.env
  const level = colourLevel({ env: process.env, isTty: true, depth: process.stdout.getColorDepth(env) })
  return makeLiveView({
    stdout: process.stdout,
    fd: unblock(process.stdout) ?? process.stdout.fd,
    stdin: process.stdin,
    chalk: new Chalk({ level }),
    clock: makeHostClock(makeRng('view')),
    topologyName,
    onQuit: () => launcher.stop('quit'),
    onInterrupt: () => process.emit('SIGINT'),
    act: (command, done) => void launcher.obey(command).then(done),
    logsOf: id => launcher.logsOf(id),
  })
}

/** The first asks for an orderly stop; one during a stop, whatever asked for that, ends everything at once. */
function followSignals(launcher: Launcher, log: RunLog): void {
  let firstAtMs: number | null = null
  for (const signal of Object.keys(FORCED_EXIT) as EndSignal[]) {
    process.on(signal, () => {
      const nowMs = performance.now()
      if (launcher.isStopping()) {
        if (firstAtMs === null || nowMs - firstAtMs > SAME_PRESS_MS) void force(launcher, log, FORCED_EXIT[signal])
      } else {
        firstAtMs = nowMs
        launcher.stop(signal)
      }
    })
  }
  process.on('uncaughtException', error => {
    process.stderr.write(`udsim: ${error.stack ?? error}\n`)
    log.fatal(error)
    void force(launcher, log, 1)
  })
}

let isForcing = false

async function force(launcher: Launcher, log: RunLog, exitCode: number): Promise<void> {
  // What fails while everything is being ended cannot be mended by beginning again.
  if (isForcing) process.exit(exitCode)
  isForcing = true
  await launcher.force()
  await closeLog(log)
  process.exit(exitCode)
}

async function closeLog(log: RunLog): Promise<void> {
  const lost = await log.close(LOG_CLOSE_MS)
  if (lost > 0) process.stderr.write(`udsim: ${lost} lines of the log are in no file\n`)
}

/** Whoever read the output is gone (`| head -1`): an orderly end, since nobody sees what would follow. */
function followOutput(launcher: Launcher): void {
  process.stdout.on('error', () => launcher.stop('output closed'))
  process.stderr.on('error', () => {})
}
