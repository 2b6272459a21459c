/** The command: a verb, its options, its exit code. */
import { readFileSync } from 'node:fs'
import { suggest } from '../base/suggest.ts'
import { type ArgumentsResult, parseArguments } from './arguments.ts'
import { type CtlRequest, readCtlWords } from './ctl-arguments.ts'
import { helpText } from './help-text.ts'
import { VERBS, type Verb } from './option-table.ts'

/** Only a terminal's output waits here: writes to pipes and files block until they are done. */
const LAST_WORDS_MS = 2_000

process.exitCode = await main(process.argv.slice(2))
// What waits in a pipe leaves first; nothing else may keep the process, not even a terminal that nobody reads.
process.stdout.write('', () => process.exit())
setTimeout(() => process.exit(), LAST_WORDS_MS).unref()

async function main(words: readonly string[]): Promise<number> {
  const [verb, ...rest] = words
  if (verb === 'ctl') return obeyCtl(readCtlWords(rest))
  if (!isVerb(verb)) return reportUsage(describeUnknownVerb(verb))
  switch (verb) {
    case 'run':
      return obey(verb, parseArguments(verb, rest), async options => (await import('./run.ts')).run(options))
    case 'check':
      return obey(verb, parseArguments(verb, rest), async options => (await import('./check.ts')).check(options))
    case 'bench':
      return obey(verb, parseArguments(verb, rest), async options => (await import('./bench.ts')).bench(options))
  }
}

async function obey<Options>(
  verb: Verb,
  result: ArgumentsResult<Options>,
  act: (options: Options) => number | Promise<number>,
): Promise<number> {
  switch (result.kind) {
    case 'help':
      return say(helpText(verb))
    case 'version':
      return say(`udsim ${version()}`)
    case 'usage-error':
      return reportUsage(result.message)
    case 'ok':
      return act(result.options)
  }
}

/** Each verb loads no more than itself: who asks a run wants the answer now. */
async function obeyCtl(request: CtlRequest): Promise<number> {
  switch (request.kind) {
    case 'help':
      return say(request.lines.join('\n'))
    case 'version':
      return say(`udsim ${version()}`)
    case 'usage-error':
      return reportUsage(request.message)
    case 'command':
      return (await import('./ctl.ts')).ctl(request)
  }
}

function say(text: string): number {
  process.stdout.write(`${text.trimEnd()}\n`)
  return 0
}

function reportUsage(message: string): number {
  process.stderr.write(`udsim: ${message}\n`)
  return 2
}

function isVerb(word: string | undefined): word is Verb {
  return word !== undefined && Object.hasOwn(VERBS, word)
}

function describeUnknownVerb(word: string | undefined): string {
  const verbs = [...Object.keys(VERBS), 'ctl']
  if (word === undefined) return `say what to do: ${verbs.join(', ')}`
  const near = suggest(word, verbs)
  return `unknown verb ${JSON.stringify(word)}${near ? `, did you mean ${near}?` : `; there are ${verbs.join(', ')}`}`
}

function version(): string {
  const file = new URL('../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
