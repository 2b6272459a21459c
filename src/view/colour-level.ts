/**
 * Whether to colour, decided here alone: chalk's own guess ignores `NO_COLOR`, and cli-table3 colours even pipes.
 * Order of authority: FORCE_COLOR, NO_COLOR (https://no-color.org), TERM=dumb, a terminal's own depth.
 */
export type ColourLevel = 0 | 1 | 2 | 3

export interface ColourQuestion {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly isTty: boolean
  /** Bits per colour, as `stdout.getColorDepth()` answers: 1, 4, 8 or 24. */
  readonly depth: number
}

/** 0: none, 1: 16 colours, 2: 256, 3: 16 million; fit for `new Chalk({ level })`. */
export function colourLevel({ env, isTty, depth }: ColourQuestion): ColourLevel {
  if (env.FORCE_COLOR !== undefined) return forcedLevel(env.FORCE_COLOR)
  if (env.NO_COLOR) return 0 // an empty value asks for nothing
  if (env.TERM === 'dumb' || !isTty) return 0
  return levelOfDepth(depth)
}

function forcedLevel(value: string): ColourLevel {
  if (value === '0' || value === 'false') return 0
  if (value === '2') return 2
  return value === '3' ? 3 : 1
}

function levelOfDepth(depth: number): ColourLevel {
  if (depth >= 24) return 3
  if (depth >= 8) return 2
  return depth >= 4 ? 1 : 0
}
