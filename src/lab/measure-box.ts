/** One round of one box, on the ground that it is planned for. */

import type { RoundOf } from './bench-result.ts'
import { echoBox } from './echo-box.ts'
import type { Ground } from './ground.ts'
import { loadBox } from './load-box.ts'
import { orAborted } from './or-aborted.ts'
import type { PlannedBox, Way } from './planned-box.ts'
import type { Tracer } from './tracer.ts'

/** Connects for the box alone, and closes after it. Rejects where the way broke, and once the signal comes. */
export function measureBox(box: PlannedBox, ground: Ground, signal: AbortSignal, tracer: Tracer): Promise<RoundOf> {
  const [scenario] = box.scenarios
  if (box.way) return throughNodes(box, box.way, ground, signal, tracer)
  return echoBox(scenario.path, ground.wires.get(scenario.path)!, scenario, box, signal)
}

async function throughNodes(
  { scenarios: [scenario], settleMs, durationMs }: PlannedBox,
  { entry, traceEvery, ...load }: Way,
  ground: Ground,
  signal: AbortSignal,
  tracer: Tracer,
): Promise<RoundOf> {
  const { loop, outstanding } = scenario
  const world = ground.worldForBox()
  const target = ground.connect(world, entry, scenario, traceEvery === 0 ? null : { every: traceEvery, tracer })
  try {
    await orAborted(signal, target.ready)
    tracer.begin(world.clock.nowMs() + settleMs)
    const times = { warmUpMs: settleMs, durationMs }
    return await loadBox(target, { loop, outstanding, ...load, ...times }, { ...world, signal })
  } finally {
    target.close()
  }
}
