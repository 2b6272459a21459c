/** `UDSIM_FULL=1 npm test` runs at their full size what `npm test` runs a little of. */
export const IS_FULL = process.env.UDSIM_FULL === '1'

/** How often a test does what it does. */
export function sized(usual: number, full: number): number {
  return IS_FULL ? full : usual
}

/** Says what was measured, for whoever reads the output of a test that passes. */
export function tell(figures: string): void {
  console.log(figures)
}
