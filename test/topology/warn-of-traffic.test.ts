import { describe, expect, it } from 'vitest'
import { flat, found, tiered } from './warn-fixtures.ts'

describe('warnings of traffic', () => {
  it.each([
    ['of its own, at the weight', '[{ "id": "a", "weight": §0 }, { "id": "b" }]', '"a"'],
    ['of replicas, once', '[{ "id": "a", "replicas": 9, "weight": §0 }, { "id": "b" }]', '"a"'],
  ])('tell of a weight 0 %s', (_, servers, id) => {
    expect(found(flat(servers))).toEqual([`WEIGHT_ZERO: ${id} has weight 0: it is started and gets no requests`])
  })

  it('tell of a weight 0 that the defaults give, at the id', () => {
    const more = ', "defaults": { "server": { "weight": 0 } }'

    expect(found(flat('[{ "id": §"a" }, { "id": "b", "weight": 1 }]', more))).toHaveLength(1)
  })

  it('tell of a policy that has one node to choose from', () => {
    const warning = 'NOTHING_TO_CHOOSE: "lb" sends to one node only, so least-connections has nothing to choose'
    const policy = ', "policy": §"least-connections"'

    expect(found(flat('[{ "id": "a" }]', '', policy))).toEqual([warning])
    expect(found(flat('[{ "id": "a" }, { "id": "b", "weight": §0 }]', '', policy))).toEqual([
      warning,
      expect.stringContaining('WEIGHT_ZERO'),
    ])
  })

  it('have nothing against the default policy there, or one that defaults give to all', () => {
    const more = ', "defaults": { "loadBalancer": { "policy": "random" } }'

    expect(found(flat('[{ "id": "a" }]', '', ', "policy": "round-robin"'))).toEqual([])
    expect(found(flat('[{ "id": "a" }]', more))).toEqual([])
  })

  it.each([
    ['drain', '"a" is in drain: it is watched and gets no requests'],
    ['maintenance', '"a" is in maintenance: it gets no requests and is not watched'],
  ])('tell of a node in %s', (admin, words) => {
    expect(found(flat(`[{ "id": "a", "admin": §"${admin}" }, { "id": "b" }]`))).toEqual([`NOT_READY: ${words}`])
  })

  it('tell of a drained proxy and of drained replicas once each, and of the proxy that has nobody left', () => {
    const proxies = '[{ "id": "p", "admin": §"drain" }, { "id": §"q" }]'
    const servers = '[{ "id": "a", "behind": "p" }, { "id": "b", "replicas": 3, "behind": "q", "admin": §"drain" }]'

    expect(found(tiered(proxies, servers))).toEqual([
      'NOT_READY: "p" is in drain: it is watched and gets no requests',
      'NOBODY_READY: "q" has nobody to send to: all that stands behind it is in drain or maintenance',
      'NOT_READY: "b" is in drain: it is watched and gets no requests',
    ])
  })

  it('tell of one drained beside one of weight 0, for whom nobody is left either', () => {
    const servers = '[{ "id": "a", "admin": §"drain" }, { "id": "b", "weight": §0 }]'

    expect(found(flat(servers).replace('"lb"', '§"lb"'))).toEqual([
      expect.stringContaining('NOBODY_READY'),
      expect.stringContaining('NOT_READY'),
      expect.stringContaining('WEIGHT_ZERO'),
    ])
  })

  it('tell of backups beside nobody, at the first of them', () => {
    const words = 'all that "lb" sends to are backups: they are used from the start'

    expect(found(flat('[{ "id": "a", "backup": §true }, { "id": "b", "backup": true }]'))).toEqual([
      `BACKUP_ALONE: ${words}`,
    ])
    expect(found(flat('[{ "id": "a", "weight": §0 }, { "id": "b", "backup": §true }]'))).toEqual([
      expect.stringContaining('WEIGHT_ZERO'),
      'BACKUP_ALONE: "b" is the backup of nobody behind "lb": it is used from the start',
    ])
  })

  it('have nothing against a backup of servers, of a proxy, or of one that the operator has taken out', () => {
    const beside = '[{ "id": "a", "backup": true, "behind": "lb" }, { "id": "b", "behind": "p" }]'

    expect(found(flat('[{ "id": "a" }, { "id": "b", "backup": true }]'))).toEqual([])
    expect(found(tiered('[{ "id": "p" }]', beside))).toEqual([])
    expect(found(flat('[{ "id": "a", "admin": §"drain" }, { "id": "b", "backup": true }]'))).toHaveLength(1)
  })
})
