import { POLICY_NAMES } from '../../src/topology/policy-names.ts'

/**
 * Broken topology files, each with all that is wrong with it. A § stands before each place where a problem must be
 * reported, in the order of `codes`; the mark itself is taken out before parsing. `hint` is a part of what the first
 * problem advises, `message` of what it says. T numbers are those of the list of bad input that udsim promises to
 * survive; ELSEWHERE says where the ones are that need a file system.
 */
export interface BrokenFile {
  readonly name: string
  readonly text: string
  readonly codes: readonly string[]
  readonly hint?: string
  readonly message?: string
}

const MARK = '§'

/** The text without its marks, and the `line:column` where each stood; a byte order mark has no column. */
export function placesIn(marked: string): { text: string; places: string[] } {
  const pieces = marked.split(MARK)
  let before = ''
  const places = pieces.slice(0, -1).map(piece => {
    before += piece
    const lines = before.replace('\uFEFF', '').split('\n')
    return `${lines.length}:${lines.at(-1)!.length + 1}`
  })
  return { text: pieces.join(''), places }
}

/** A sound file but for these keys of its only load balancer. */
function lb(keys: string): string {
  return `{\n  "loadBalancers": [{ "id": "lb", ${keys} }],\n  "servers": [{ "id": "server-1" }]\n}\n`
}

/** A sound file but for these keys of its only server. */
function server(keys: string): string {
  return `{\n  "loadBalancers": [{ "id": "lb" }],\n  "servers": [{ "id": "server-1", ${keys} }]\n}\n`
}

/** A sound file but for these keys beside the nodes. */
function file(keys: string): string {
  return `{\n  "loadBalancers": [{ "id": "lb" }],\n  "servers": [{ "id": "server-1" }],\n  ${keys}\n}\n`
}

/** A load balancer, and these proxies and servers. */
function nodes(proxies: string, servers: string): string {
  return `{\n  "loadBalancers": [{ "id": "lb" }],\n  "proxies": [${proxies}],\n  "servers": [${servers}]\n}\n`
}

/** A sound file but for the policy of its load balancer. */
function policy(written: string): string {
  return `{\n  "loadBalancers": [{ "id": "lb", "policy": ${written} }],\n  "servers": [{ "id": "server-1" }]\n}\n`
}

const deep = (depth: number) => `${'['.repeat(depth - 1)}§[${']'.repeat(depth)}`
const many = (count: number) => Array.from({ length: count }, (_, index) => `{ "id": "s${index}" }`).join(', ')

const SYNTAX: readonly BrokenFile[] = [
  { name: 'T4 more than 1 MiB', text: `§${' '.repeat(2_097_152)}`, codes: ['FILE_TOO_LARGE'], message: '2.0 MiB' },
  { name: 'T5 an empty file', text: '§', codes: ['EMPTY_FILE'], hint: 'begin with { "loadBalancers"' },
  { name: 'T5 nothing but space', text: '§ \r\n\t', codes: ['EMPTY_FILE'] },
  { name: 'T5 nothing but a comment', text: '§\n§// later', codes: ['EMPTY_FILE', 'COMMENT'] },
  { name: 'T6 a mark, then a fault', text: '\uFEFF[§', codes: ['UNEXPECTED_END'] },
  {
    name: 'T8 truncated text',
    text: '{ "servers": [{ "id": "a" }§',
    codes: ['UNEXPECTED_END'],
    message: "'[' opened at 1:14 is never closed",
    hint: 'needs ]}',
  },
  { name: 'T8 truncated string', text: '{\n  "servers": [§"ab\n', codes: ['UNTERMINATED_STRING'] },
  { name: 'T8 truncated after a key', text: '{ "a"§', codes: ['UNEXPECTED_END'], message: "'{' opened at 1:1" },
  { name: 'T8 truncated after a colon', text: '{ "a":§ \n', codes: ['UNEXPECTED_END'], hint: 'needs }' },
  {
    name: 'T8 truncated in a string',
    text: '{ "a§',
    codes: ['UNEXPECTED_END'],
    message: "'\"' opened at 1:3",
    hint: 'needs "}',
  },
  { name: 'T8 truncated within CRLF', text: '{ "servers": [§\r\n', codes: ['UNEXPECTED_END'], hint: 'needs ]}' },
  {
    name: 'T8 a bracket left out',
    text: '{\n  "servers": [\n    { "id": "a"\n  §]\n}',
    codes: ['UNEXPECTED_CHARACTER'],
    message: "('{' opened at 3:5), found ']'",
    hint: "add '}' before this",
  },
  {
    name: 'T9 trailing comma in an object',
    text: server('"weight": 1§,'),
    codes: ['TRAILING_COMMA'],
    hint: 'delete it',
  },
  { name: 'T9 trailing comma in a list', text: nodes('', '{ "id": "a" }§,'), codes: ['TRAILING_COMMA'] },
  { name: 'T9 comma left out', text: server('"weight": 1 §"queue": 2'), codes: ['MISSING_COMMA'] },
  { name: 'T9 comma too many', text: server('"weight": 1,§, "queue": 2'), codes: ['UNEXPECTED_CHARACTER'] },
  { name: 'T10 line comment', text: server('"weight": 1 §// heavy\n'), codes: ['COMMENT'], hint: 'delete it' },
  { name: 'T10 line comment with CRLF', text: server('§// x\r\n "weight": 1\r\n'), codes: ['COMMENT'] },
  { name: 'T10 block comment', text: server('§/* a\n b */ "weight": 1'), codes: ['COMMENT'] },
  { name: 'T10 hash comment', text: `§# mine\n${server('"weight": 1')}`, codes: ['COMMENT'] },
  { name: 'T10 comment without an end', text: `${server('"weight": 1')}§/* `, codes: ['COMMENT'] },
  { name: 'T10 comment that hides the end', text: '{ "servers": [] §// none }', codes: ['COMMENT'] },
  { name: 'T10 comment open to the end', text: '{ "servers": [ §/* { "id": "a" }\n', codes: ['COMMENT'] },
  {
    name: 'T10 comment before a text that is cut off',
    text: '{ "servers": [ §// none yet§',
    codes: ['COMMENT', 'UNEXPECTED_END'],
  },
  { name: 'T10 comment that hides the rest of its member', text: server('"weight" §// : 3,\n'), codes: ['COMMENT'] },
  { name: 'T10 comment that hides a comma', text: server('"weight": 1 §// , heavy\n "queue": 1'), codes: ['COMMENT'] },
  {
    name: 'T11 key without its first quote',
    text: server('§weight": 1'),
    codes: ['UNQUOTED_KEY'],
    hint: 'write "weight"',
  },
  {
    name: 'T11 value without its first quote',
    text: server('"behind": §lb"'),
    codes: ['UNKNOWN_WORD'],
    hint: 'write "lb"',
  },
  {
    name: 'T11 a bracket that closes the file too early',
    text: '{ "socketDir": "x" }§, "servers": [] }',
    codes: ['EXTRA_TEXT'],
  },
  { name: 'T11 single quotes', text: server("§'weight': 1"), codes: ['SINGLE_QUOTES'], hint: 'write "weight"' },
  { name: 'T11 NaN', text: server('"errorRate": §NaN'), codes: ['NOT_A_NUMBER'] },
  { name: 'T11 -Infinity', text: server('"errorRate": §-Infinity'), codes: ['NOT_A_NUMBER'] },
  { name: 'T11 unquoted key', text: server('§weight: 1'), codes: ['UNQUOTED_KEY'], hint: 'write "weight"' },
  { name: 'T11 unquoted value', text: server('"behind": §lb'), codes: ['UNKNOWN_WORD'], hint: 'write "lb"' },
  {
    name: 'T11 True',
    text: file('"load": { "idempotent": §True }'),
    codes: ['UNKNOWN_WORD'],
    hint: 'did you mean true?',
  },
  { name: 'T11 curly quotes', text: '{ §“a”: 1 }', codes: ['UNEXPECTED_CHARACTER'], hint: 'plain double quote' },
  { name: 'T11 leading zero', text: server('"weight": §01'), codes: ['BAD_NUMBER'], hint: 'write 1' },
  { name: 'T11 plus sign', text: server('"weight": §+1'), codes: ['BAD_NUMBER'] },
  { name: 'T11 bare duration', text: server('"serviceTime": §5ms'), codes: ['BAD_NUMBER'], hint: 'write "5ms"' },
  { name: 'T11 bad escape', text: file('"socketDir": "a§\\x62"'), codes: ['BAD_ESCAPE'] },
  { name: 'T11 tab in a string', text: file('"socketDir": "a§\tb"'), codes: ['CONTROL_CHARACTER'] },
  {
    name: 'T11 no colon',
    text: server('"weight" §1'),
    codes: ['UNEXPECTED_CHARACTER'],
    message: `':' after the key "weight"`,
  },
  { name: 'T11 no key', text: '{ §: 1 }', codes: ['UNEXPECTED_CHARACTER'], hint: 'write "key": value' },
  { name: 'T11 semicolon', text: server('"weight": 1§; "queue": 2'), codes: ['UNEXPECTED_CHARACTER'], hint: "','" },
  { name: 'T11 hard space', text: server('"weight":§\u00a01'), codes: ['UNEXPECTED_CHARACTER'], hint: 'plain space' },
  { name: 'T11 wrong bracket', text: '[1§}', codes: ['UNEXPECTED_CHARACTER'], message: "'[' opened at 1:1" },
  { name: 'T11 text after the end', text: `${server('"weight": 1')}§}`, codes: ['EXTRA_TEXT'] },
  { name: 'T12 a list', text: '§[]', codes: ['WRONG_TYPE'], message: 'the file must be an object, not a list' },
  { name: 'T12 null', text: '§null', codes: ['WRONG_TYPE'] },
  { name: 'T12 a string', text: '§"lb"', codes: ['WRONG_TYPE'] },
  {
    name: 'T13 key given twice',
    text: server('"weight": 1,\n§"weight": 2'),
    codes: ['DUPLICATE_KEY'],
    message: 'servers[0].weight is given twice (lines 3 and 4)',
  },
  { name: 'T14 33 deep', text: deep(33), codes: ['TOO_DEEP'] },
  { name: 'T15 __proto__', text: server('§"__proto__": { "weight": 3 }'), codes: ['FORBIDDEN_KEY'] },
  { name: 'T15 __proto__ in escapes', text: server('§"\\u005f_proto__": {}'), codes: ['FORBIDDEN_KEY'] },
  { name: 'T15 constructor', text: file('§"constructor": {}'), codes: ['FORBIDDEN_KEY'] },
  { name: 'T15 prototype', text: file('§"prototype": {}'), codes: ['FORBIDDEN_KEY'] },
]

