/** A command as somebody would type it: what the log of a run says of it. */
import { formatDuration } from '../base/units.ts'
import type { Command } from './command.ts'
import { COMMANDS, type OptionField } from './command-table.ts'

/** Without what holds anyhow. `readWords` of it gives the command again. */
export function textOfCommand(command: Command): string {
  const { noun, words, options } = COMMANDS[command.name]
  const of = (name: string): unknown => command[name as keyof Command]
  return [
    command.name,
    ...(noun ? [noun] : []),
    ...words.map(({ name }) => String(of(name))),
    ...options.flatMap(option => textOfOption(option, of(option.name))),
  ].join(' ')
}

function textOfOption({ option, kind, label, otherwise }: OptionField, value: unknown): string[] {
  if (value === otherwise) return []
  if (label === null) return [`--${option}`]
  return [`--${option}`, kind === 'duration' ? formatDuration(value as number) : String(value)]
}
