/** The entry of every child process: a world made of this machine, and the child's side of supervision. */
import { makeHostClock } from '../base/clock.ts'
import { makeRng } from '../base/rng.ts'
import { runInside } from '../supervise/inside.ts'
import { makeUdsTransport } from '../transport/uds.ts'

runInside((name, say) => {
  // Real runs differ by their timing whatever the seed; the process id keeps two lives of a node from the same draws.
  const rng = makeRng(`${name}/${process.pid}`)
  return { rng, clock: makeHostClock(rng), transport: makeUdsTransport(say) }
})
