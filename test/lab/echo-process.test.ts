import { describe, expect, it } from 'vitest'
import { startEcho } from '../../src/lab/echo-process.ts'

describe('startEcho', () => {
  it('says why it could not start', async () => {
    const lost: string[] = []
    const place = { name: 'unix echo', entry: '/nowhere/echo-child.js', cwd: '/' }
    const echo = startEcho(place, { kind: 'echo', socket: 'echo.echo', fifos: null }, why => lost.push(why))

    await expect(echo.ready).rejects.toThrow('unix echo ended: code 1')
    await echo.kill()
    expect(lost).toHaveLength(1)
  })
})
