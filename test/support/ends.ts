/**
 * What helpers do when a test, or a file of tests, has ended, however it ended. Files share a process (see
 * vitest.config.ts), so a helper is loaded once, and hooks of its own would act in the first file alone.
 */
type Act = () => void | Promise<void>

export class Ends {
  private readonly acts: Act[] = []

  /** To be called once, while a helper is loaded. What is added last acts first. */
  add(act: Act): void {
    this.acts.unshift(act)
  }

  /** All of them, whichever fails; then the first failure is thrown. */
  async act(): Promise<void> {
    const errors: unknown[] = []
    for (const act of this.acts) {
      try {
        await act()
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length > 0) throw errors[0]
  }
}

export const ofTest: Ends = new Ends()
export const ofFile: Ends = new Ends()

/** After each test of whichever file uses the helper. */
export const atTestEnd = (act: Act): void => ofTest.add(act)
/** After each file of tests. */
export const atFileEnd = (act: Act): void => ofFile.add(act)
