/**
 * `--ascii`: some terminals draw our glyphs two cells wide or not at all. Each has a stand-in of one cell, so this is
 * a last step over finished lines and no layout has to know of it.
 */
const STAND_INS: Readonly<Record<string, string>> = {
  '●': '*',
  '◐': '+',
  '▲': '!',
  '✖': 'x',
  '◌': '-',
  '○': '.',
  '├': '|',
  '└': '`',
  '│': '|',
  '─': '-',
  '·': '-',
  '…': '>',
  µ: 'u',
  '↑': '^',
  '↓': 'v',
}

const GLYPHS = new RegExp(`[${Object.keys(STAND_INS).join('')}]`, 'g')

/** The line with our own glyphs replaced, cell for cell. */
export function toAscii(line: string): string {
  return line.replace(GLYPHS, glyph => STAND_INS[glyph]!)
}
