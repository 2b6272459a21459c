/**
 * The structure of the house, read from its sources: ranks of rooms, what the data plane may not name, what the
 * child may not load, which file is tested where. It checks structure, not taste.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const HOME = fileURLToPath(new URL('..', import.meta.url))

/** A file may import its own room and rooms of a strictly lower rank. */
const RANK: Readonly<Record<string, number>> = {
  base: 0,
  topology: 1,
  wire: 1,
  stats: 2,
  fault: 2,
  export: 2,
  policy: 3,
  health: 3,
  restart: 3,
  transport: 3,
  link: 4,
  balance: 4,
  roles: 5,
  load: 6,
  control: 6,
  sim: 7,
  supervise: 7,
  view: 7,
  lab: 8,
  bin: 9,
}
const DATA_PLANE_RANK_MAX = 6
const EXACT_ARITHMETIC_RANK_MAX = 7

/** What may be imported from outside at run time, besides `node:*`. */
const PACKAGES = ['ms', 'chalk', 'cli-table3']
const UI_PACKAGES = ['chalk', 'cli-table3']

const CHILD_ENTRY = 'src/bin/child.ts'
/** Where Node.js starts: nobody imports these. */
const ROOTS = ['src/bin/udsim.ts', CHILD_ENTRY]

/** What no process of today runs, and what it is kept for; tests run it all the same. */
const KEPT_FOR: Readonly<Record<string, string>> = {
  'src/transport/memory.ts': 'virtual time: tests drive every room of the data plane on it',
}

/** Source files that are tested by another test than the mirrored one, and by which. */
const TESTED_IN: Readonly<Record<string, string>> = {
  'src/control/command-table.ts': 'test/control/read-words.test.ts',
  'src/lab/echo-child.ts': 'test/system/bench.test.ts',
  'src/lab/measure-box.ts': 'test/system/bench.test.ts',
  'src/link/link-counts.ts': 'test/link/link.test.ts',
  'src/roles/client-frames.ts': 'test/roles/client.test.ts',
  'src/roles/forwarded-frames.ts': 'test/roles/forwarder.test.ts',
  'src/roles/outstanding.ts': 'test/roles/requests.test.ts',
  'src/supervise/control-peer.ts': 'test/supervise/control-server.test.ts',
  'src/supervise/inside.ts': 'test/system/leaves-nothing-behind.test.ts',
  'src/supervise/launcher.ts': 'test/system/edits-while-running.test.ts',
  'src/supervise/obey-context.ts': 'test/supervise/obey.test.ts',
  'src/supervise/process-commands.ts': 'test/system/takes-commands.test.ts',
  'src/supervise/system-problem.ts': 'test/supervise/socket-dir.test.ts',
  'src/supervise/tell-commands.ts': 'test/supervise/obey.test.ts',
  'src/supervise/wait-command.ts': 'test/supervise/obey.test.ts',
  'src/topology/json-cursor.ts': 'test/topology/json-reader.test.ts',
  'src/topology/json-tree.ts': 'test/topology/json-reader.test.ts',
  'src/topology/judged.ts': 'test/topology/warnings.test.ts',
  'src/topology/key-use.ts': 'test/topology/warn-of-unused.test.ts',
  'src/topology/make-nodes.ts': 'test/topology/parse.test.ts',
  'src/topology/patience.ts': 'test/topology/warn-of-timeouts.test.ts',
  'src/topology/read-file.ts': 'test/topology/parse.test.ts',
  'src/topology/shapes.ts': 'test/topology/parse.test.ts',
}

