/** Keys as a terminal in raw mode sends them. */

export const KEY = {
  ctrlC: '\x03',
  ctrlZ: '\x1a',
  up: '\x1b[A',
  down: '\x1b[B',
  pageUp: '\x1b[5~',
  pageDown: '\x1b[6~',
} as const

/** An escape sequence, or one character. */
const KEYS = /\x1b[[O][0-9;]*[A-Za-z~]|[\s\S]/gu

/** Cursor keys come in two spellings, by the terminal's keypad mode; ours is the first. */
const APPLICATION_KEY = /^\x1bO([A-D])$/

/** One entry per key pressed: a chunk holds several when typing is fast or text is pasted. */
export function splitKeys(chunk: string): string[] {
  return (chunk.match(KEYS) ?? []).map(key => key.replace(APPLICATION_KEY, '\x1b[$1'))
}
