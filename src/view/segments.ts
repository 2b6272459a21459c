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
}

const SEPARATOR = ' · '

/** `udsim · topology.json · 9/9 up`: the segments that fit, in their order; a last one too long is cut. */
export function joinSegments(segments: readonly Segment[], width: number, chalk: ChalkInstance): string {
  const kept = new Set(segments)
  for (const weakest of [...segments].sort((a, b) => a.priority - b.priority)) {
    if (kept.size === 1 || widthOf([...kept]) <= width) break
    kept.delete(weakest)
  }
  return [...kept]
    .map(({ text, style }) => paint(chalk, style ?? 'plain', clip(text, width)))
    .join(paint(chalk, 'dim', SEPARATOR))
}

function widthOf(segments: readonly Segment[]): number {
  return segments.reduce((sum, { text }) => sum + textWidth(text), SEPARATOR.length * (segments.length - 1))
}
