/** Text from a file on its way to a terminal: nothing in it may move the cursor, hide, or turn the reading order. */

// Controls, formats (bidirectional marks, zero-width), lone surrogates, line and paragraph separators.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

const QUOTED_LENGTH_MAX = 120

/** The text with every character that a terminal would obey instead of show written as an escape. */
export function visible(text: string): string {
  return text.replace(UNPRINTABLE, escapeOf)
}

function escapeOf(character: string): string {
  const hex = character.codePointAt(0)!.toString(16)
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`
}

/** The text in double quotes, fit for a message: escapes shown, the middle of a very long one left out. */
export function quote(text: string): string {
  return `"${visible(shorten(text))}"`
}

function shorten(text: string): string {
  if (text.length <= QUOTED_LENGTH_MAX) return text
  const half = QUOTED_LENGTH_MAX / 2
  return `${text.slice(0, half)}…${text.slice(-half)}`
}
