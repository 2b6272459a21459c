/** Lines made of parts, of which the less important give way when the room is short. */
import type { ChalkInstance } from 'chalk'
import type { Style } from './styles.ts'
import { paint } from './styles.ts'
import { clip, textWidth } from './text-width.ts'

export interface Segment {
  readonly text: string
  /** The lowest goes first. */
  readonly priority: number
  readonly style?: Style
  /** What to press for it, before the text. */
  readonly key?: string
  /** Goes with the one before it, which has the higher priority, and no dot stands between. */
  readonly isAside?: boolean
}

const SEPARATOR = ' · '

/** `udsim · topology.json · 9/9 up`: the segments that fit, in their order; a last one too long is cut. */
export function joinSegments(segments: readonly Segment[], width: number, chalk: ChalkInstance): string {
  const kept = new Set(segments)
  for (const weakest of [...segments].sort((a, b) => a.priority - b.priority)) {
    if (kept.size === 1 || widthOf([...kept]) <= width) break
    kept.delete(weakest)
  }
  return [...kept].map((segment, i) => gapBefore(segment, i, chalk) + draw(segment, width, chalk)).join('')
}

function gapBefore({ isAside }: Segment, i: number, chalk: ChalkInstance): string {
  if (i === 0) return ''
  return isAside ? ' ' : paint(chalk, 'dim', SEPARATOR)
}

function draw(segment: Segment, width: number, chalk: ChalkInstance): string {
  const { text, style = 'plain', key } = segment
  if (key === undefined || widthOf([segment]) > width) return paint(chalk, style, clip(wordsOf(segment), width))
  return `${paint(chalk, 'strong', key)} ${paint(chalk, style, text)}`
}

function widthOf(segments: readonly Segment[]): number {
  const gaps = segments.slice(1).reduce((sum, { isAside }) => sum + (isAside ? 1 : SEPARATOR.length), 0)
  return segments.reduce((sum, each) => sum + textWidth(wordsOf(each)), gaps)
}

function wordsOf({ text, key }: Segment): string {
  return key === undefined ? text : `${key} ${text}`
}
