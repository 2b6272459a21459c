import { describe, expect, it } from 'vitest'
import { Memory } from '../../src/policy/memory.ts'
import { weighing } from '../support/upstreams.ts'

const setUp = () => {
  let made = 0
  const memory = new Memory(({ id }) => ({ id, number: ++made }))
  return { memory, all: () => entriesOf(memory) }
}

function entriesOf(memory: Memory<{ id: string; number: number }>): string[] {
  const entries: string[] = []
  memory.forEach(({ id, number }) => {
    entries.push(`${id} ${number}`)
  })
  return entries
}

describe('what a policy remembers', () => {
  it('goes with the upstream, at whatever place it stands', () => {
    const { memory } = setUp()
    const [a, b] = weighing([1, 1])
    const entry = memory.at(a!, 0)

    expect(memory.at(b!, 0)).not.toBe(entry)
    expect(memory.at(a!, 0)).toBe(entry)
    expect(memory.at(a!, 7)).toBe(entry)
    expect(memory.of(a!)).toBe(entry)
  })

  it('is kept for members, made for new ones, and lost of those that are none any more', () => {
    const { memory, all } = setUp()
    const [a, b, c] = weighing([1, 1, 1])
    memory.update([a!, b!])
    memory.update([b!, c!])

    expect(all()).toEqual(['server-2 2', 'server-3 3'])
    expect(memory.of(a!)).toBeUndefined()
    expect(memory.at(a!, 0).number).toBe(4)
  })

  it('tells two upstreams of one id apart, as the connections of a client to one load balancer', () => {
    const { memory } = setUp()
    const [one, other] = [weighing([1])[0]!, weighing([1])[0]!]

    expect(one.id).toBe(other.id)
    expect(memory.at(one, 0)).not.toBe(memory.at(other, 1))
  })
})