/** Below rank 7, time, chance and timers are handed in. */
const PLATFORM: readonly [token: RegExp, instead: string][] = [
  [/(?<![.\w$])Date\b(?!\s*\??:)/, 'Date: use clock.nowMs(), or take the time as an argument'],
  [/(?<![.\w$])performance\s*[.[]/, 'performance: use clock.nowMs()'],
  [/(?<![.\w$])process\s*[.[]/, 'process: take what you need as an argument; supervise/ knows the process'],
  [/(?<![.\w$])(set|clear)(Timeout|Interval)\b/, 'setTimeout, setInterval: use clock.after() and its cancel()'],
  [/(?<![.\w$])(set|clear)Immediate\b/, 'setImmediate: use clock.afterTurn()'],
  [/(?<![.\w$])queueMicrotask\b/, 'queueMicrotask: use clock.afterTurn()'],
  [/\bMath\s*\.\s*random\b/, 'Math.random: use rng.float() or rng.int()'],
  [/(?<![.\w$])crypto\s*[.[]/, 'crypto: use rng, or hash32 of base/rng.ts'],
  [/(?<![.\w$])globalThis\b/, 'globalThis: it hides what is named'],
]
const PROMISES = /(?<![.\w$])(async|await|Promise)\b(?!\s*\??:)/
const POWERS = /\bMath\s*\.\s*pow\b|\*\*/

interface Import {
  readonly line: number
  readonly specifier: string
  /** From the project's folder, for relative ones; null for packages. */
  readonly target: string | null
}

interface Source {
  readonly path: string
  readonly text: string
  /** The text with comments and the insides of strings blanked, as long as before. */
  readonly code: string
  readonly imports: readonly Import[]
}

// Reading

const LEXEME =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*"|(?<=(?:^|[=(,:;!&|?{}[\n]|return|=>)\s*)\/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*|[`{}]/g

/** Blanks comments, strings, regular expressions and the text of templates; code inside `${}` stays. */
function strip(text: string): string {
  let code = ''
  let at = 0
  const braces: string[] = [] // what each open brace is closed by: code or template text
  const copyTo = (end: number) => {
    code += text.slice(at, end)
    at = end
  }
  const blankTo = (end: number) => {
    code += text.slice(at, end).replace(/[^\n]/g, ' ')
    at = end
  }
  const skipTemplate = () => {
    const end = /(?:\\[\s\S]|\$(?!\{)|[^`\\$])*/y
    end.lastIndex = at
    end.exec(text)
    blankTo(end.lastIndex)
    if (text.startsWith('${', at)) {
      copyTo(at + 2)
      braces.push('template')
    } else copyTo(at + 1)
  }
  for (;;) {
    LEXEME.lastIndex = at
    const match = LEXEME.exec(text)
    if (!match) break
    copyTo(match.index)
    const [lexeme] = match
    const isString = lexeme[0] === "'" || lexeme[0] === '"'
    if (lexeme === '{') braces.push('code')
    if (isString || lexeme === '{' || lexeme === '}' || lexeme === '`') copyTo(at + 1)
    if (lexeme === '`' || (lexeme === '}' && braces.pop() === 'template')) skipTemplate()
    if (lexeme.length > 1) blankTo(match.index + lexeme.length - (isString ? 1 : 0))
    if (isString) copyTo(at + 1)
  }
  copyTo(text.length)
  return code
}

function read(path: string): Source {
  const text = readFileSync(HOME + path, 'utf8')
  const code = strip(text)
  return { path, text, code, imports: importsOf(path, text, code) }
}

function importsOf(path: string, text: string, code: string): Import[] {
  const found = code.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)(['"])( *)\1/g)
  return [...found].map(match => {
    const end = match.index + match[0].length - 1
    const specifier = text.slice(end - match[2]!.length, end)
    const target = specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : null
    return { line: lineAt(text, end), specifier, target }
  })
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}

function filesUnder(folder: string): string[] {
  if (!existsSync(HOME + folder)) return []
  const entries = readdirSync(HOME + folder, { recursive: true, withFileTypes: true })
  const files = entries.filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
  return files.map(({ parentPath, name }) => posix.join(parentPath.slice(HOME.length), name)).sort()
}

const sources = filesUnder('src').map(read)
const tests = filesUnder('test').map(read)
const byPath = new Map([...sources, ...tests].map(source => [source.path, source]))

// Judging

const roomOf = (path: string) => /^src\/([^/]+)\//.exec(path)?.[1] ?? ''
const rankOf = (path: string) => RANK[roomOf(path)] ?? Number.NaN

/** Every match of a pattern in the code of these files, as `file:line: words`. */
function findings(files: readonly Source[], pattern: RegExp, words: string): string[] {
  const all = new RegExp(pattern.source, `${pattern.flags}g`)
  return files.flatMap(({ path, code }) =>
    [...code.matchAll(all)].map(({ index }) => `${path}:${lineAt(code, index)}: ${words}`),
  )
}

/** The two doors to the platform: the clock and the sockets. (And `assert`, which may ask what it runs on.) */
function mayNamePlatform(path: string): boolean {
  if (path === 'src/base/clock.ts' || path === 'src/base/assert.ts') return true
  const name = posix.basename(path)
  return roomOf(path) === 'transport' && name !== 'memory.ts' && name !== 'faulty.ts'
}

/** The files that these lead to by imports, and with each the one that led there. */
function reach(roots: readonly string[]): Map<string, string> {
  const reached = new Map(roots.filter(root => byPath.has(root)).map(root => [root, root]))
  for (const path of reached.keys()) {
    for (const { target } of byPath.get(path)!.imports) {
      if (target !== null && byPath.has(target) && !reached.has(target)) reached.set(target, path)
    }
  }
  return reached
}

/** Files of types, constants and registries have nothing that could be wrong by itself. */
function hasOwnLogic({ code }: Source): boolean {
  return /^(export )?(default )?(async )?(function|(abstract )?class)\b|^(export )?const \w+[^=]*=\s*(\(|\w+ =>)/m.test(
    code,
  )
}

describe('the reader of sources', () => {
  it.each([
    ['a // await', 'a         '],
    ['a /* await\nasync */ b', 'a         \n         b'],
    ["f('await \\' //', \"Date\")", 'f(\'           \', "    ")'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a template
    ['`await ${await `x ${ {a: 1} }`} Date`', '`      ${await `  ${ {a: 1} }`}     `'],
    ['x = /await[/"]/g.test(y) / 2 / z', 'x =             .test(y) / 2 / z'],
    ['a = b / c // d', 'a = b / c     '],
  ])('blanks what is not code in %j', (text, code) => {
    expect(strip(text)).toBe(code)
  })

  it('finds imports of every form, and none in strings', () => {
    const text = `import a from './a.ts'\nimport type {\n b } from "../b.ts"\nimport 'c'\nexport * from './d.ts'
      const e = await import('./e.ts'), f = "import 'f'", g = \`from 'g'\` // import 'h'`

    expect(importsOf('src/x/y.ts', text, strip(text)).map(({ specifier }) => specifier)).toEqual([
      './a.ts',
      '../b.ts',
      'c',
      './d.ts',
      './e.ts',
    ])
  })
})

describe('the house', () => {
  it('has only rooms of known rank', () => {
    const strays = sources.filter(({ path }) => Number.isNaN(rankOf(path))).map(({ path }) => path)

    expect(strays, 'give the room a rank in RANK, or move the file into a room').toEqual([])
  })

  it('imports its own room and lower ranks only', () => {
    const upward = sources.flatMap(({ path, imports }) =>
      imports
        .filter(({ target }) => target !== null && roomOf(target) !== roomOf(path) && !(rankOf(target) < rankOf(path)))
        .map(
          ({ line, target }) =>
            `${path}:${line}: rank ${rankOf(path)} may not import ${target}, rank ${rankOf(target!)}`,
        ),
    )

    expect(upward, 'move what both need to a lower room, or hand it in').toEqual([])
  })

  it('imports files that exist by their full names, and no package but the few', () => {
    const wrong = sources.flatMap(({ path, imports }) =>
      imports
        .filter(({ specifier, target }) =>
          target !== null
            ? !/\.(ts|json)$/.test(target) || !existsSync(HOME + target)
            : !specifier.startsWith('node:') && !PACKAGES.includes(specifier),
        )
        .map(({ line, specifier }) => `${path}:${line}: ${specifier}`),
    )

    expect(wrong, `imports end in .ts; packages are node:*, ${PACKAGES.join(', ')}`).toEqual([])
  })

  it('has no file that nobody imports', () => {
    const live = reach([...ROOTS, ...Object.keys(KEPT_FOR)])
    const dead = sources.filter(({ path }) => !live.has(path)).map(({ path }) => path)

    expect(dead, `import it from a file that leads to ${ROOTS.join(' or ')}, or delete it`).toEqual([])
  })

  it('has no helper of tests that no test imports', () => {
    const live = reach(tests.filter(({ path }) => /(\.test|config|setup)\.ts$/.test(path)).map(({ path }) => path))
    const dead = tests.filter(({ path }) => !live.has(path)).map(({ path }) => path)

    expect(dead, 'import it from a test, or delete it').toEqual([])
  })
})

describe('the data plane (ranks 0 to 6)', () => {
  const dataPlane = sources.filter(({ path }) => rankOf(path) <= DATA_PLANE_RANK_MAX)

  it('names time, chance and timers of the platform only in the clock and the transport', () => {
    const bound = dataPlane.filter(({ path }) => !mayNamePlatform(path))
    const modules = bound.flatMap(({ path, imports }) =>
      imports
        .filter(({ specifier }) => specifier.startsWith('node:'))
        .map(({ line, specifier }) => `${path}:${line}: ${specifier}: take what it gives as an argument`),
    )
    const tokens = PLATFORM.flatMap(([token, instead]) => findings(bound, token, instead))

    expect([...modules, ...tokens]).toEqual([])
  })

  it('holds no promise, so that virtual time drives the same code', () => {
    const found = findings(dataPlane, PROMISES, 'use a callback that runs to completion')

    expect(found).toEqual([])
  })

  it('takes no powers, up to rank 7: their last digit differs between versions of Node.js', () => {
    const exact = sources.filter(({ path }) => rankOf(path) <= EXACT_ARITHMETIC_RANK_MAX)

    expect(findings(exact, POWERS, 'multiply instead of Math.pow and **')).toEqual([])
  })
})

describe("the child's entry", () => {
  it('loads no view and no package for terminals', () => {
    const reached = reach([CHILD_ENTRY])
    const views = [...reached].filter(([path]) => roomOf(path) === 'view')
    const packages = [...reached.keys()].flatMap(path =>
      byPath
        .get(path)!
        .imports.filter(({ specifier }) => UI_PACKAGES.includes(specifier))
        .map(() => path),
    )

    expect(views.map(([path, by]) => `${by} imports ${path}`)).toEqual([])
    expect(packages, `these import one of ${UI_PACKAGES.join(', ')}`).toEqual([])
  })
})

describe('the tests', () => {
  const testFor = (path: string) => TESTED_IN[path] ?? mirrorOf(path)

  // The verbs of bin/ only join what is tested elsewhere; test/system/ runs them whole.
  it('mirror the sources', () => {
    const untested = sources
      .filter(source => roomOf(source.path) !== 'bin' && hasOwnLogic(source))
      .filter(({ path }) => !byPath.has(testFor(path)))
      .map(({ path }) => `${path} wants ${testFor(path)}`)

    expect(untested, 'write the test, or name in TESTED_IN the one that covers it').toEqual([])
  })

  it('are listed under another name only where that is true', () => {
    const stale = Object.keys(TESTED_IN).filter(path => !byPath.has(path) || existsSync(HOME + mirrorOf(path)))

    expect(stale, 'the source is gone, or it has a mirrored test: take it out of TESTED_IN').toEqual([])
  })

  it('leave hooks to the files, and to the one helper that is loaded anew for each', () => {
    const helpers = tests.filter(({ path }) => !/\.test\.ts$|\/setup\.ts$/.test(path))
    const hooks = /\b(before|after)(All|Each)\s*\(/

    expect(findings(helpers, hooks, 'test files share a process: use support/ends.ts')).toEqual([])
  })

  it('run whole, and leave no note for later', () => {
    const all = [...sources, ...tests]
    const notes = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX'].join('|')})\\b`)
    const left = all.filter(({ text }) => notes.test(text)).map(({ path }) => path)

    expect(findings(all, /\.only\s*\(/, 'runs alone')).toEqual([])
    expect(left, 'do it now, or leave it out').toEqual([])
  })
})

function mirrorOf(path: string): string {
  return path.replace(/^src\//, 'test/').replace(/\.ts$/, '.test.ts')
}
