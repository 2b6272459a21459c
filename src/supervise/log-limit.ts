/** What strangers cause may fill no log: at most so many lines a second, and one that tells how many more there were. */

const WINDOW_MS = 1_000

/** Whether one more may be said now. `tellRest` is called when the second is over, with those that were not, if any. */
export function makeLogLimit(perSecond: number, tellRest: (count: number) => void): () => boolean {
  let count = 0
  const endWindow = () => {
    const rest = count - perSecond
    count = 0
    if (rest > 0) tellRest(rest)
  }
  return () => {
    if (count === 0) setTimeout(endWindow, WINDOW_MS).unref()
    count++
    return count <= perSecond
  }
}