const SHAPES: readonly BrokenFile[] = [
  {
    name: 'T16 misspelt key of the file',
    text: '{ "loadBalancers": [{ "id": "lb" }], §"sevrers": [] }',
    codes: ['UNKNOWN_KEY'],
    hint: 'did you mean "servers"?',
  },
  { name: 'T16 misspelt key of a node', text: server('§"behnd": "lb"'), codes: ['UNKNOWN_KEY'], hint: '"behind"' },
  {
    name: 'T16 behind misspelt where it must be',
    text: nodes('{ "id": "p" }', '{ "id": "a", §"behnd": "p" }'),
    codes: ['UNKNOWN_KEY'],
  },
  {
    name: 'T16 proxies misspelt, and servers behind them',
    text: '{ "loadBalancers": [{ "id": "lb" }], §"proxys": [{ "id": "p" }], "servers": [{ "id": "a", "behind": "p" }] }',
    codes: ['UNKNOWN_KEY'],
    hint: 'did you mean "proxies"?',
  },
  {
    name: 'T16 key of another role',
    text: server('§"policy": "random"'),
    codes: ['UNKNOWN_KEY'],
    hint: 'known keys: id',
  },
  {
    name: 'T16 a key that load balancers do not have either',
    text: '{ "loadBalancers": [{ "id": "lb", §"beind": "a" }], "servers": [{ "id": "a" }] }',
    codes: ['UNKNOWN_KEY'],
    hint: 'known keys: id, policy, timeout, maxInFlight',
  },
  { name: 'T16 toString', text: file('§"toString": 1'), codes: ['UNKNOWN_KEY'] },
  { name: 'T16 key of a default', text: file('"defaults": { "server": { §"id": "x" } }'), codes: ['UNKNOWN_KEY'] },
  {
    name: 'T16 role of a default',
    text: file('"defaults": { §"servers": {} }'),
    codes: ['UNKNOWN_KEY'],
    hint: '"server"',
  },
  { name: 'T17 no load balancers', text: '§{ "servers": [{ "id": "a" }] }', codes: ['MISSING_KEY'] },
  {
    name: 'T17 an empty list of them',
    text: '{ "loadBalancers": §[], "servers": [{ "id": "a" }] }',
    codes: ['EMPTY_LIST'],
    hint: 'add { "id": "lb" }',
  },
  {
    name: 'T17 an object of them',
    text: '{ "loadBalancers": §{}, "servers": [{ "id": "a" }] }',
    codes: ['WRONG_TYPE'],
    hint: 'put it into a list',
  },
  {
    name: 'T20 no servers',
    text: nodes('', '').replace('[]\n', '§[]\n'),
    codes: ['EMPTY_LIST'],
    hint: 'add { "id": "server-1" }',
  },
  {
    name: 'T20 an empty list of servers beside proxies',
    text: '{ "loadBalancers": [{ "id": "lb" }], "proxies": [{ "id": "p", "replicas": 2 }], "servers": §[] }',
    codes: ['EMPTY_LIST'],
    hint: 'add { "id": "server-1", "behind": "p-1" }',
  },
  {
    name: 'T20 no list of servers beside proxies',
    text: '§{ "loadBalancers": [{ "id": "lb" }], "proxies": [{ "id": "p" }] }',
    codes: ['MISSING_KEY'],
    hint: 'add "servers": [{ "id": "server-1", "behind": "p" }]',
  },
  { name: 'T24 an id that differs by case', text: nodes('', '{ "id": "a" }, { "id": §"A" }'), codes: ['BAD_ID'] },
  { name: 'T25 empty id', text: nodes('', '{ "id": §"" }'), codes: ['BAD_ID'] },
  { name: 'T25 id of 33', text: nodes('', `{ "id": §"${'a'.repeat(33)}" }`), codes: ['BAD_ID'] },
  { name: 'T25 capitals', text: nodes('', '{ "id": §"Server_1" }'), codes: ['BAD_ID'], hint: 'write "server-1"' },
  {
    name: 'T25 a proxy with a bad id, and servers behind what it should be',
    text: nodes('{ "id": §"Proxy_1" }', '{ "id": "a", "behind": "proxy-1" }'),
    codes: ['BAD_ID'],
  },
  { name: 'T25 space', text: nodes('', '{ "id": §"a b" }'), codes: ['BAD_ID'], hint: 'write "a-b"' },
  { name: 'T25 NUL', text: nodes('', '{ "id": §"a\\u0000" }'), codes: ['BAD_ID'] },
  { name: 'T31 T32 slash', text: nodes('', '{ "id": §"../a" }'), codes: ['BAD_ID'] },
  { name: 'T25 leading hyphen', text: nodes('', '{ "id": §"-a" }'), codes: ['BAD_ID'] },
  { name: 'T25 emoji', text: nodes('', '{ "id": §"a🙂" }'), codes: ['BAD_ID'] },
  { name: 'T25 escape', text: nodes('', '{ "id": §"a\\u001b[2J" }'), codes: ['BAD_ID'], message: '"a\\u001b[2J"' },
  { name: 'T25 right to left', text: nodes('', '{ "id": §"a\u202Eb" }'), codes: ['BAD_ID'], message: '"a\\u202eb"' },
  { name: 'T25 a number', text: nodes('', '{ "id": §7 }'), codes: ['WRONG_TYPE'] },
  { name: 'T25 no id', text: nodes('', '§{ "weight": 1 }'), codes: ['MISSING_KEY'] },
  { name: 'T25 control', text: nodes('', '{ "id": §"control" }'), codes: ['RESERVED_ID'] },
  { name: 'T25 a string for a node', text: nodes('', '§"server-1"'), codes: ['WRONG_TYPE'] },
  {
    name: 'T25 replicas make the id too long',
    text: nodes('', `{ "id": "${'a'.repeat(31)}", "replicas": §3 }`),
    codes: ['BAD_ID'],
  },
  {
    name: 'T29 T30 socket path too long',
    text: file(`"socketDir": §"${'d'.repeat(90)}"`),
    codes: ['SOCKET_PATH_TOO_LONG'],
    message: 'server-1.sock" is 104 bytes, the limit is 103',
    hint: 'shorten socketDir, now 90 bytes, to at most 89',
  },
  { name: 'T42 NUL in a path', text: file('"socketDir": §"a\\u0000b"'), codes: ['BAD_PATH'] },
  { name: 'T52 a version', text: file('§"version": 3'), codes: ['UNKNOWN_KEY'] },
  { name: 'T53 a port', text: server('§"port": 70000'), codes: ['UNKNOWN_KEY'] },
  { name: 'T55 env', text: server('§"env": { "NODE_OPTIONS": "-r x" }'), codes: ['UNKNOWN_KEY'] },
  { name: 'T42 empty path', text: file('"socketDir": §""'), codes: ['BAD_PATH'] },
]

