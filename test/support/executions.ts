/** What servers executed, by what their processes noted as it came: see recording-child.mjs. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeDir } from './commands.ts'
import { planted } from './planted.ts'
import type { RunOptions } from './processes.ts'

export class Executions {
  private readonly folder = makeDir()

  /** For a run whose servers have names that match. */
  options(servers = 'server-.*'): Pick<RunOptions, 'program' | 'env'> {
    return planted(servers, 'recording-child.mjs', this.folder)
  }

  /**
   * How often each request reached a server that did not say "not executed": at most so often was it executed, and
   * by requests that were not interrupted exactly so often.
   */
  counts(): Map<string, number> {
    const counts = new Map<string, number>()
    for (const line of this.lines()) {
      const name = line.slice(1)
      counts.set(name, (counts.get(name) ?? 0) + (line[0] === '+' ? 1 : -1))
    }
    return counts
  }

  private lines(): string[] {
    const texts = readdirSync(this.folder).map(name => readFileSync(join(this.folder, name), 'utf8'))
    return texts.flatMap(text => text.split('\n').filter(line => line.length > 1))
  }
}
