/** Upstreams of a pool for tests of who may be used: `pool('a b:open c:lost s:backup d:drain')`. */
import type { PoolMember } from '../../src/health/pool.ts'

export interface TestMember extends PoolMember {
  readonly id: string
}

type Word = 'spared' | 'open' | 'half-open' | 'lost' | 'unknown' | 'backup' | 'drain' | 'maintenance' | 'weightless'

export function pool(text: string): TestMember[] {
  return text.split(' ').map(each => {
    const [id, ...words] = each.split(':')
    return member(id!, words as Word[])
  })
}

function member(id: string, words: readonly Word[]): TestMember {
  const has = (word: Word) => words.includes(word)
  const isLost = has('lost') || has('unknown') || has('maintenance')
  return {
    id,
    weight: has('weightless') ? 0 : 1,
    isBackup: has('backup'),
    admin: has('drain') ? 'drain' : has('maintenance') ? 'maintenance' : 'ready',
    health: has('unknown') || has('maintenance') ? 'unknown' : isLost ? 'unhealthy' : 'healthy',
    circuit: has('open') ? 'open' : has('half-open') ? 'half-open' : 'closed',
    isSpared: has('spared'),
    isReachable: () => !isLost,
  }
}
