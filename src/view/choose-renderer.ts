/** Which of the three views a run gets. */
export type Renderer = 'json' | 'plain' | 'live'

export interface RendererQuestion {
  readonly stdoutIsTty: boolean
  readonly stdinIsTty: boolean
  readonly env: Readonly<Record<string, string | undefined>>
  readonly flags: { readonly json: boolean; readonly noTui: boolean }
}

/** Live needs a terminal on both sides, since its keys arrive on standard input; what is asked for wins over both. */
export function chooseRenderer({ stdoutIsTty, stdinIsTty, env, flags }: RendererQuestion): Renderer {
  if (flags.json) return 'json'
  if (flags.noTui || env.UDSIM_TUI === '0') return 'plain'
  if (!stdoutIsTty || !stdinIsTty || env.TERM === 'dumb' || isCi(env.CI)) return 'plain'
  return 'live'
}

function isCi(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0' && value !== 'false'
}
