/** Warnings of marked texts: a § stands before each place where one belongs. */
import { expect } from 'vitest'
import { expectedShareByNode } from '../../src/policy/expected-share.ts'
import { type ParseOptions, parse } from '../../src/topology/parse.ts'
import { placesIn } from './corpus.ts'

/** The warnings of a sound text as `CODE: message`, each with a hint, and each where a mark says, in that order. */
export function found(marked: string, options: ParseOptions = { sharesOf: expectedShareByNode }): string[] {
  const { text, places } = placesIn(marked)
  const result = parse(text, options)
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  const { warnings } = result
  expect(warnings.map(({ line, column }) => `${line}:${column}`)).toEqual(places)
  expect(warnings.every(({ hint }) => hint)).toBe(true)
  return warnings.map(({ code, message }) => `${code}: ${message}`)
}

/** A load balancer with these keys, these servers behind it, and more keys of the file. */
export function flat(servers: string, more = '', lb = ''): string {
  return `{ "loadBalancers": [{ "id": "lb"${lb} }],\n  "servers": ${servers}${more} }`
}

/** The same with proxies between them. */
export function tiered(proxies: string, servers: string, more = '', lb = ''): string {
  return flat(servers, more, lb).replace('"servers"', `"proxies": ${proxies},\n  "servers"`)
}
