/** What a terminal is made of, as far as the live view needs it: standard output, standard input, the process. */

export interface TerminalOutput {
  readonly columns?: number
  readonly rows?: number
  readonly writableNeedDrain: boolean
  /** Of what waits to be written. */
  readonly writableLength: number
  write(text: string): unknown
  on(event: 'resize', listener: () => void): unknown
  off(event: 'resize', listener: () => void): unknown
}

export interface TerminalInput {
  readonly isRaw?: boolean
  readonly readableFlowing: boolean | null
  setRawMode?(isRaw: boolean): unknown
  resume(): unknown
  pause(): unknown
  on(event: 'data', listener: (chunk: Uint8Array | string) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  off(event: 'data', listener: (chunk: Uint8Array | string) => void): unknown
}

/** The process, as far as a terminal needs it. */
export interface TerminalHost {
  readonly pid: number
  on(event: string, listener: () => void): unknown
  off(event: string, listener: () => void): unknown
  kill(pid: number, signal: string): unknown
}
