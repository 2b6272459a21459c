/** The text of `--help`, made from the options table: examples first, since that is what most people came for. Pure. */

import { inColumns } from '../base/in-columns.ts'
import { type OptionEntry, VERBS, type Verb } from './option-table.ts'
import { rangeOf } from './option-value.ts'

const SCRIPT_OF: Readonly<Record<Verb, string>> = { run: 'start', check: 'run check', bench: 'run bench' }

const EXIT_CODES: Readonly<Record<Verb, readonly string[]>> = {
  run: [
    'Exit codes: 0 clean; 1 failed at run time, not every node drained in time, a conservation law is',
    'broken, or another udsim or anything else holds the socket directory; 2 usage or topology error,',
    'nothing was started; 130, 143, 129 or 131 ended at once by SIGINT, SIGTERM, SIGHUP or SIGQUIT.',
  ],
  check: ['Exit codes: 0 it can run; 1 no run to compare it with; 2 usage or topology error.'],
  bench: ['Exit codes: 0 clean; 1 failed; 2 usage error; 130, 143 or 129 ended by SIGINT, SIGTERM or SIGHUP.'],
}

/** All lines end with a line feed; none is wider than 100 columns. */
export function helpText(verb: Verb): string {
  const { summary, examples, takesFile, options } = VERBS[verb]
  const file = takesFile ? ' [topology.json]' : ''
  const lines = [
    `udsim ${verb}: ${summary}`,
    '',
    'Examples:',
    ...inColumns(examples),
    '',
    `Usage: npm ${SCRIPT_OF[verb]} -- [options]${file}`,
    '',
    'Options:',
    ...inColumns(options.map(option => [labelOf(option), option.help])),
    ...rangesOf(options),
    '',
    `Scripts that read standard output use npm ${SCRIPT_OF[verb]} --silent -- …, or npm's own lines come first.`,
    ...EXIT_CODES[verb],
  ]
  return `${lines.join('\n')}\n`
}

function labelOf({ name, short, type }: OptionEntry): string {
  const value = { flag: '', duration: ' DURATION', number: ' N', integer: ' N', choice: ' WORD', file: ' FILE' }[type]
  return `${short ? `-${short}, ` : ''}--${name}${value}`
}

function rangesOf(options: readonly OptionEntry[]): string[] {
  const ranges = options.flatMap(option => ('min' in option ? `--${option.name} ${rangeOf(option)}` : []))
  const choices = options.flatMap(option => {
    return option.type === 'choice' ? `--${option.name} is one of ${option.choices.join(', ')}.` : []
  })
  if (ranges.length === 0) return []
  const units = options.some(({ type }) => type === 'duration')
  const durations = units ? ['A DURATION is a number and a unit: 250ms, 5s, 2m.'] : []
  return ['', `Ranges: ${ranges.join('; ')}.`, ...durations, ...choices]
}
