/** What to send so that a screen that shows one frame shows the next. Pure. */
import { stripVTControlCharacters } from 'node:util'
import { textWidth } from './text-width.ts'

const ESC = '\x1b['

/**
 * Only lines that changed, '' when none did. Nothing is erased before it is overwritten, so that also a terminal which
 * shows half a frame shows no hole. Both frames are as high as the screen; a null one is a screen that is unknown.
 */
export function diffFrame(previous: readonly string[] | null, next: readonly string[], columns: number): string {
  return next.map((line, i) => (line === previous?.[i] ? '' : putLine(line, i, columns))).join('')
}

/**
 * What is left of a longer line is erased after the new one, unless that is as wide as the screen: with autowrap off
 * the cursor stays on the last cell, and erasing from there would take it.
 */
function putLine(line: string, i: number, columns: number): string {
  const isFull = textWidth(stripVTControlCharacters(line)) >= columns
  return `${ESC}${i + 1};1H${line}${isFull ? '' : `${ESC}K`}`
}
