/** What a node's log says of what the node hears: how grave it is, the sentence, the same for machines. Pure. */
import type { LinkEvent } from '../link/link.ts'
import type { LogFields, LogLevel } from '../stats/log-line.ts'
import type { UpstreamEvent } from '../stats/reports.ts'

export interface LogWords {
  readonly level: LogLevel
  readonly msg: string
  readonly fields: LogFields
}

const UPSTREAM_WORDS: Readonly<Record<UpstreamEvent['event'], readonly [LogLevel, (upstream: string) => string]>> = {
  ejected: ['warn', upstream => `${upstream} ejected`],
  'half-open': ['info', upstream => `${upstream} may try`],
  restored: ['info', upstream => `${upstream} restored`],
  panic: ['warn', () => 'panic, ejections are ignored'],
  'panic-over': ['info', () => 'panic is over'],
  backup: ['warn', () => 'backups are used'],
  'backup-over': ['info', () => 'backups wait again'],
  admin: ['info', upstream => `${upstream} changed by hand`],
}

/** Views are told of these as events, so the line names its event. */
export function wordsOfUpstream({ event, upstream, reason, forMs }: UpstreamEvent): LogWords {
  const [level, begin] = UPSTREAM_WORDS[event]
  const until = forMs === undefined ? {} : { forMs: Math.round(forMs) }
  const about = upstream === null ? {} : { upstream }
  return { level, msg: `${begin(upstream ?? '')}: ${reason}`, fields: { event, ...about, reason, ...until } }
}

/**
 * A connection is told by the one who dialled it; the other end says the same on `debug`. A dial that nobody answers is
 * no news: it is dialled again, and that the upstream is ejected is told by an event.
 */
export function wordsOfLink(event: LinkEvent): LogWords {
  const { towards, peer, end } = event
  const link = `connection ${towards === 'upstream' ? 'to' : 'from'} ${nameOf(event)}`
  const who = { towards, peer: peer?.node ?? null, generation: peer?.generation ?? null }
  const told = towards === 'upstream' && peer !== null ? 'info' : 'debug'
  if (!end) return { level: told, msg: `${link} is up`, fields: who }
  const detail = end.detail === '' ? end.cause : `${end.cause} (${end.detail})`
  const fields = { ...who, cause: end.cause, detail: end.detail }
  // Bytes that were no part of the protocol, whoever of the two says so: one of them is no node of ours, or has a bug.
  if (end.cause === 'protocol' || end.cause === 'dismissed')
    return { level: 'warn', msg: `${link} broken off: ${detail}`, fields }
  if (event.isFinished || end.cause === 'local') return { level: 'debug', msg: `${link} closed`, fields }
  if (peer === null && end.cause !== 'stalled') return { level: 'debug', msg: `${link} failed: ${detail}`, fields }
  const why = end.cause === 'lost' && end.detail !== '' ? end.detail : detail
  return { level: end.cause === 'stalled' ? 'info' : told, msg: `${link} lost: ${why}`, fields }
}

/** What a downstream calls itself is its own claim. */
function nameOf({ towards, peer }: LinkEvent): string {
  if (!peer) return towards === 'upstream' ? 'an upstream' : 'a stranger'
  return peer.node === '' ? 'a client' : peer.node
}
