/** How many terminal cells one character takes. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60]/u
const NO_WIDTH = /\p{M}/u

/** Two for East Asian wide characters and emoji, none for combining marks, one for any other that is no control. */
export function charCells(char: string): 0 | 1 | 2 {
  if (WIDE.test(char)) return 2
  return NO_WIDTH.test(char) ? 0 : 1
}
