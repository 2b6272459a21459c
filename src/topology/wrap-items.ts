/** A list over as many lines as it needs. */

/**
 * The items with commas between, `first` before the first line and `rest` before the others. No line is wider than
 * `width`, but where one item alone is.
 */
export function wrapItems(items: readonly string[], first: string, rest: string, width: number): string[] {
  const lines: string[] = []
  let line = first
  let isFresh = true
  for (const [index, item] of items.entries()) {
    const part = index === items.length - 1 ? item : `${item},`
    if (!isFresh && line.length + 1 + part.length > width) {
      lines.push(line)
      line = rest
      isFresh = true
    }
    line += isFresh ? part : ` ${part}`
    isFresh = false
  }
  return [...lines, line.trimEnd()]
}
