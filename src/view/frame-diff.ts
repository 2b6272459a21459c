/** What to send so that a screen that shows one frame shows the next. Pure. */

const ESC = '\x1b['

/**
 * Only lines that changed. Each is erased before it is written, not after: with autowrap off the cursor stays on the
 * last cell of a full line, and erasing from there would take that cell. '' when nothing changed.
 */
export function diffFrame(previous: readonly string[] | null, next: readonly string[]): string {
  if (previous === null) return `${ESC}H${ESC}2J${next.map(putLine).join('')}`
  const changed = next.map((line, i) => (line === previous[i] ? '' : putLine(line, i)))
  const surplus = previous.length > next.length ? `${ESC}${next.length + 1};1H${ESC}J` : ''
  return changed.join('') + surplus
}

function putLine(line: string, i: number): string {
  return `${ESC}${i + 1};1H${ESC}K${line}`
}
