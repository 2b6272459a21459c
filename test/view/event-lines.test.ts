import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import { eventLine } from '../../src/view/event-line.ts'
import { eventLines, eventLinesWanted } from '../../src/view/event-lines.ts'
import { textWidth } from '../../src/view/text-width.ts'
import { runEvent } from './samples.ts'

const EXIT = eventLine(runEvent())
const WARNING = eventLine(
  runEvent({
    event: 'warning',
    node: null,
    detail:
      'topology.json:5:40 "server-1" gets 33 of 200 req/s, and can serve 13; lower its share, or raise "concurrency", lower "serviceTime" or add servers',
    fields: { code: 'SERVER_ABOVE_CAPACITY' },
  }),
)
const at = (columns: number, linesMax: number, events = [EXIT, WARNING]) =>
  eventLines(events, linesMax, { columns, chalk: new Chalk({ level: 0 }), topologyName: 'topology.json' })

describe('event lines', () => {
  it('tell a warning whole, with its code and its cure, beside the events before it', () => {
    expect(at(80, 5)).toEqual([
      '12:03:11  exit     server-3  signal SIGKILL',
      '12:03:11  warning  topology.json:5:40 SERVER_ABOVE_CAPACITY: "server-1" gets 33',
      '          of 200 req/s, and can serve 13; lower its share, or raise',
      '          "concurrency", lower "serviceTime" or add servers',
    ])
  })

  it('say where the rest of a warning stands, where there is no room for it', () => {
    expect(at(60, 3)).toEqual([
      '12:03:11  warning  topology.json:5:40 SERVER_ABOVE_CAPACITY:',
      '          "server-1" gets 33 of 200 req/s, and can serve 13…',
      '          npm run check -- topology.json',
    ])
    expect(at(40, 3)).toEqual([
      '12:03:11  warning  topology.json:5:40',
      '          SERVER_ABOVE_CAPACITY: "serve…',
      '          npm run check -- topology.json',
    ])
    expect(at(80, 1)).toEqual(['12:03:11  warning  topology.json:5:40 SERVER_ABO… npm run check -- topology.json'])
    expect(at(40, 1)).toEqual(['12:03:11  warning  topology.json:5:40 S…'])
  })

  it('name the file as it was typed, in any folder: the command is there to be copied', () => {
    const detail = 'a/b/overload.json:6:14 960 requests per second are offered, and the servers can serve 320 together'
    const warning = eventLine(
      runEvent({ event: 'warning', node: null, detail, fields: { code: 'LOAD_ABOVE_CAPACITY' } }),
    )

    expect(at(60, 2, [warning]).at(-1)).toBe('          npm run check -- a/b/overload.json')
  })

  it('are the last that fit, and never too many or too wide', () => {
    const events = [WARNING, EXIT, WARNING, EXIT]
    for (let columns = 40; columns <= 200; columns += 16) {
      for (let linesMax = 0; linesMax <= 9; linesMax++) {
        const lines = at(columns, linesMax, events)
        expect(lines.length, `${columns}, ${linesMax}`).toBeLessThanOrEqual(linesMax)
        expect(Math.max(0, ...lines.map(textWidth))).toBeLessThanOrEqual(columns)
        if (linesMax > 0) expect(lines.at(-1)).toMatch(/ exit +server-3 +signal SIG/)
      }
    }
    expect(at(40, eventLinesWanted(events), events)).toHaveLength(8)
  })

  it('leave a crash in sight when the whole pool is ejected after it', () => {
    const ejected = Array.from({ length: 12 }, (_, i) =>
      eventLine(
        runEvent({
          event: 'ejected',
          node: 'lb',
          fields: { upstream: `server-${i + 1}`, reason: 'success rate 31 %', forMs: 2_000 },
        }),
      ),
    )
    const panic = eventLine(runEvent({ event: 'panic', node: 'lb', detail: '0 of 12 usable' }))
    expect(at(80, 5, [EXIT, ...ejected, panic])).toEqual([
      '12:03:11  exit     server-3   signal SIGKILL',
      '12:03:11  …        10 ejected',
      '12:03:11  ejected  server-11  by lb: success rate 31 %, for 2.0s',
      '12:03:11  ejected  server-12  by lb: success rate 31 %, for 2.0s',
      '12:03:11  panic    lb         0 of 12 usable, ejections are ignored',
    ])
    expect(at(40, 4, [EXIT, ...ejected, panic])).toEqual([
      '12:03:11  exit     server-3   signal SI…',
      '12:03:11  …        11 ejected',
      '12:03:11  ejected  server-12  by lb: su…',
      '12:03:11  panic    lb         0 of 12 u…',
    ])
  })

  it('tell a plan line by line, as far as there is room, and never more than eight', () => {
    const changes = [
      '+ server-7 behind proxy-2',
      '~ server-3 serviceTime 2ms -> 5ms live',
      '- server-2 drain',
      '+ s-8',
      '+ s-9',
    ]
    const plan = eventLine(runEvent({ event: 'plan', node: null, detail: changes.join('; ') }))
    const reload = eventLine(runEvent({ event: 'reload', node: null, detail: 'generation 2 in 31ms' }))
    expect(at(80, 9, [EXIT, plan, reload])).toEqual([
      '12:03:11  exit    server-3  signal SIGKILL',
      '12:03:11  plan    + server-7 behind proxy-2',
      '                  ~ server-3 serviceTime 2ms -> 5ms live',
      '                  - server-2 drain',
      '                  + s-8',
      '                  + s-9',
      '12:03:11  reload  generation 2 in 31ms',
    ])
    expect(at(40, 4, [EXIT, plan, reload])).toEqual([
      '12:03:11  plan    + server-7 behind pro…',
      '                  ~ server-3 serviceTim…',
      '                  … and 3 more',
      '12:03:11  reload  generation 2 in 31ms',
    ])
    expect(at(80, 3, [EXIT, plan, reload])).toEqual([
      '12:03:11  plan    + server-7 behind proxy-2',
      '                  … and 4 more',
      '12:03:11  reload  generation 2 in 31ms',
    ])
    expect(at(80, 2, [EXIT, plan, reload])[0]).toBe('12:03:11  plan    + server-7 behind proxy-2')

    const long = eventLine(runEvent({ event: 'plan', node: null, detail: Array(40).fill('+ s').join('; ') }))
    const lines = at(80, 30, [EXIT, long])
    expect([lines.length, lines[0], lines.at(-1)]).toEqual([
      9,
      expect.stringMatching(/ exit /),
      expect.stringMatching(/ … and 33 more$/),
    ])
    expect(eventLinesWanted([EXIT, long])).toBe(9)
  })

  it('have no room for none', () => {
    expect([at(80, 0), at(80, 9, [])]).toEqual([[], []])
  })
})
