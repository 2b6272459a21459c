/** Shapes as they are typed. */
import { formatDuration } from '../base/units.ts'
import { peakRateOf, type ShapeSpec } from './shape.ts'
import { formOf, type Grammar, readSpec, type SpecResult } from './spec-grammar.ts'

/** As many as a topology file may ask for. */
export const RATE_MAX = 1_000_000

export const SHAPES = {
  constant: {},
  ramp: { from: { type: 'number', min: 0, max: 100, otherwise: 0 } },
  step: { steps: { type: 'integer', min: 2, max: 100, otherwise: 4 } },
  sine: {
    // Timers tick at 1 ms: of a shorter wave nothing would be left.
    period: { type: 'duration', min: 10, max: 3_600_000, otherwise: 1_000 },
    swing: { type: 'number', min: 0, max: 1, otherwise: 0.5 },
  },
  spike: {
    factor: { type: 'number', min: 0, max: 1_000, otherwise: 5 },
    at: { type: 'number', min: 0, max: 1, otherwise: 0.5 },
    for: { type: 'duration', min: 1, max: 3_600_000, otherwise: 200 },
  },
} as const satisfies Grammar<ShapeSpec['kind']>

export function readShape(text: string): SpecResult<ShapeSpec> {
  const read = readSpec(SHAPES, text)
  return read.ok ? { ok: true, value: shapeOf(read.value.kind, read.value.values) } : read
}

function shapeOf(kind: ShapeSpec['kind'], values: Readonly<Record<string, number>>): ShapeSpec {
  switch (kind) {
    case 'constant':
      return { kind }
    case 'ramp':
      return { kind, from: values.from! }
    case 'step':
      return { kind, steps: values.steps! }
    case 'sine':
      return { kind, periodMs: values.period!, swing: values.swing! }
    case 'spike':
      return { kind, factor: values.factor!, at: values.at!, forMs: values.for! }
  }
}

/** As it is typed in full. */
export function shapeText(spec: ShapeSpec): string {
  const { kind, ...values } = spec
  if (kind === 'sine') return formOf(kind, SHAPES.sine, { ...values, period: spec.periodMs })
  return formOf(kind, SHAPES[kind], kind === 'spike' ? { ...values, for: spec.forMs } : { ...values })
}

/** Why this shape cannot be put around that rate for that long, as the end of a sentence; null: it can. */
export function shapeProblem(spec: ShapeSpec, rate: number, durationMs: number): string | null {
  const peak = peakRateOf(spec, rate)
  if (peak > RATE_MAX) return `asks for ${peak} requests per second at its peak: ${RATE_MAX} is the most`
  if (spec.kind !== 'spike' || spec.at * durationMs + spec.forMs <= durationMs) return null
  const leftMs = durationMs * (1 - spec.at)
  return `begins ${formatDuration(leftMs)} before the end of a round and lasts ${formatDuration(spec.forMs)}: shorten it, or give --duration`
}
