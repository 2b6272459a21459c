/** The colours of problems, for a stream that shows colours. */
import { Chalk } from 'chalk'
import { NO_PAINT, type Paint } from '../topology/explain.ts'
import { colourLevel } from '../view/colour-level.ts'

/** Red for what stops a start, yellow for what does not. */
export function paintFor(stream: NodeJS.WriteStream, severity: 'error' | 'warning'): Paint {
  const isTty = stream.isTTY === true
  const level = colourLevel({ env: process.env, isTty, depth: isTty ? stream.getColorDepth() : 1 })
  if (level === 0) return NO_PAINT
  const chalk = new Chalk({ level })
  const alarm = severity === 'error' ? chalk.red : chalk.yellow
  return { place: chalk.cyan, severity: alarm.bold, mark: alarm.bold, dim: chalk.dim }
}
