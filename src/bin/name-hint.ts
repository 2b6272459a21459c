/**
 * What else to do where the file that was named cannot be read. npm keeps options that stand before `--` for itself,
 * and hands on what follows their names: `npm start --duration 3s` asks to run a file called `3s`.
 */
import { parseDurationMs } from '../base/units.ts'

type Env = Readonly<Record<string, string | undefined>>

const NUMBER = /^\d+(\.\d+)?$/

/** A clause to set behind the hint of the problem. */
export function nameHint(typed: string, env: Env): string {
  const options = forgottenOptions(typed, env)
  if (options === '') return 'or name another file'
  const script = env.npm_lifecycle_event === 'check' ? 'run check' : 'start'
  return `or name another file; options come after --: npm ${script} -- ${options}`
}

/** `--duration 3s`; empty where nothing looks forgotten. */
function forgottenOptions(typed: string, env: Env): string {
  const isDuration = parseDurationMs(typed) !== null
  if (isDuration || NUMBER.test(typed)) {
    const names = isDuration ? ['duration', 'interval'] : ['rate']
    return `--${names.find(name => env[`npm_config_${name}`] !== undefined) ?? names[0]} ${typed}`
  }
  const taken = ['duration', 'rate', 'interval', 'json'].filter(name => env[`npm_config_${name}`] !== undefined)
  return taken.map(name => optionText(name, env[`npm_config_${name}`]!)).join(' ')
}

/** npm takes an option whose value it does not know for a flag. */
function optionText(name: string, value: string): string {
  return value === 'true' ? `--${name}` : `--${name} ${value}`
}
