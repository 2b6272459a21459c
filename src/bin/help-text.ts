/** The text of `--help`, made from the options table: examples first, since that is what most people came for. Pure. */

import { type OptionEntry, VERBS, type Verb } from './option-table.ts'
import { rangeOf } from './option-value.ts'

const SCRIPT_OF: Readonly<Record<Verb, string>> = { run: 'start', check: 'run check', bench: 'run bench' }

/** All lines end with a line feed; none is wider than 100 columns. */
export function helpText(verb: Verb): string {
  const { summary, examples, takesFile, options } = VERBS[verb]
  const file = takesFile ? ' [topology.json]' : ''
  const lines = [
    `udsim ${verb}: ${summary}`,
    '',
    'Examples:',
    ...columns(examples),
    '',
    `Usage: npm ${SCRIPT_OF[verb]} -- [options]${file}`,
    '',
    'Options:',
    ...columns(options.map(option => [labelOf(option), option.help])),
    ...rangesOf(options),
    '',
    `Scripts that read standard output use npm ${SCRIPT_OF[verb]} --silent -- …, or npm's own lines come first.`,
    'Exit codes: 0 clean; 1 failed at run time; 2 usage or topology error, nothing was started.',
  ]
  return `${lines.join('\n')}\n`
}

function labelOf({ name, short, type }: OptionEntry): string {
  const value = { flag: '', duration: ' DURATION', number: ' N', integer: ' N' }[type]
  return `${short ? `-${short}, ` : ''}--${name}${value}`
}

function rangesOf(options: readonly OptionEntry[]): string[] {
  const ranges = options.flatMap(option => (option.type === 'flag' ? [] : `--${option.name} ${rangeOf(option)}`))
  if (ranges.length === 0) return []
  const units = options.some(({ type }) => type === 'duration')
  const durations = units ? ['A DURATION is a number and a unit: 250ms, 5s, 2m.'] : []
  return ['', `Ranges: ${ranges.join('; ')}.`, ...durations]
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}
