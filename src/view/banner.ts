/** A rejected edit, told until the next good one: the first errors with their places, and how many more. Pure. */
import { safe } from './sanitize.ts'
import { clip, wrap } from './text-width.ts'

const MARK = '✖ '
/** What the launcher left out, as the banner's last line. */
const MORE = /^and (\d+) more\b/
/** `test/topologies/overload.json:6:14` */
const PLACE = /^(.*?):\d+:\d+ /

/** The first error whole as far as there is room, of the others a line each, and a count of those that have none. */
export function bannerLines(banner: string | null, columns: number, linesMax: number): string[] {
  if (banner === null) return []
  const width = columns - MARK.length
  const { errors, moreCount } = read(banner)
  const [first = '', ...others] = errors
  const isMore = others.length + moreCount > 0
  const kept = (isMore ? 1 : 0) + (others.length > 1 && linesMax > 3 ? 1 : 0)
  const head = wrap(first, width, Math.max(1, linesMax - kept))
  const room = linesMax - head.length
  const fitting = others.length + (moreCount > 0 ? 1 : 0) <= room ? others.length : Math.max(0, room - 1)
  const hidden = others.length - fitting + moreCount
  const rest = hidden > 0 && room > 0 ? [`and ${hidden} more${wayTo(first)}`] : []
  const lines = [...head, ...[...others.slice(0, fitting), ...rest].map(line => clip(line, width))]
  return lines.map((line, i) => (i === 0 ? MARK : ' '.repeat(MARK.length)) + line)
}

function read(banner: string): { errors: readonly string[]; moreCount: number } {
  const lines = banner.trim().split('\n').map(safe)
  const [, count] = MORE.exec(lines.at(-1)!) ?? []
  return count === undefined
    ? { errors: lines, moreCount: 0 }
    : { errors: lines.slice(0, -1), moreCount: Number(count) }
}

/** The command that tells them all, for the file that the first is in; it is there to be copied. */
function wayTo(error: string): string {
  const [, file] = PLACE.exec(error) ?? []
  return file === undefined ? '' : `: npm run check -- ${file}`
}
