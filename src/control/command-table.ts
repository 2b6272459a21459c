/** Every command as data: the reader of words, the reader of JSON, the help and the suggestions all come from it. */
import type { CommandName } from './command.ts'
import type { Kind } from './command-values.ts'

interface FieldBase {
  /** Of the command as data. */
  readonly name: string
  readonly kind: Kind
}

/** A word after the command's name. */
export interface WordField extends FieldBase {
  readonly label: string
}

export interface OptionField extends FieldBase {
  /** As typed, without the dashes. */
  readonly option: string
  readonly short?: string
  /** What its value is called; null: a flag. */
  readonly label: string | null
  /** What holds where nothing is said; null: it must be said. */
  readonly otherwise: unknown
  readonly help: string
}

export interface CommandEntry {
  readonly summary: string
  /** A word that must come first: what is added. */
  readonly noun?: string
  readonly words: readonly WordField[]
  readonly options: readonly OptionField[]
  readonly example: string
}

/** Of a log or of what happened, unless said otherwise; at most as many as are kept. */
const LINES_SHOWN = 20
const WAIT_MS = 10_000

const NODE: WordField = { name: 'node', kind: 'node', label: 'NODE' }
const FOLLOW: OptionField = {
  name: 'follow',
  kind: 'flag',
  option: 'follow',
  short: 'f',
  label: null,
  otherwise: false,
  help: 'go on with those that come, until Ctrl-C',
}
const LINES: OptionField = {
  name: 'lines',
  kind: 'lines',
  option: 'lines',
  short: 'n',
  label: 'N',
  otherwise: LINES_SHOWN,
  help: `begin with the last N (${LINES_SHOWN})`,
}

function ofNode(summary: string, example: string): CommandEntry {
  return { summary, words: [NODE], options: [], example }
}

function ofNothing(summary: string, example: string): CommandEntry {
  return { summary, words: [], options: [], example }
}

export const COMMANDS: Readonly<Record<CommandName, CommandEntry>> = {
  status: ofNothing('what runs, how it is, and what its clients got', 'status'),
  nodes: ofNothing('the table of nodes', 'nodes'),
  kill: {
    summary: "send a signal to a node's process (SIGKILL)",
    words: [NODE],
    options: [
      {
        name: 'signal',
        kind: 'signal',
        option: 'signal',
        short: 's',
        label: 'S',
        otherwise: 'SIGKILL',
        help: 'another signal, such as TERM or 15',
      },
    ],
    example: 'kill server-3 --signal TERM',
  },
  stop: ofNode("stop a node's process (SIGSTOP): it is there and does nothing", 'stop server-3'),
  cont: ofNode('let a stopped process go on (SIGCONT)', 'cont server-3'),
  restart: ofNode('a new process first, then the old one drains: no request is lost', 'restart proxy-1'),
  drain: ofNode('give it nothing new; it finishes what it has, and stays', 'drain server-3'),
  ready: ofNode('take the node back after drain or maintenance', 'ready server-3'),
  maintenance: ofNode('as drain, and the node is not watched either', 'maintenance server-3'),
  weight: {
    summary: 'its share, for policies that weigh; 0 takes no traffic',
    words: [NODE, { name: 'weight', kind: 'weight', label: 'N' }],
    options: [],
    example: 'weight server-3 5',
  },
  policy: {
    summary: 'how a load balancer or proxy chooses among those behind it',
    words: [NODE, { name: 'policy', kind: 'policy', label: 'NAME' }],
    options: [],
    example: 'policy lb least-connections',
  },
  rate: {
    summary: 'requests per second of the built-in clients; 0: none',
    words: [{ name: 'rate', kind: 'rate', label: 'N' }],
    options: [],
    example: 'rate 500',
  },
  add: {
    summary: 'add a server, with the defaults of the file',
    noun: 'server',
    words: [{ name: 'node', kind: 'node', label: 'ID' }],
    options: [
      {
        name: 'behind',
        kind: 'nodes',
        option: 'behind',
        label: 'P,Q',
        otherwise: null,
        help: 'whom it stands behind: one or several',
      },
    ],
    example: 'add server server-7 --behind proxy-2',
  },
  remove: ofNode('let a node finish what it has, and stop it', 'remove server-7'),
  reload: ofNothing('take the file as it is; what was changed here is forgotten', 'reload'),
  logs: { summary: 'what a node has written', words: [NODE], options: [FOLLOW, LINES], example: 'logs server-3 -f' },
  events: { summary: 'what has happened', words: [], options: [FOLLOW, LINES], example: 'events -f' },
  wait: {
    summary: 'wait until a node is in a state, of its process or its health',
    words: [NODE, { name: 'state', kind: 'state', label: 'STATE' }],
    options: [
      {
        name: 'timeoutMs',
        kind: 'duration',
        option: 'timeout',
        label: 'T',
        otherwise: WAIT_MS,
        help: 'for so long at most (10s); exit code 3 when it runs out',
      },
    ],
    example: 'wait server-3 up --timeout 5s',
  },
  topology: ofNothing('what runs, in the form of a topology file', 'topology'),
}

export const COMMAND_NAMES = Object.keys(COMMANDS) as readonly CommandName[]

export function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name)
}

/** `kill NODE [--signal S]`: what may be typed. */
export function usageOf(name: CommandName): string {
  const { noun, words, options } = COMMANDS[name]
  const parts = [name, ...(noun ? [noun] : []), ...words.map(({ label }) => label), ...options.map(usageOfOption)]
  return parts.join(' ')
}

function usageOfOption({ option, short, label, otherwise }: OptionField): string {
  if (label === null) return `[${short ? `-${short}` : `--${option}`}]`
  return otherwise === null ? `--${option} ${label}` : `[--${option} ${label}]`
}
