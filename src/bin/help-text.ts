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
  bench: [
    'Exit codes: 0 clean; 1 failed, or the result could not be saved; 2 usage or topology error, or no',
    'baseline to read, nothing was started; 3 --expect or --fail-above is not met; 130, 143 or 129 ended',
    'by SIGINT, SIGTERM or SIGHUP: what was measured until then is shown, and marked as partial.',
  ],
}

const WIDTH = 100

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

const LABEL_OF = {
  flag: '',
  duration: ' DURATION',
  number: ' N',
  integer: ' N',
  percent: ' N%',
  choice: ' WORD',
  file: ' FILE',
} as const

function labelOf(option: OptionEntry): string {
  const { name, short } = option
  const label = option.type === 'text' ? ` ${option.label}` : LABEL_OF[option.type]
  return `${short ? `-${short}, ` : ''}--${name}${label}`
}

function rangesOf(options: readonly OptionEntry[]): string[] {
  const ranges = options.flatMap(option => ('min' in option ? `--${option.name} ${rangeOf(option)}` : []))
  const choices = options.flatMap(option => {
    return option.type === 'choice' ? `--${option.name} is one of ${option.choices.join(', ')}.` : []
  })
  const forms = options.flatMap(option => {
    if (option.type !== 'text') return []
    return [...wrap(`${option.label}:`, option.forms, ';'), ...(option.note ? [`  (${option.note})`] : [])]
  })
  if (ranges.length === 0) return []
  const units = options.some(({ type }) => type === 'duration')
  const durations = units ? ['A DURATION is a number and a unit: 250ms, 5s, 2m.'] : []
  return ['', ...wrap('Ranges:', ranges, ';'), ...durations, ...choices, ...forms]
}

/** One sentence of these parts, on as many lines as it takes. */
function wrap(begin: string, parts: readonly string[], between: string): string[] {
  const lines = [begin]
  parts.forEach((part, i) => {
    const word = `${part}${i === parts.length - 1 ? '.' : between}`
    const line = `${lines.at(-1)} ${word}`
    if (line.length <= WIDTH) lines[lines.length - 1] = line
    else lines.push(`  ${word}`)
  })
  return lines
}
