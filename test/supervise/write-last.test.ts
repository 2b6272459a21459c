/** Of a real process, since what a full pipe does is the operating system's to say. */
import { spawn } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { writeLast } from '../../src/supervise/write-last.ts'

const MODULE = JSON.stringify(new URL('../../dist/supervise/write-last.js', import.meta.url).href)

/** Runs it with a standard error that is read only a while after it began; all that came. */
async function saidBy(script: string): Promise<string> {
  const text = `import { writeSync } from 'node:fs'
    import { writeLast } from ${MODULE}
    writeSync(1, 'begun')
    ${script}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', text], { stdio: ['ignore', 'pipe', 'pipe'] })
  const closed = new Promise(settle => child.once('close', settle))
  await new Promise(settle => child.stdout.once('data', settle))
  await new Promise(settle => setTimeout(settle, 50))
  const chunks: Buffer[] = []
  child.stderr.on('data', chunk => chunks.push(chunk))
  await closed
  return Buffer.concat(chunks).toString()
}

describe('the last words of a process', { timeout: 30_000 }, () => {
  it('are read to the end, though it exits at once', async () => {
    expect(await saidBy(`writeLast('oh\\n'.repeat(90_000)); process.exit(1)`)).toBe('oh\n'.repeat(90_000))
  })

  it('wait for a reader whom a flood keeps busy', async () => {
    const said = await saidBy(`
      for (let i = 0; i < 3_000; i++) console.error('x'.repeat(100))
      writeLast('last words')
      process.exit(1)`)

    expect(said.slice(-12)).toMatch(/last words$/)
  })

  it('are given up where they cannot be written', () => {
    const never = 999_999

    expect(() => writeLast('last words', never)).not.toThrow()
  })
})
