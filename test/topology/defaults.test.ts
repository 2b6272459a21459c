import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { DEFAULTS, EMPIRICAL_VALUES_MAX, POLICY_DEFAULTS, RANGES } from '../../src/topology/defaults.ts'
import { POLICY_NAMES } from '../../src/topology/policy-names.ts'
import { ENTRY_SHAPES } from '../../src/topology/read-entry.ts'
import { FILE_SHAPE, NODE_DEFAULTS_SHAPE } from '../../src/topology/read-file.ts'
import { POLICY_SHAPES } from '../../src/topology/read-policy.ts'
import { DISTRIBUTIONS, QUANTILES } from '../../src/topology/read-service-time.ts'
import {
  HEALTH_SHAPE,
  LOAD_BALANCER_SHAPE,
  LOAD_SHAPE,
  PROXY_SHAPE,
  RESTART_SHAPE,
  SERVER_SHAPE,
  SHUTDOWN_SHAPE,
} from '../../src/topology/shapes.ts'
import type { Schema } from '../support/schema.ts'
import { leavesOf, resolved, SCHEMA, schemaAt } from '../support/schema.ts'

const LISTS: Readonly<Record<string, string>> = { loadBalancer: 'loadBalancers', proxy: 'proxies', server: 'servers' }

/** `proxy.weight` stands twice in the schema: in the nodes and in their defaults. */
function schemaPathsOf(path: string): string[] {
  const [block, key] = path.split('.')
  const list = LISTS[block!]
  return list === undefined ? [path] : [`${list}.${key}`, `defaults.${path}`]
}

const LEAVES = leavesOf(DEFAULTS).flatMap(([path, value]) =>
  schemaPathsOf(path).map(schemaPath => [schemaPath, value] as const),
)

describe('the schema', () => {
  it.each(LEAVES)('gives %s the default that the parser gives it, %j', (path, value) => {
    expect(schemaAt(path).default).toBe(value)
  })

  it('has no default that the table lacks', () => {
    const known = new Set(LEAVES.map(([path]) => path))
    const found = pathsOf(SCHEMA).filter(path => schemaAt(path).default !== undefined)

    expect(found.filter(path => !known.has(path))).toEqual([])
  })

  it.each([
    ['', FILE_SHAPE],
    ['defaults', NODE_DEFAULTS_SHAPE],
    ['defaults.loadBalancer', LOAD_BALANCER_SHAPE],
    ['defaults.proxy', PROXY_SHAPE],
    ['defaults.server', SERVER_SHAPE],
    ['loadBalancers', ENTRY_SHAPES['load-balancer']],
    ['proxies', ENTRY_SHAPES.proxy],
    ['servers', ENTRY_SHAPES.server],
    ['load', LOAD_SHAPE],
    ['health', HEALTH_SHAPE],
    ['restart', RESTART_SHAPE],
    ['shutdown', SHUTDOWN_SHAPE],
  ])('has the keys that the parser takes in "%s", and allows no others', (path, shape) => {
    const schema = path === '' ? SCHEMA : schemaAt(path)
    const holder = schema.items ? resolved(schema.items) : schema

    expect(Object.keys(holder.properties!).sort()).toEqual(Object.keys(shape).sort())
    expect(holder.additionalProperties).toBe(false)
  })

  it.each(Object.entries(RANGES))('gives %s the range of the parser, %j', (key, [min, max]) => {
    const path = pathsOf(SCHEMA).find(candidate => candidate.endsWith(`.${key}`))!

    expect([schemaAt(path).minimum, schemaAt(path).maximum]).toEqual([min, max])
  })

  it('knows the policies, and of each the parameters that the parser takes, with their defaults', () => {
    const withParameters = SCHEMA.definitions!.policy!.anyOf!.map(resolved).filter(
      ({ properties }) => properties?.name?.const,
    )

    expect(SCHEMA.definitions!.policyName!.enum).toEqual([...POLICY_NAMES])
    expect(withParameters.map(({ properties }) => properties!.name!.const)).toEqual(Object.keys(POLICY_SHAPES))
    for (const { properties, additionalProperties, required } of withParameters) {
      const { name, ...parameters } = properties!
      const defaults = POLICY_DEFAULTS[name!.const as keyof typeof POLICY_DEFAULTS]

      expect(Object.keys(parameters)).toEqual(Object.keys(POLICY_SHAPES[name!.const as keyof typeof POLICY_SHAPES]))
      expect(Object.entries(parameters).map(([key, each]) => [key, each.default])).toEqual(Object.entries(defaults))
      expect([additionalProperties, required]).toEqual([false, ['name']])
    }
  })

  it('knows the distributions, one at a time, and how long a list may be', () => {
    const { properties, additionalProperties, minProperties, maxProperties } = SCHEMA.definitions!.distribution!
    const { lognormal, empirical } = properties!

    expect(Object.keys(properties!)).toEqual(Object.keys(DISTRIBUTIONS))
    expect([additionalProperties, minProperties, maxProperties]).toEqual([false, 1, 1])
    expect([lognormal!.required, lognormal!.additionalProperties]).toEqual([Object.keys(QUANTILES), false])
    expect(Object.keys(lognormal!.properties!)).toEqual(Object.keys(QUANTILES))
    expect([empirical!.minItems, empirical!.maxItems]).toEqual([1, EMPIRICAL_VALUES_MAX])
  })

  it('describes every key, with an example', () => {
    const bare = pathsOf(SCHEMA).filter(path => !schemaAt(path).description || !schemaAt(path).examples)

    expect(bare).toEqual([])
  })
})

