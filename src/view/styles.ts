/** What colours mean. A style never carries news alone: the word or the glyph beside it says the same. */
import type { ChalkInstance } from 'chalk'

export type Style = 'plain' | 'strong' | 'dim' | 'good' | 'busy' | 'warn' | 'bad'

/** The text in the style's colour; as it is with a Chalk of level 0. */
export function paint(chalk: ChalkInstance, style: Style, text: string): string {
  switch (style) {
    case 'plain':
      return text
    case 'strong':
      return chalk.bold(text)
    case 'dim':
      return chalk.dim(text)
    case 'good':
      return chalk.green(text)
    case 'busy':
      return chalk.cyan(text)
    case 'warn':
      return chalk.yellow(text)
    case 'bad':
      return chalk.red(text)
  }
}
