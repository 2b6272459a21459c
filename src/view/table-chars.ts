/** How every table of ours is drawn. */

/** Between two columns; one blank makes neighbouring figures run together. */
export const GAP = '  '

/** For cli-table3. No frame around, no lines between: the columns are aligned, and every line saved is a node shown. */
export const TABLE_CHARS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '─',
  'mid-mid': '─'.repeat(GAP.length),
  right: '',
  'right-mid': '',
  middle: GAP,
}
