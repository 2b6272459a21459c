/** Lets so many through at a time, in the order in which they came. */
export function makeGate(places: number): { enter(): Promise<void>; leave(): void } {
  const waiting: (() => void)[] = []
  let free = places
  return {
    enter: () =>
      new Promise(resolve => {
        if (free > 0) {
          free--
          resolve()
        } else waiting.push(resolve)
      }),
    leave: () => {
      const next = waiting.shift()
      if (next) next()
      else free++
    },
  }
}