const VALUES: readonly BrokenFile[] = [
  {
    name: 'T47 5 parsecs',
    text: server('"serviceTime": §"5 parsecs"'),
    codes: ['BAD_DURATION'],
    hint: 'us, ms, s, m, h',
  },
  { name: 'T47 empty', text: server('"serviceTime": §""'), codes: ['BAD_DURATION'] },
  { name: 'T47 negative', text: server('"serviceTime": §"-5s"'), codes: ['BAD_DURATION'], hint: 'write "5s"' },
  { name: 'T47 1y', text: server('"serviceTime": §"1y"'), codes: ['OUT_OF_RANGE'], message: 'longer than 24h' },
  { name: 'T47 1e400', text: server('"serviceTime": §1e400'), codes: ['NUMBER_OVERFLOW'] },
  { name: 'T47 "5"', text: server('"serviceTime": §"5"'), codes: ['BAD_DURATION'], hint: 'write "5ms"' },
  { name: 'T47 10', text: server('"serviceTime": §10'), codes: ['BAD_DURATION'], hint: 'write "10ms"' },
  { name: 'T47 true', text: server('"serviceTime": §true'), codes: ['WRONG_TYPE'] },
  {
    name: 'a service time that is a list',
    text: server('"serviceTime": §["1ms", "2ms"]'),
    codes: ['WRONG_TYPE'],
    message: 'must be a duration such as "5ms", or a distribution, not a list',
    hint: 'one of exponential, lognormal, empirical',
  },
  {
    name: 'an unknown distribution',
    text: server('"serviceTime": { §"lognorml": { "p50": "2ms", "p99": "20ms" } }'),
    codes: ['UNKNOWN_KEY'],
    hint: 'did you mean "lognormal"?',
  },
  {
    name: 'a distribution that is none of ours',
    text: server('"serviceTime": { §"pareto": "5ms" }'),
    codes: ['UNKNOWN_KEY'],
    hint: 'known keys: exponential, lognormal, empirical',
  },
  {
    name: 'no distribution',
    text: file('"defaults": { "server": { "serviceTime": §{} } }'),
    codes: ['MISSING_KEY'],
    message: 'defaults.server.serviceTime names no distribution',
    hint: 'add one, such as "exponential": "5ms"',
  },
  {
    name: 'two distributions',
    text: server('"serviceTime": { "exponential": "5ms", §"empirical": ["1ms"] }'),
    codes: ['SEVERAL_DISTRIBUTIONS'],
    message: 'servers[0].serviceTime has both "exponential" and "empirical"',
    hint: 'keep one',
  },
  {
    name: 'one distribution twice',
    text: server('"serviceTime": { "exponential": "5ms", §"exponential": "6ms" }'),
    codes: ['DUPLICATE_KEY'],
  },
  {
    name: 'a mean without a unit',
    text: server('"serviceTime": { "exponential": §5 }'),
    codes: ['BAD_DURATION'],
    hint: 'write "5ms"',
  },
  {
    name: 'a negative mean',
    text: server('"serviceTime": { "exponential": §"-5ms" }'),
    codes: ['BAD_DURATION'],
    message: 'servers[0].serviceTime.exponential is negative',
  },
  { name: 'a mean of 0', text: server('"serviceTime": { "exponential": §"0ms" }'), codes: ['OUT_OF_RANGE'] },
  { name: 'a mean of 25h', text: server('"serviceTime": { "exponential": §"25h" }'), codes: ['OUT_OF_RANGE'] },
  {
    name: 'a lognormal of one duration',
    text: server('"serviceTime": { "lognormal": §"5ms" }'),
    codes: ['WRONG_TYPE'],
    message: 'must be an object with "p50" and "p99", not the string "5ms"',
  },
  {
    name: 'a lognormal without its p99',
    text: server('"serviceTime": { "lognormal": §{ "p50": "2ms" } }'),
    codes: ['MISSING_KEY'],
    hint: 'add "p99"',
  },
  {
    name: 'a lognormal with a p95',
    text: server('"serviceTime": { "lognormal": { "p50": "2ms", §"p95": "9ms", "p99": "20ms" } }'),
    codes: ['UNKNOWN_KEY'],
  },
  {
    name: 'a p50 of 0',
    text: server('"serviceTime": { "lognormal": { "p50": §"0ms", "p99": "1ms" } }'),
    codes: ['OUT_OF_RANGE'],
  },
  {
    name: 'a p99 below the p50',
    text: server('"serviceTime": { "lognormal": { "p50": "20ms", "p99": §"2ms" } }'),
    codes: ['RANGE_REVERSED'],
    message: 'servers[0].serviceTime.lognormal.p99, 2ms, is shorter than p50, 20ms',
    hint: 'one request in a hundred exceeds',
  },
  { name: 'no measured times', text: server('"serviceTime": { "empirical": §[] }'), codes: ['EMPTY_LIST'] },
  { name: 'one measured time alone', text: server('"serviceTime": { "empirical": §"1ms" }'), codes: ['WRONG_TYPE'] },
  {
    name: 'wrong measured times, each of them',
    text: server('"serviceTime": { "empirical": ["1ms", §2, §"-1ms", "0ms", §"25h", §null] }'),
    codes: ['BAD_DURATION', 'BAD_DURATION', 'OUT_OF_RANGE', 'WRONG_TYPE'],
    message: 'servers[0].serviceTime.empirical[1] has no unit: 2',
  },
  {
    name: '10 001 measured times',
    text: server(`"serviceTime": { "empirical": §[${Array(10_001).fill('"1ms"')}] }`),
    codes: ['TOO_MANY_VALUES'],
    message: 'holds 10001 values, the limit is 10000',
  },
  { name: 'T47 25h', text: file('"load": { "timeout": §"25h" }'), codes: ['OUT_OF_RANGE'] },
  { name: 'T47 0ms where it cannot be', text: file('"health": { "interval": §"0ms" }'), codes: ['OUT_OF_RANGE'] },
  { name: 'T47 0.5us', text: file('"health": { "interval": §"0.5us" }'), codes: ['OUT_OF_RANGE'], message: 'than 1us' },
  { name: 'T48 weight -1', text: server('"weight": §-1'), codes: ['OUT_OF_RANGE'] },
  { name: 'T48 weight 1.5', text: server('"weight": §1.5'), codes: ['OUT_OF_RANGE'], message: 'a whole number' },
  { name: 'T48 weight "3"', text: server('"weight": §"3"'), codes: ['WRONG_TYPE'], hint: 'write 3 without quotes' },
  { name: 'T48 weight null', text: server('"weight": §null'), codes: ['WRONG_TYPE'], message: 'not null' },
  {
    name: 'T48 all weights 0',
    text: '{ "loadBalancers": [{ "id": §"lb" }], "servers": [{ "id": "a", "weight": 0 }, { "id": "b", "weight": 0 }] }',
    codes: ['ALL_WEIGHTS_ZERO'],
    hint: 'give "a" a weight above 0',
  },
  { name: 'T49 257 nodes', text: nodes('', `${many(255)}, §{ "id": "last" }`), codes: ['TOO_MANY_NODES'] },
  { name: 'T49 256 replicas', text: nodes('', '§{ "id": "a", "replicas": 256 }'), codes: ['TOO_MANY_NODES'] },
  { name: 'T49 replicas 0', text: server('"replicas": §0'), codes: ['OUT_OF_RANGE'] },
  { name: 'T49 replicas 257', text: server('"replicas": §257'), codes: ['OUT_OF_RANGE'] },
  {
    name: 'T50 maxInFlight 0',
    text: '{ "loadBalancers": [{ "id": "lb", "maxInFlight": §0 }], "servers": [{ "id": "a" }] }',
    codes: ['OUT_OF_RANGE'],
  },
  {
    name: 'T51 unknown policy',
    text: '{ "loadBalancers": [{ "id": "lb", "policy": §"round_robin" }], "servers": [{ "id": "a" }] }',
    codes: ['UNKNOWN_POLICY'],
    hint: `did you mean "round-robin"? (valid: ${POLICY_NAMES.map(name => JSON.stringify(name)).join(', ')})`,
  },
  {
    name: 'T51 unknown policy in an object',
    text: '{ "loadBalancers": [{ "id": "lb", "policy": { "name": §"hash" } }], "servers": [{ "id": "a" }] }',
    codes: ['UNKNOWN_POLICY'],
  },
  {
    name: 'T51 policy without a name',
    text: '{ "loadBalancers": [{ "id": "lb", "policy": §{} }], "servers": [{ "id": "a" }] }',
    codes: ['MISSING_KEY'],
    hint: 'add "name": "round-robin"',
  },
  {
    name: 'T51 policy with its name misspelt',
    text: '{ "loadBalancers": [{ "id": "lb", "policy": { §"nam": "random" } }], "servers": [{ "id": "a" }] }',
    codes: ['UNKNOWN_KEY'],
    hint: 'did you mean "name"?',
  },
  {
    name: 'T51 a number for a policy',
    text: '{ "loadBalancers": [{ "id": "lb", "policy": §1 }], "servers": [{ "id": "a" }] }',
    codes: ['WRONG_TYPE'],
    hint: 'write "round-robin"',
  },
  {
    name: 'T51 a policy nearly right',
    text: policy('§"peek-ewma"'),
    codes: ['UNKNOWN_POLICY'],
    hint: 'did you mean "peak-ewma"?',
  },
  {
    name: 'a parameter nearly right',
    text: policy('{ "name": "peak-ewma", §"deacy": "5s" }'),
    codes: ['UNKNOWN_PARAMETER'],
    message: 'loadBalancers[0].policy, peak-ewma, has no parameter "deacy"',
    hint: 'did you mean "decay"?',
  },
  {
    name: 'a parameter that no policy has',
    text: policy('{ "name": "peak-ewma", §"tau": "5s" }'),
    codes: ['UNKNOWN_PARAMETER'],
    hint: 'parameters of peak-ewma: decay',
  },
  {
    name: 'a parameter of another policy',
    text: policy('{ §"upTo": 5, "name": "peak-ewma" }'),
    codes: ['UNKNOWN_PARAMETER'],
    hint: 'parameters of peak-ewma: decay; "upTo" is one of first',
  },
  {
    name: 'a parameter of a policy that has none',
    text: file('"defaults": { "loadBalancer": { "policy": { "name": "random", §"decay": "5s" } } }'),
    codes: ['UNKNOWN_PARAMETER'],
    message: 'defaults.loadBalancer.policy, random, has no parameter "decay"',
    hint: 'random has no parameters; "decay" is one of peak-ewma',
  },
  {
    name: 'a parameter that every object inherits',
    text: policy('{ "name": "first", §"toString": 5 }'),
    codes: ['UNKNOWN_PARAMETER'],
  },
  {
    name: 'a parameter without its policy',
    text: policy('§{ "upTo": 5 }'),
    codes: ['MISSING_KEY'],
    hint: 'add "name": "first"',
  },
  {
    name: 'an unknown policy with parameters, one of them wrong and one of nobody',
    text: policy('{ "name": §"frist", "upTo": §0, §"half": true }'),
    codes: ['UNKNOWN_POLICY', 'OUT_OF_RANGE', 'UNKNOWN_KEY'],
    hint: 'did you mean "first"?',
  },
  {
    name: 'a decay without a unit',
    text: policy('{ "name": "peak-ewma", "decay": §5 }'),
    codes: ['BAD_DURATION'],
    message: 'loadBalancers[0].policy.decay has no unit: 5',
    hint: 'write "5ms" or "5s"',
  },
  { name: 'a decay of 0', text: policy('{ "name": "peak-ewma", "decay": §"0ms" }'), codes: ['OUT_OF_RANGE'] },
  {
    name: 'room for nobody',
    text: policy('{ "name": "first", "upTo": §0 }'),
    codes: ['OUT_OF_RANGE'],
    message: 'loadBalancers[0].policy.upTo must be a whole number from 1 to 65535, not 0',
  },
  { name: 'a name of a policy that is a number', text: policy('{ "name": §7 }'), codes: ['WRONG_TYPE'] },
  { name: 'T54 drain above 10m', text: file('"shutdown": { "drainTimeout": §"11m" }'), codes: ['OUT_OF_RANGE'] },
  {
    name: 'a time-out that any idle process would miss',
    text: file('"restart": { "heartbeatTimeout": §"1s" }'),
    codes: ['OUT_OF_RANGE'],
    message: 'restart.heartbeatTimeout is shorter than 2s: "1s"',
    hint: 'write at least "2s"',
  },
  { name: 'rate above its limit', text: file('"load": { "rate": §1000001 }'), codes: ['OUT_OF_RANGE'] },
  { name: 'arrivals', text: file('"load": { "arrivals": §"uniforn" }'), codes: ['UNKNOWN_VALUE'], hint: '"uniform"' },
  { name: 'a quoted boolean', text: file('"load": { "idempotent": §"true" }'), codes: ['WRONG_TYPE'], hint: 'without' },
  { name: 'error rate in percent', text: server('"errorRate": §"5%"'), codes: ['WRONG_TYPE'], hint: 'write 0.05' },
  { name: 'error rate above 1', text: server('"errorRate": §1.01'), codes: ['OUT_OF_RANGE'] },
  {
    name: 'delayMin above delayMax',
    text: file('"restart": { "delayMin": §"2s", "delayMax": "1s" }'),
    codes: ['RANGE_REVERSED'],
    message: 'restart.delayMin, 2s, is longer than restart.delayMax, 1s',
    hint: 'write "delayMin" of at most "1s", or "delayMax" of at least "2s"',
  },
  { name: 'delayMin above the default', text: file('"restart": { "delayMin": §"20s" }'), codes: ['RANGE_REVERSED'] },
  {
    name: 'delayMax below the default',
    text: file('"restart": { "delayMax": §"50ms" }'),
    codes: ['RANGE_REVERSED'],
    message: 'restart.delayMin, 100ms by default,',
  },
  {
    name: 'health.interval above health.timeout',
    text: file('"health": { "timeout": "1s", "interval": §"2s" }'),
    codes: ['RANGE_REVERSED'],
    message: 'health.interval, 2s, is longer than health.timeout, 1s',
  },
  {
    name: 'health.timeout below the default interval',
    text: file('"health": { "timeout": §"400ms" }'),
    codes: ['RANGE_REVERSED'],
    hint: '"interval" of at most "400ms"',
  },
  {
    name: 'health.interval beside a timeout that is none',
    text: file('"health": { "interval": "2s", "timeout": §2 }'),
    codes: ['BAD_DURATION'],
  },
]

