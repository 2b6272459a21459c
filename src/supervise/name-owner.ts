/** Who holds a name in Linux's abstract namespace, asked of the kernel: the owner may be stopped, or too busy to say. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** __SO_ACCEPTCON: the row of who listens, and not of those that wait to be accepted under the same name. */
const LISTENS = '00010000'

/** Null where nobody listens at it; `pid` is null where the owner's files are hidden from us. */
export function ownerOfName(name: string): { readonly pid: number | null } | null {
  // Num RefCount Protocol Flags Type St Inode Path; an abstract name is shown behind an @.
  const rows = readFileSync('/proc/net/unix', 'latin1')
    .split('\n')
    .map(row => row.split(/ +/))
  const row = rows.find(fields => fields[3] === LISTENS && fields[7] === `@${name}`)
  if (!row) return null
  const pids = readdirSync('/proc').filter(entry => /^[1-9]\d*$/.test(entry))
  const owner = pids.find(pid => holdsSocket(`/proc/${pid}/fd`, `socket:[${row[6]}]`))
  return { pid: owner === undefined ? null : Number(owner) }
}

function holdsSocket(folder: string, socket: string): boolean {
  try {
    return readdirSync(folder).some(fd => linkAt(`${folder}/${fd}`) === socket)
  } catch {
    return false // another user's, or gone meanwhile
  }
}

function linkAt(path: string): string | null {
  try {
    return readlinkSync(path)
  } catch {
    return null // closed meanwhile
  }
}
