import { describe, expect, it } from 'vitest'
import { parseArguments } from '../../src/bin/arguments.ts'
import { keysProblem } from '../../src/bin/bench-clash.ts'
import { topologyOf } from '../support/topology.ts'

/** The message, or `ok`. */
function read(...argv: string[]): string {
  const result = parseArguments('bench', argv)
  return result.kind === 'usage-error' ? result.message : result.kind
}

describe('options of bench', () => {
  it.each([
    [
      '--rate 100 --outstanding 8',
      '--rate makes an open loop and --outstanding a closed one, which has the rate of its answers; leave one out',
    ],
    [
      '--outstanding 4 --connections 8',
      'of --connections 8 only 4 would be used with --outstanding 4: write --connections 4 or fewer',
    ],
    ['--shape sine', '--shape goes around a rate and there is none: add for example --rate 1000'],
    ['--shape sine --outstanding 8', '--shape goes around a rate and there is none: add for example --rate 1000'],
    [
      '--shape spike --rate 300000',
      '--shape spike asks for 1500000 requests per second at its peak: 1000000 is the most',
    ],
    [
      '--shape spike:for=1500ms --rate 10',
      '--shape spike begins 1s before the end of a round and lasts 1500ms: shorten it, or give --duration',
    ],
    [
      '--shape spike:for=300ms --rate 10 --quick',
      '--shape spike begins 250ms before the end of a round and lasts 300ms: shorten it, or give --duration',
    ],
    ['--quick --duration 1s', '--quick shortens the rounds that --duration sets the length of; leave one of them out'],
    [
      '--keys zipf --rate 100',
      '--keys matter to the policy consistent-hash, which no standard node has: name a topology file that uses it',
    ],
    [
      '--fail-above 10%',
      '--fail-above compares with an earlier result and there is none: add --baseline FILE, as --save wrote it',
    ],
  ])('%s make no sense', (words, message) => {
    expect(read(...words.split(' '))).toBe(message)
    expect(read(...words.split(' '), '--help')).toBe('help')
  })

  it.each([
    '--rate 100 --connections 200',
    '--outstanding 8 --connections 8',
    '--shape spike:for=1500ms --rate 10 --duration 3s',
    '--shape spike --rate 10 --quick --rounds 9',
    '--fail-above 10% --baseline a.json --save a.json',
    '--keys uniform --outstanding 64 my.json',
  ])('%s do', words => {
    expect(read(...words.split(' '))).toBe('ok')
  })
})

describe('keysProblem', () => {
  const problemOf = (policy: string, ...argv: string[]) => {
    const result = parseArguments('bench', argv)
    if (result.kind !== 'ok') throw new Error(result.kind)
    return keysProblem(result.options, topologyOf({ loadBalancers: [{ id: 'lb', policy }], servers: [{ id: 'a' }] }))
  }

  it('is that a file has no policy by keys, so that --keys would do nothing', () => {
    expect(problemOf('round-robin', '--keys', 'zipf', 'my.json')).toBe(
      '--keys matter to the policy consistent-hash, which no node of this file has: give it to one, or leave --keys out',
    )
    expect(problemOf('consistent-hash', '--keys', 'zipf', 'my.json')).toBe(null)
    expect(problemOf('round-robin', 'my.json')).toBe(null)
  })
})
