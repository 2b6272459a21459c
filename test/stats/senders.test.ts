import { describe, expect, it } from 'vitest'
import { SENDERS_MAX, SenderCounts } from '../../src/stats/senders.ts'

describe('the counts of senders', () => {
  it('are one for each name, whichever link it came by; clients give no name', () => {
    const senders = new SenderCounts()
    for (const name of ['lb', '', 'lb', 'proxy-1', '', 'lb']) senders.of(name).received++

    expect(senders.counts()).toEqual({ fromClients: 2, receivedFrom: { lb: 3, 'proxy-1': 1 } })
  })

  it('stay few: names beyond as many as a node can have parents count as clients', () => {
    const senders = new SenderCounts()
    for (let i = 0; i < SENDERS_MAX + 10; i++) senders.of(`stranger-${i}`).received++
    const { fromClients, receivedFrom } = senders.counts()

    expect([fromClients, Object.keys(receivedFrom).length]).toEqual([10, SENDERS_MAX])
    expect(receivedFrom['stranger-0']).toBe(1)
  })
})