/** What came with retries, queues, health, backups and the operator's wish. */
const RESILIENCE: readonly BrokenFile[] = [
  { name: 'attempts of 0', text: lb('"attempts": §0'), codes: ['OUT_OF_RANGE'], hint: 'allowed is 1' },
  { name: 'attempts of 11', text: lb('"attempts": §11'), codes: ['OUT_OF_RANGE'], hint: 'allowed is 10' },
  { name: 'attempts of 2.5', text: lb('"attempts": §2.5'), codes: ['OUT_OF_RANGE'], message: 'a whole number' },
  { name: 'attempts in quotes', text: lb('"attempts": §"3"'), codes: ['WRONG_TYPE'], hint: 'write 3 without' },
  { name: 'attempts of a server', text: server('§"attempts": 3'), codes: ['UNKNOWN_KEY'], hint: 'known keys: id' },
  { name: 'one attempt', text: lb('§"attempt": 3'), codes: ['UNKNOWN_KEY'], hint: 'did you mean "attempts"?' },
  { name: 'retries', text: lb('§"retries": 2'), codes: ['UNKNOWN_KEY'], hint: 'did you mean "attempts"?' },
  {
    name: 'maxRetries of the load',
    text: file('"load": { §"maxRetries": 2 }'),
    codes: ['UNKNOWN_KEY'],
    hint: '"attempts"',
  },
  { name: 'maxInflight', text: lb('§"maxInflight": 9'), codes: ['UNKNOWN_KEY'], hint: 'did you mean "maxInFlight"?' },
  { name: 'maxInFlight above 65535', text: lb('"maxInFlight": §65536'), codes: ['OUT_OF_RANGE'], hint: '65535' },
  { name: 'an attempt without a unit', text: lb('"attemptTimeout": §500'), codes: ['BAD_DURATION'], hint: '"500ms"' },
  { name: 'an attempt of no time', text: lb('"attemptTimeout": §"0ms"'), codes: ['OUT_OF_RANGE'] },
  {
    name: 'an attempt above the deadline of its node',
    text: lb('"timeout": "500ms", "attemptTimeout": §"2s"'),
    codes: ['RANGE_REVERSED'],
    message: 'loadBalancers[0].attemptTimeout, 2s, is longer than loadBalancers[0].timeout, 500ms',
    hint: 'write "attemptTimeout" of at most "500ms", or "timeout" of at least "2s"',
  },
  {
    name: 'an attempt above the deadline that is the default',
    text: lb('"attemptTimeout": §"6s"'),
    codes: ['RANGE_REVERSED'],
    message: 'loadBalancers[0].timeout, 5s by default',
  },
  {
    name: 'an attempt above the deadline that the defaults give',
    text: file('"defaults": { "loadBalancer": { "timeout": "1s", "attemptTimeout": §"2s" } }'),
    codes: ['RANGE_REVERSED'],
    message: 'defaults.loadBalancer.attemptTimeout, 2s, is longer than defaults.loadBalancer.timeout, 1s',
  },
  {
    name: 'an attempt of the clients above their deadline',
    text: file('"load": { "attempts": 2, "attemptTimeout": §"9s" }'),
    codes: ['RANGE_REVERSED'],
    message: 'load.attemptTimeout, 9s, is longer than load.timeout, 5s by default',
  },
  { name: 'a budget above 1', text: lb('"retryBudget": §1.5'), codes: ['OUT_OF_RANGE'], hint: 'allowed is 1' },
  { name: 'a budget below 0', text: lb('"retryBudget": §-0.1'), codes: ['OUT_OF_RANGE'], hint: 'allowed is 0' },
  { name: 'a budget in percent', text: lb('"retryBudget": §"10%"'), codes: ['WRONG_TYPE'], hint: 'write 0.1' },
  { name: 'a reserve below 0', text: lb('"retryReserve": §-1'), codes: ['OUT_OF_RANGE'] },
  { name: 'a reserve with a unit', text: lb('"retryReserve": §"10/s"'), codes: ['WRONG_TYPE'], hint: 'without quotes' },
  { name: 'a queue without end', text: lb('"queue": §65536'), codes: ['OUT_OF_RANGE'] },
  { name: 'a queue that is none', text: lb('"queue": §false'), codes: ['WRONG_TYPE'], message: 'not false' },
  {
    name: 'an unknown discipline',
    text: server('"queueDiscipline": §"lifo"'),
    codes: ['UNKNOWN_VALUE'],
    message: 'servers[0].queueDiscipline cannot be "lifo"',
    hint: 'did you mean "fifo"? (valid: "fifo", "codel")',
  },
  { name: 'CoDel', text: lb('"queueDiscipline": §"CoDel"'), codes: ['UNKNOWN_VALUE'], hint: 'did you mean "codel"?' },
  { name: 'red', text: lb('"queueDiscipline": §"red"'), codes: ['UNKNOWN_VALUE'], hint: 'valid: "fifo", "codel"' },
  { name: 'a discipline that is a number', text: lb('"queueDiscipline": §1'), codes: ['WRONG_TYPE'] },
  { name: 'a target without a unit', text: server('"queueTarget": §5'), codes: ['BAD_DURATION'], hint: '"5ms"' },
  { name: 'a target of nothing', text: server('"queueTarget": §"0ms"'), codes: ['OUT_OF_RANGE'] },
  {
    name: 'a target above its interval',
    text: server('"queueDiscipline": "codel", "queueTarget": §"50ms", "queueInterval": "20ms"'),
    codes: ['RANGE_REVERSED'],
    message: 'servers[0].queueTarget, 50ms, is longer than servers[0].queueInterval, 20ms',
  },
  { name: 'a target above the default interval', text: lb('"queueTarget": §"200ms"'), codes: ['RANGE_REVERSED'] },
  { name: 'an interval of a word', text: lb('"queueInterval": §"long"'), codes: ['BAD_DURATION'] },
  { name: 'backups', text: server('§"backups": true'), codes: ['UNKNOWN_KEY'], hint: 'did you mean "backup"?' },
  { name: 'a backup in quotes', text: server('"backup": §"true"'), codes: ['WRONG_TYPE'], hint: 'write true without' },
  { name: 'a backup of 1', text: server('"backup": §1'), codes: ['WRONG_TYPE'] },
  {
    name: 'a backup that is a proxy',
    text: nodes('{ "id": "p", §"backup": true }', '{ "id": "a", "behind": "p" }'),
    codes: ['UNKNOWN_KEY'],
  },
  {
    name: 'drained',
    text: server('"admin": §"drained"'),
    codes: ['UNKNOWN_VALUE'],
    hint: 'did you mean "drain"? (valid: "ready", "drain", "maintenance")',
  },
  { name: 'maint', text: server('"admin": §"maint"'), codes: ['UNKNOWN_VALUE'], hint: 'did you mean "maintenance"?' },
  { name: 'down', text: server('"admin": §"down"'), codes: ['UNKNOWN_VALUE'], hint: 'valid: "ready", "drain"' },
  { name: 'an operator who says true', text: server('"admin": §true'), codes: ['WRONG_TYPE'] },
  { name: 'a state', text: server('§"state": "drain"'), codes: ['UNKNOWN_KEY'], hint: 'did you mean "admin"?' },
  { name: 'an operator of a load balancer', text: lb('§"admin": "drain"'), codes: ['UNKNOWN_KEY'] },
  {
    name: 'all weights 0, by the defaults',
    text: nodes('{ "id": §"p" }', '{ "id": "a", "behind": "p" }').replace(
      '{\n',
      '{\n  "defaults": { "server": { "weight": 0 } },\n',
    ),
    codes: ['ALL_WEIGHTS_ZERO'],
    message: 'all that stands behind "p" has weight 0',
  },
  {
    name: 'all weights 0, whoever is a backup or drained',
    text: nodes('', '{ "id": "a", "weight": 0, "backup": true }, { "id": "b", "weight": 0, "admin": "drain" }').replace(
      '"lb"',
      '§"lb"',
    ),
    codes: ['ALL_WEIGHTS_ZERO'],
  },
  { name: 'fall 0', text: file('"health": { "fall": §0 }'), codes: ['OUT_OF_RANGE'] },
  { name: 'rise 1.5', text: file('"health": { "rise": §1.5 }'), codes: ['OUT_OF_RANGE'], hint: 'allowed is 2' },
  { name: 'fall 101', text: file('"health": { "fall": §101 }'), codes: ['OUT_OF_RANGE'], hint: 'allowed is 100' },
  { name: 'failures of -1', text: file('"health": { "consecutiveFailures": §-1 }'), codes: ['OUT_OF_RANGE'] },
  {
    name: 'failures misspelt',
    text: file('"health": { §"consecutiveFailure": 3 }'),
    codes: ['UNKNOWN_KEY'],
    hint: '"consecutiveFailures"',
  },
  { name: 'a success rate of 50', text: file('"health": { "successRateMin": §50 }'), codes: ['OUT_OF_RANGE'] },
  {
    name: 'a success rate in percent',
    text: file('"health": { "successRateMin": §"50%" }'),
    codes: ['WRONG_TYPE'],
    hint: '0.5',
  },
  {
    name: 'a window of 10',
    text: file('"health": { "successRateWindow": §10 }'),
    codes: ['BAD_DURATION'],
    hint: '"10s"',
  },
  { name: 'a window of 0 requests', text: file('"health": { "successRateRequests": §0 }'), codes: ['OUT_OF_RANGE'] },
  { name: 'an ejection of nothing', text: file('"health": { "ejectionTime": §"0s" }'), codes: ['OUT_OF_RANGE'] },
  {
    name: 'an ejection above the longest',
    text: file('"health": { "ejectionTime": §"10s", "ejectionTimeMax": "5s" }'),
    codes: ['RANGE_REVERSED'],
    message: 'health.ejectionTime, 10s, is longer than health.ejectionTimeMax, 5s',
  },
  {
    name: 'the longest ejection below the default of the first',
    text: file('"health": { "ejectionTimeMax": §"1s" }'),
    codes: ['RANGE_REVERSED'],
    message: 'health.ejectionTime, 2s by default,',
  },
  {
    name: 'an ejection beside a longest that is a number, or out of range',
    text: file('"health": { "ejectionTime": "10s", "ejectionTimeMax": §5 }'),
    codes: ['BAD_DURATION'],
  },
  {
    name: 'an ejection that is out of range, and so compared with nothing',
    text: file('"health": { "ejectionTime": §"25h" }'),
    codes: ['OUT_OF_RANGE'],
  },
  { name: 'an ejected share above 1', text: file('"health": { "ejectedShareMax": §2 }'), codes: ['OUT_OF_RANGE'] },
  {
    name: 'a panic in percent',
    text: file('"health": { "panicThreshold": §"50%" }'),
    codes: ['WRONG_TYPE'],
    hint: '0.5',
  },
  { name: 'a slow start below 0', text: file('"health": { "slowStart": §"-1s" }'), codes: ['BAD_DURATION'] },
  { name: 'a slow start of a node', text: server('§"slowStart": "1s"'), codes: ['UNKNOWN_KEY'] },
  {
    name: 'all of it at once',
    text: `{
  "loadBalancers": [{ "id": "lb", §"retries": 2, "timeout": "1s", "attemptTimeout": §"2s" }],
  "servers": [{ "id": "a", "admin": §"drained", "queueDiscipline": §"code", "backup": §0 }],
  "health": { "ejectionTime": §"1m", "panicThreshold": §1.1 }
}`,
    codes: [
      'UNKNOWN_KEY',
      'RANGE_REVERSED',
      'UNKNOWN_VALUE',
      'UNKNOWN_VALUE',
      'WRONG_TYPE',
      'RANGE_REVERSED',
      'OUT_OF_RANGE',
    ],
  },
]

