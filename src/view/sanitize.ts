/**
 * Text from outside (ids, paths, log lines) may hold bytes that move the cursor, recolour the screen or turn the
 * reading direction. All of it passes here before it is shown.
 */

/** Controls, format characters (bidi, zero width, BOM), lone surrogates, private and unassigned; line separators. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu

/** The text with everything unprintable spelled out: `\x1b`, `\u{202e}`. */
export function safe(text: string): string {
  return text.replace(UNPRINTABLE, spellOut)
}

function spellOut(char: string): string {
  const code = char.codePointAt(0)!
  const hex = code.toString(16)
  return code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`
}
