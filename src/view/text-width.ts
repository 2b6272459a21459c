/** How many terminal cells a text takes, for texts without control characters (see `sanitize.ts`). */
import { charCells } from '../base/char-cells.ts'

/** ASCII and what we draw with: nearly every text of a frame, and those are measured often. */
const NARROW = /^[\x20-\x7eµ·…←-↓─-╿▲-◐✖]*$/

/** Cells that the text takes: two for East Asian wide characters and emoji, none for combining marks. */
export function textWidth(text: string): number {
  if (NARROW.test(text)) return text.length
  let width = 0
  for (const char of text) width += charCells(char)
  return width
}

/** The text, cut to `width` cells; where something is lost, the last cell shows `…`. */
export function clip(text: string, width: number): string {
  if (textWidth(text) <= width) return text
  let kept = ''
  let left = width - 1
  for (const char of text) {
    left -= charCells(char)
    if (left < 0) break
    kept += char
  }
  return width > 0 ? `${kept}…` : ''
}

/**
 * The text, cut to `width` cells in its middle: of `checkout-east-1` and `checkout-east-2` the end tells which. For
 * texts whose characters take one cell each.
 */
export function clipMiddle(text: string, width: number): string {
  if (text.length <= width) return text
  const tail = Math.floor((width - 1) / 2)
  return width > 0 ? `${text.slice(0, width - 1 - tail)}…${text.slice(text.length - tail)}` : ''
}

/** The text in lines of at most `width` cells, broken at blanks where there are any; the last of `linesMax` is cut. */
export function wrap(text: string, width: number, linesMax: number): string[] {
  const lines: string[] = []
  let rest = text
  while (lines.length < linesMax - 1 && textWidth(rest) > width) {
    const room = clip(rest, width + 1).slice(0, -1)
    const blank = room.length < rest.length && rest[room.length] !== ' ' ? room.lastIndexOf(' ') : room.length
    const end = blank > 0 ? blank : room.length
    lines.push(rest.slice(0, end).trimEnd())
    rest = rest.slice(end).trimStart()
  }
  return [...lines, clip(rest, width)]
}

/** The text, filled up with blanks to `width` cells. */
export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)))
}

/** The text, with blanks before it to fill `width` cells. */
export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - textWidth(text))) + text
}