const GRAPHS: readonly BrokenFile[] = [
  {
    name: 'T20 proxy without servers',
    text: nodes('{ "id": §"p" }, { "id": "q" }', '{ "id": "a", "behind": "q" }'),
    codes: ['NOTHING_BEHIND'],
  },
  {
    name: 'T21 server that names no proxy',
    text: nodes('{ "id": "p" }', '{ "id": "a", "behind": "p" }, { "id": §"b" }'),
    codes: ['MISSING_BEHIND'],
    hint: 'add "behind": "p"',
  },
  {
    name: 'T22 unknown node',
    text: nodes('{ "id": "proxy-1" }, { "id": "proxy-2" }', '{ "id": "a", "behind": §"proxy-3" }'),
    codes: ['UNKNOWN_NODE'],
    message: 'servers[0].behind names "proxy-3", which does not exist',
    hint: 'did you mean "proxy-2"?',
  },
  {
    name: 'T22 unknown node in a list',
    text: nodes('{ "id": "p" }', '{ "id": "a", "behind": ["p", §"elsewhere"] }'),
    codes: ['UNKNOWN_NODE'],
    message: 'servers[0].behind[1] names',
    hint: 'forwarders: lb, p',
  },
  {
    name: 'T22 base name of replicas',
    text: nodes('{ "id": "p", "replicas": 2 }', '{ "id": "a", "behind": §"p" }'),
    codes: ['UNKNOWN_NODE'],
    hint: 'has replicas: name p-1, p-2',
  },
  {
    name: 'T22 an unknown node and one named twice, beside what is no id',
    text: nodes('{ "id": "p" }', '{ "id": "a", "behind": [§7, "p", §"p", §"elsewhere"] }'),
    codes: ['WRONG_TYPE', 'DUPLICATE_BEHIND', 'UNKNOWN_NODE'],
  },
  { name: 'T22 an empty list', text: server('"behind": §[]'), codes: ['EMPTY_LIST'] },
  { name: 'T22 a list of numbers', text: server('"behind": [§1]'), codes: ['WRONG_TYPE'] },
  { name: 'T23 T27 T28 id given twice', text: nodes('', '{ "id": "a" },\n{ "id": §"a" }'), codes: ['DUPLICATE_ID'] },
  { name: 'T23 id given twice over roles', text: nodes('', '{ "id": §"lb" }'), codes: ['DUPLICATE_ID'] },
  {
    name: 'T23 id that replicas take',
    text: nodes('', '{ "id": "a", "replicas": 3 },\n{ "id": §"a-2" }'),
    codes: ['DUPLICATE_ID'],
    message: 'servers[0] (line 4, "a" with 3 replicas) and by servers[1] (line 5)',
  },
  {
    name: 'T44 circle',
    text: nodes('{ "id": "p", "behind": §"q" }, { "id": "q", "behind": ["p", "lb"] }', '{ "id": "a", "behind": "q" }'),
    codes: ['CYCLE'],
    message: 'p -> q -> p',
  },
  {
    name: 'T44 two circles',
    text: nodes(
      '{ "id": "p", "behind": §"q" }, { "id": "q", "behind": "p" }, { "id": "r", "behind": §"t" }, { "id": "s", "behind": "r" }, { "id": "t", "behind": "s" }',
      '{ "id": "a", "behind": ["lb", "q", "r"] }',
    ),
    codes: ['CYCLE', 'CYCLE'],
    message: 'p -> q -> p',
  },
  {
    name: 'T44 circle beside an id given twice',
    text: nodes(
      '{ "id": "p", "behind": §"q" }, { "id": "q", "behind": "p" }',
      '{ "id": "a", "behind": "p" }, { "id": §"a", "behind": "p" }',
    ),
    codes: ['CYCLE', 'DUPLICATE_ID'],
    message: 'p -> q -> p',
  },
  {
    name: 'T45 itself',
    text: nodes('{ "id": "p", "behind": §"p" }', '{ "id": "a", "behind": "p" }'),
    codes: ['BEHIND_SELF'],
  },
  {
    name: 'behind a server',
    text: nodes('{ "id": "p" }', '{ "id": "a", "behind": "p" }, { "id": "b", "behind": §"a" }'),
    codes: ['BEHIND_SERVER'],
  },
  { name: 'named twice', text: nodes('', '{ "id": "a", "behind": ["lb", §"lb"] }'), codes: ['DUPLICATE_BEHIND'] },
  {
    name: 'load balancer behind a node',
    text: '{ "loadBalancers": [{ "id": "lb", "behind": §"a" }], "servers": [{ "id": "a" }] }',
    codes: ['LOAD_BALANCER_BEHIND'],
    hint: 'make it a proxy',
  },
  {
    name: 'load balancer without servers',
    text: '{ "loadBalancers": [{ "id": "lb" }, { "id": §"lb-2" }], "servers": [{ "id": "a", "behind": "lb" }] }',
    codes: ['NOTHING_BEHIND'],
  },
]

