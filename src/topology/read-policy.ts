/** A forwarder's `policy`: a name, or an object with the name and the policy's own parameters. */
import { suggest } from '../base/suggest.ts'
import { POLICY_DEFAULTS, RANGES } from './defaults.ts'
import type { Field } from './fields.ts'
import { oneOf, reportWrongType, subjectOf, wholeNumber } from './fields.ts'
import type { JsonMember, JsonNode, Report } from './json-tree.ts'
import { memberOf, problemAt } from './json-tree.ts'
import { POLICY_NAMES, type PolicyName, type PolicyParameters } from './policy-names.ts'
import { duration } from './read-duration.ts'
import { readDefaults, reportUnknownKey, requireKey, type Shape, type Values } from './read-object.ts'
import type { PolicySpec } from './types.ts'
import { quote } from './visible.ts'

/** The parameters of each policy that has any, as the file writes them. */
export const POLICY_SHAPES = {
  'peak-ewma': { decay: duration() },
  first: { upTo: wholeNumber(RANGES.maxInFlight) },
} satisfies Record<keyof PolicyParameters, Shape>

/** Every parameter of any policy; no two policies mean different things by one name. */
const PARAMETERS = { ...POLICY_SHAPES['peak-ewma'], ...POLICY_SHAPES.first }
type Parameters = Values<typeof PARAMETERS>

const DEFAULTS = readDefaults(PARAMETERS, { ...POLICY_DEFAULTS['peak-ewma'], ...POLICY_DEFAULTS.first })

/** The policy with the parameters that the file gives it, and the defaults of the others. */
export function policySpec(name: PolicyName, given: Parameters = {}): PolicySpec {
  const { decay, upTo } = { ...DEFAULTS, ...given }
  if (name === 'peak-ewma') return { name, decayMs: decay }
  return name === 'first' ? { name, upTo } : { name }
}

const policyName = oneOf(POLICY_NAMES, 'UNKNOWN_POLICY')

/** A policy's name, or an object with the name and, for policies that have them, parameters. */
export const policy: Field<PolicySpec> = (node, report) => {
  if (node.kind === 'object') return readWithParameters(node, report)
  if (node.kind === 'string') {
    const name = policyName(node, report)
    return name && policySpec(name)
  }
  if (node.kind !== 'invalid') reportWrongType(node, 'the name of a policy', `write "${POLICY_NAMES[0]}"`, report)
  return undefined
}

function readWithParameters(node: JsonNode & { kind: 'object' }, report: Report): PolicySpec | undefined {
  const others = node.members.filter(({ key }) => key !== 'name')
  const owner = POLICY_NAMES.find(candidate => others.some(({ key }) => Object.hasOwn(shapeOf(candidate), key)))
  requireKey(node, 'name', `add "name": "${owner ?? POLICY_NAMES[0]}"`, report)
  const written = memberOf(node, 'name')
  const name = written && policyName(written, report)
  const given: Record<string, unknown> = {}
  for (const member of others) {
    const { key, value } = member
    // Where nobody knows whose parameters these are, each may be that of any policy.
    const shape: Shape = name === undefined ? PARAMETERS : shapeOf(name)
    if (Object.hasOwn(shape, key)) {
      const parameter = shape[key]!(value, report)
      if (parameter !== undefined) given[key] = parameter
    } else if (name === undefined) reportUnknownKey(node, member, ['name', ...Object.keys(PARAMETERS)], report)
    else reportUnknownParameter(node, name, member, report)
  }
  return name && policySpec(name, given)
}

function shapeOf(name: PolicyName): Shape {
  return Object.hasOwn(POLICY_SHAPES, name) ? POLICY_SHAPES[name as keyof PolicyParameters] : {}
}

function reportUnknownParameter(node: JsonNode, name: PolicyName, { key, place }: JsonMember, report: Report): void {
  const own = Object.keys(shapeOf(name))
  const meant = suggest(key, own)
  const owner = POLICY_NAMES.find(candidate => Object.hasOwn(shapeOf(candidate), key))
  const known = own.length === 0 ? `${name} has no parameters` : `parameters of ${name}: ${own.join(', ')}`
  const all = owner === undefined ? known : `${known}; ${quote(key)} is one of ${owner}`
  const hint = meant === null ? all : `did you mean ${quote(meant)}?`
  report(problemAt(place, 'UNKNOWN_PARAMETER', `${subjectOf(node)}, ${name}, has no parameter ${quote(key)}`, hint))
}
