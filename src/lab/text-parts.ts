/** Headings and paragraphs of a benchmark's text. Pure. */
import { paint, type Style } from '../view/styles.ts'
import { textWidth, wrap } from '../view/text-width.ts'
import type { Paper } from './text-table.ts'

const SEPARATOR = ' · '
const LINES_MAX = 20

/** What a section shows, and how it was measured: on one line where there is room. */
export function heading(title: string, note: string, { chalk, columns }: Paper): string[] {
  const isRoom = textWidth(title) + SEPARATOR.length + textWidth(note) <= columns
  if (isRoom) return [chalk.bold(title) + chalk.dim(SEPARATOR + note)]
  const parts = [...wrap(title, columns, LINES_MAX).map(line => chalk.bold(line))]
  return [...parts, ...joinParts(note.split(SEPARATOR), columns).map(line => chalk.dim(line))]
}

/** `a · b · c`, broken between the parts. */
export function joinParts(parts: readonly string[], columns: number): string[] {
  const lines: string[] = []
  for (const part of parts) {
    const joined = lines.length === 0 ? part : lines.at(-1)! + SEPARATOR + part
    if (lines.length > 0 && textWidth(joined) <= columns) lines[lines.length - 1] = joined
    else lines.push(...wrap(part, columns, LINES_MAX))
  }
  return lines
}

/** A sentence in lines, those after the first indented as far as the sign before it is wide. */
export function paragraph(sign: string, text: string, style: Style, { chalk, columns }: Paper): string[] {
  const indent = textWidth(sign)
  const lines = wrap(text, Math.max(columns - indent, 20), LINES_MAX)
  return lines.map((line, i) => paint(chalk, style, (i === 0 ? sign : ' '.repeat(indent)) + line))
}
