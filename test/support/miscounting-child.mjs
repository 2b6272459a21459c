/** The real child, run by its own entry, whose reports are falsified on their way to the launcher. */
import { pathToFileURL } from 'node:url'

const [entry, miscount] = process.argv.slice(2)

const MISCOUNTS = {
  /** Its own books do not add up. */
  'answers twice': counters => ({ ...counters, answered: counters.answered + 1 }),
  /** Its own books add up, yet others know better. */
  'forgets requests': ({ received, receivedFrom, answered, latency, ...counters }) => {
    const forgotten = Math.floor(answered / 2)
    return {
      ...counters,
      latency: [],
      received: received - forgotten,
      receivedFrom: { lb: received - forgotten },
      answered: answered - forgotten,
    }
  },
  /** A snapshot is older than the one before. */
  'goes back in time': counters => (reports++ % 2 === 0 ? counters : { ...counters, ...first }),
}

let reports = 0
let first = null

const send = process.send.bind(process)
process.send = (message, ...rest) => {
  if (!('account' in message)) return send(message, ...rest)
  first ??= message.account.counters
  const counters = MISCOUNTS[miscount](message.account.counters)
  return send({ ...message, account: { ...message.account, counters } }, ...rest)
}

await import(pathToFileURL(entry))
