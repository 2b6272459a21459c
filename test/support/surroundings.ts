/** The same surroundings for every test and whatever it starts, whoever runs the tests from wherever. */
import { realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'

/** A socket's path has 103 bytes at most; what tests add to the folder for temporary files has up to 60. */
const TMP_BYTES_MAX = 40

/** What changes how a command acts, what it writes, or what Node.js itself writes on standard error. */
const LEFT_OUT = [
  'CI',
  'FORCE_COLOR',
  'NO_COLOR',
  'NODE_DEBUG',
  'NODE_EXTRA_CA_CERTS',
  'NODE_OPTIONS',
  'UDSIM_TUI',
  // The tests are run by npm, and what they start is not.
  'INIT_CWD',
  'npm_lifecycle_event',
]

export function settle(): void {
  for (const name of LEFT_OUT) delete process.env[name]
  if (Buffer.byteLength(realpathSync(tmpdir())) > TMP_BYTES_MAX) process.env.TMPDIR = '/tmp'
  process.umask(0o022)
}