const SEVERAL: readonly BrokenFile[] = [
  {
    name: 'faults of every kind at once',
    text: `{
  §// a comment
  "loadBalancers": [{ "id": "lb", §"polcy": "random" }],
  "proxies": [{ "id": "proxy-1" }],
  "servers": [
    { "id": §"Server", "behind": §"proxy-2", "weight": §"1" },
    { "id": "server-2", "behind": "proxy-1", "serviceTime": §3 }§,
  ]
}`,
    codes: ['COMMENT', 'UNKNOWN_KEY', 'BAD_ID', 'UNKNOWN_NODE', 'WRONG_TYPE', 'BAD_DURATION', 'TRAILING_COMMA'],
  },
  {
    name: 'a proxy without an id, and servers behind what may be it',
    text: nodes('{ §"ide": "p" }', '{ "id": "a", "behind": "p" }'),
    codes: ['UNKNOWN_KEY'],
  },
]

export const CORPUS: readonly BrokenFile[] = [...SYNTAX, ...SHAPES, ...VALUES, ...RESILIENCE, ...GRAPHS, ...SEVERAL]

/** Files that must be taken as they are. */
export const SOUND: readonly (readonly [name: string, text: string])[] = [
  ['T6 a byte order mark', `\uFEFF${server('"weight": 1')}`],
  ['T18 two load balancers', '{ "loadBalancers": [{ "id": "a" }, { "id": "b" }], "servers": [{ "id": "c" }] }'],
  ['T19 no proxies', server('"behind": "lb"')],
  ['T19 an empty list of proxies', nodes('', '{ "id": "a" }')],
  ['T26 an id that objects inherit', nodes('', '{ "id": "constructor" }')],
  ['T43 sockets in another folder', file('"socketDir": "../run"')],
  ['T43 sockets under an absolute path', file('"socketDir": "/run/user/1000/udsim"')],
  ['T46 a server behind two proxies', nodes('{ "id": "p" }, { "id": "q" }', '{ "id": "a", "behind": ["p", "q"] }')],
  ['T47 the shortest and the longest', server('"serviceTime": "1us"').replace('}]', ', "timeout": "24h" }]')],
  ['T47 a fraction, a space, a word', file('"load": { "timeout": "1.5 seconds" }')],
  ['T47 no service time', server('"serviceTime": "0ms"')],
  ['T48 a weight of 0 beside others', nodes('', '{ "id": "a", "weight": 0 }, { "id": "b" }')],
  ['T49 as many nodes as may be', nodes('', many(255))],
  [
    'all of retries, at their limits',
    lb('"attempts": 10, "attemptTimeout": "5s", "retryBudget": 1, "retryReserve": 0'),
  ],
  ['no retries', lb('"attempts": 1')],
  ['retries of the clients', file('"load": { "attempts": 3, "attemptTimeout": "200ms", "timeout": "1s" }')],
  ['a deadline below the default of an attempt', lb('"timeout": "500ms"')],
  ['the same of the clients', file('"load": { "timeout": "500ms" }')],
  ['codel, and a queue of none', server('"queueDiscipline": "codel", "queueTarget": "1ms", "queue": 0')],
  ['an interval below the default target', server('"queueDiscipline": "codel", "queueInterval": "2ms"')],
  ['nothing but backups', nodes('', '{ "id": "a", "backup": true }, { "id": "b", "backup": true }')],
  ['all drained', nodes('', '{ "id": "a", "admin": "drain" }, { "id": "b", "admin": "maintenance" }')],
  ['a proxy in maintenance', nodes('{ "id": "p", "admin": "maintenance" }', '{ "id": "a", "behind": "p" }')],
  [
    'health without ejections',
    file('"health": { "consecutiveFailures": 0, "successRateMin": 0, "ejectedShareMax": 0, "slowStart": "0ms" }'),
  ],
  [
    'health that ejects at once',
    file('"health": { "fall": 1, "rise": 1, "ejectionTime": "30s", "panicThreshold": 1 }'),
  ],
  ['T54 the longest drain', file('"shutdown": { "drainTimeout": "10m" }')],
  ['equal health times', file('"health": { "interval": "1s", "timeout": "1s" }')],
  ['a policy as an object', server('"weight": 1').replace('"lb" }', '"lb", "policy": { "name": "random" } }')],
  ...POLICY_NAMES.map(name => [`the policy ${name}`, policy(JSON.stringify(name))] as const),
  ['a policy with its parameter', policy('{ "name": "peak-ewma", "decay": "24h" }')],
  ['a policy with its parameter before its name', policy('{ "upTo": 65535, "name": "first" }')],
  ['a policy without the parameter that it has', policy('{ "name": "first" }')],
  ['whole numbers in other words', server('"weight": 1e3, "queue": 2.0')],
]

