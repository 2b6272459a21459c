import { describe, expect, it } from 'vitest'
import { type Channel, throughChannel } from '../../src/lab/channel-wire.ts'
import { hear } from './echo-servers.ts'

describe('a wire through a channel', () => {
  it('sends each payload as a text of its length, and counts the texts that come', async () => {
    const sent: string[] = []
    const channel: Channel = { send: text => sent.push(text), onText: null }
    const heard = hear()
    const wire = await throughChannel(channel)({ payloadBytes: 5, outstanding: 2 }, heard)
    wire.send(2)
    channel.onText?.()
    wire.close()
    channel.onText?.()

    expect(sent).toEqual(['aaaaa', 'aaaaa'])
    expect(heard.answers).toBe(1)
  })
})
