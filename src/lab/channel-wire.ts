/** The child-process channel, by which `process.send` passes messages: JSON, a line for each, over a socket pair. */
import { type OpenWire, PAYLOAD_CHARACTER } from './wire.ts'

/** The launcher's end of it. */
export interface Channel {
  send(text: string): void
  /** Who hears what comes back; null: nobody. */
  onText: (() => void) | null
}

/** One at a time: a channel is one connection. */
export function throughChannel(channel: Channel): OpenWire {
  return async ({ payloadBytes }, listener) => {
    const text = PAYLOAD_CHARACTER.repeat(payloadBytes)
    channel.onText = () => listener.onAnswers(1)
    return {
      send: count => {
        for (let left = count; left > 0; left--) channel.send(text)
      },
      close: () => {
        channel.onText = null
      },
    }
  }
}