/** A test of another file: where it is, and a part of its text that names it. */
type Elsewhere = readonly [file: string, words: string]

/** What of the list is no text to parse, and the tests that cover it. */
export const ELSEWHERE: Readonly<Record<string, readonly Elsewhere[]>> = {
  T1: [['system/refuses-bad-input', 'missing.json']],
  T2: [['system/refuses-bad-input', 'sub is not a regular file']],
  T3: [['bin/load-topology', 'may not be read']],
  T7: [['supervise/watch', 'is not UTF-8 text at byte 0']],
  T33: [['system/refuses-bad-input', 'is never cleared of what is not ours']],
  T34: [['system/refuses-bad-input', 'is never cleared of what is not ours']],
  T35: [['system/refuses-bad-input', 'is never cleared of what is not ours']],
  T36: [['system/refuses-bad-input', 'is never cleared of what is not ours']],
  T37: [['supervise/socket-file', 'SOCKET_NOT_OURS']],
  T38: [
    ['supervise/socket-dir', 'does not create a parent'],
    ['supervise/socket-dir', 'names a parent that we may not write to'],
  ],
  T39: [['supervise/socket-dir', 'closes one of ours that is open to others']],
  T40: [['supervise/socket-dir', 'refuses a symlink']],
  T41: [['supervise/socket-dir', 'refuses a directory of another user']],
  T56: [['supervise/changes', 'another socket directory']],
  T57: [['supervise/changes', 'a topology without the last server']],
  T58: [['supervise/watch', 'a FIFO']],
  T59: [['bin/arguments', 'check takes one topology file']],
}
