import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Command, Reply } from '../../src/control/command.ts'
import {
  followedLine,
  judgeLine,
  LINE_BYTES_MAX,
  questionLine,
  readAnswer,
  replyLine,
} from '../../src/control/protocol.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)
const judge = (text: string) => judgeLine(bytesOf(text))
const REPLY: Reply = { ok: true, lines: ['ü', ''], data: { a: [1] } }

describe('the judge of lines', () => {
  it('takes what the other side makes of a command', () => {
    const command: Command = { name: 'wait', node: 'lb', state: 'up', timeoutMs: 5 }
    const line = questionLine(7, command)

    expect(line).toBe('{"v":1,"id":7,"command":{"name":"wait","node":"lb","state":"up","timeoutMs":5}}\n')
    expect(judge(line.trimEnd())).toEqual({ kind: 'command', id: 7, command })
  })

  it.each([
    ['', 'NOT_JSON'],
    ['status', 'NOT_JSON'],
    ['{"v":1', 'NOT_JSON'],
    ['[]', 'NOT_AN_OBJECT'],
    ['null', 'NOT_AN_OBJECT'],
    ['{}', 'UNKNOWN_VERSION'],
    ['{"v":2,"id":1,"command":{"name":"status"}}', 'UNKNOWN_VERSION'],
    ['{"v":"1","id":1,"command":{"name":"status"}}', 'UNKNOWN_VERSION'],
    ['{"v":1,"command":{"name":"status"}}', 'BAD_ID'],
    ['{"v":1,"id":-1,"command":{"name":"status"}}', 'BAD_ID'],
    ['{"v":1,"id":1.5,"command":{"name":"status"}}', 'BAD_ID'],
    ['{"v":1,"id":1e300,"command":{"name":"status"}}', 'BAD_ID'],
    ['['.repeat(60_000), 'NOT_JSON'],
    ['x'.repeat(LINE_BYTES_MAX + 1), 'TOO_LONG'],
  ])('names the fault of %.50j', (line, fault) => {
    expect(judge(line)).toMatchObject({ kind: 'fault', fault })
  })

  it('names bytes that are no text', () => {
    expect(judgeLine(Uint8Array.of(0x22, 0xff, 0x22))).toMatchObject({ kind: 'fault', fault: 'NOT_UTF8' })
  })

  it('answers a wrong command that has an id, which is no fault', () => {
    expect(judge('{"v":1,"id":3,"command":{"name":"staus"}}')).toEqual({
      kind: 'wrong',
      id: 3,
      message: 'unknown command "staus", did you mean status?',
    })
    expect(judge('{"v":1,"id":3}')).toMatchObject({ kind: 'wrong', message: 'a command is an object with a name' })
  })

  it('has an answer to any bytes', () => {
    const near = fc
      .tuple(fc.constantFrom('{"v":1,"id":1,"command":', '{"v":1,', '{', ''), fc.json())
      .map(([start, json]) => bytesOf(`${start}${json}}`))
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), near), bytes => {
        const judged = judgeLine(bytes)
        if (judged.kind === 'command') return
        expect(judged.message).toMatch(/^[^\n]+$/)
      }),
    )
  })
})

describe('what is answered', () => {
  it.each<[string, number | null, Reply]>([
    ['done', 1, REPLY],
    ['refused', 0, { ok: false, exitCode: 2, message: 'no' }],
    ['a fault', null, { ok: false, exitCode: 2, message: 'no' }],
  ])('is read as it was meant: %s', (_what, id, reply) => {
    const line = replyLine(id, reply)

    expect(line.indexOf('\n')).toBe(line.length - 1)
    expect(readAnswer(bytesOf(line.trimEnd()))).toEqual({ kind: 'reply', id, reply })
  })

  it('is read as it was meant: a line that is followed', () => {
    const line = followedLine(4, 'a\nb', { b: 1 })

    expect(line.indexOf('\n')).toBe(line.length - 1)
    expect(readAnswer(bytesOf(line.trimEnd()))).toEqual({ kind: 'line', id: 4, line: 'a\nb', data: { b: 1 } })
  })

  it.each(['', 'hello', '[]', '{"v":1,"id":1,"ok":true}', '{"v":1,"id":1,"ok":false,"exitCode":7,"message":""}'])(
    'is nothing where a stranger answers %j',
    line => {
      expect(readAnswer(bytesOf(line))).toBe(null)
    },
  )
})