/** The paths of all keys that the schema has. */
function pathsOf(schema: Schema, path = ''): string[] {
  const holder = schema.items ? resolved(schema.items) : schema
  return Object.entries(holder.properties ?? {}).flatMap(([key, member]) => {
    const at = path === '' ? key : `${path}.${key}`
    return [at, ...pathsOf(resolved(member), at)]
  })
}

describe('the README', () => {
  const text = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  it('has no place that waits for its content', () => {
    expect(text).not.toContain('@@')
  })

  it('has a row for each policy, in the order of the list, with the defaults of its parameters', () => {
    const found = [...text.matchAll(/^ *\| `([a-z-]+)` \| [^|]+ \|(.*)\|$/gm)].filter(([, name]) =>
      POLICY_NAMES.some(known => known === name),
    )
    const parametersOf = (name: string) => Object.entries(POLICY_DEFAULTS[name as keyof typeof POLICY_DEFAULTS] ?? {})

    expect(found.map(([, name]) => name)).toEqual([...POLICY_NAMES])
    for (const [, name, parameters] of found) {
      const told = [...parameters!.matchAll(/`(\w+)` \(`([^`]+)`\)/g)].map(([, key, value]) => [key, value])

      expect(told, name).toEqual(parametersOf(name!).map(([key, value]) => [key, JSON.stringify(value)]))
    }
  })

  it('lists every default once, as the table has it', () => {
    const listed = tablesIn(text).flatMap(defaultsListed)
    const sorted = (rows: readonly (readonly string[])[]) => rows.map(row => row.join(' = ')).sort()

    expect(sorted(listed)).toEqual(
      sorted(leavesOf(DEFAULTS).map(([path, value]) => [path, JSON.stringify(value)] as const)),
    )
  })

  it('lists the keys of a node in the order of the table, with a word for each', () => {
    const nodes = tablesIn(text).find(({ header }) => header[1] === 'load balancer')!
    const own = (column: number) => nodes.rows.filter(row => row[column] !== '-').map(row => codeOf(row[0]!))
    const keysOf = (block: keyof typeof DEFAULTS) => Object.keys(DEFAULTS[block])

    expect([own(1), own(2), own(3).sort()]).toEqual([keysOf('loadBalancer'), keysOf('proxy'), keysOf('server').sort()])
    expect(nodes.rows.filter(row => row.at(-1) === '')).toEqual([])
  })

  it('lists every warning that the sources know', () => {
    const folder = new URL('../../src/topology/', import.meta.url)
    const sources = readdirSync(folder).filter(name => name.startsWith('warn-of-'))
    const codes = sources.flatMap(
      name => readFileSync(new URL(name, folder), 'utf8').match(/(?<=')[A-Z]+(_[A-Z]+)+(?=')/g) ?? [],
    )
    const { rows } = tablesIn(text).find(({ header }) => header[0] === 'warning')!
    const listed = rows.flatMap(([code]) => code!.split(', ').map(codeOf))

    expect(listed.sort()).toEqual([...new Set(codes)].sort())
  })
})

interface MarkdownTable {
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

function tablesIn(markdown: string): MarkdownTable[] {
  const blocks = markdown.match(/(^\|.*\|\n)+/gm) ?? []
  return blocks.map(block => {
    const lines = block.trimEnd().split('\n')
    const [header, , ...rows] = lines.map(line =>
      line
        .slice(1, -1)
        .split('|')
        .map(cell => cell.trim()),
    )
    return { header: header!, rows }
  })
}

/** What stands between backquotes; throws where nothing does. */
function codeOf(cell: string): string {
  const [, code] = /^`([^`]+)`$/.exec(cell) ?? []
  if (code === undefined) throw new Error(`no code: ${cell}`)
  return code
}

const BLOCKS: Readonly<Record<string, string>> = { 'load balancer': 'loadBalancer', proxy: 'proxy', server: 'server' }

/** The defaults that a table lists, by their paths: one in each row, or one for each role that has the key. */
function defaultsListed({ header, rows }: MarkdownTable): [path: string, value: string][] {
  if (header[0] !== 'key') return []
  if (header[1] === 'default') return rows.map(([key, value]) => [codeOf(key!), codeOf(value!)])
  return rows.flatMap(([key, ...cells]) =>
    cells.flatMap((cell, index): [string, string][] => {
      const block = BLOCKS[header[index + 1]!]
      return block === undefined || cell === '-' ? [] : [[`${block}.${codeOf(key!)}`, codeOf(cell)]]
    }),
  )
}
