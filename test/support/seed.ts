/** What tests draw by chance, and how to draw it again: `UDSIM_SEED` of the environment, else another each time. */
export const SEED: string = process.env.UDSIM_SEED ?? String(process.pid)
/** For the name of a test, which is printed when it fails. */
export const AGAIN = `again: UDSIM_SEED=${SEED}`
