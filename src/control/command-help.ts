/** The text of `ctl help`, made from the table of commands. */
import { inColumns } from '../base/in-columns.ts'
import { POLICY_NAMES } from '../topology/policy-names.ts'
import { wrapItems } from '../topology/wrap-items.ts'
import type { CommandName } from './command.ts'
import { COMMAND_NAMES, COMMANDS, type OptionField, usageOf } from './command-table.ts'
import { WAIT_STATES } from './command-values.ts'

const WIDTH_MAX = 100
const EXIT_CODES = 'Exit codes: 0 done; 1 no run, or not done; 2 wrong command, nothing was done; 3 wait ran out.'

/** Lines without ends; none is wider than 100 columns. */
export function commandsHelp(general: readonly (readonly [option: string, help: string])[]): string[] {
  return [
    'udsim ctl: ask or command the topology that runs',
    '',
    'Examples:',
    ...inColumns([
      ['npm run ctl -- status', 'the run whose sockets are in this folder'],
      ['npm run ctl -- kill server-3', 'as a crash would; see what happens'],
      ['npm run ctl --silent -- nodes --json', 'for scripts: JSON, and none of the lines of npm'],
    ]),
    '',
    'Commands:',
    ...inColumns([
      ...COMMAND_NAMES.map(name => [usageOf(name), COMMANDS[name].summary] as const),
      ['help [COMMAND]', 'this text, or more of one command'],
    ]),
    '',
    'Options:',
    ...inColumns(general),
    '',
    EXIT_CODES,
  ]
}

export function commandHelp(name: CommandName): string[] {
  const { summary, options, words, example } = COMMANDS[name]
  const kinds = words.map(({ kind }) => kind)
  return [
    `${name}: ${summary}`,
    '',
    `Usage: npm run ctl -- ${usageOf(name)}`,
    `Example: npm run ctl -- ${example}`,
    ...(options.length === 0
      ? []
      : ['', 'Options:', ...inColumns(options.map(option => [labelOf(option), option.help]))]),
    ...(kinds.includes('state') ? ['', `States: ${WAIT_STATES.join(', ')}.`] : []),
    ...(kinds.includes('policy') ? ['', ...wrapItems(POLICY_NAMES, 'Policies: ', '  ', WIDTH_MAX)] : []),
  ]
}

function labelOf({ option, short, label }: OptionField): string {
  return `${short ? `-${short}, ` : ''}--${option}${label === null ? '' : ` ${label}`}`
}
