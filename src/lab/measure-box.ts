/** One round of one box, on the ground that it is planned for. */

import type { RoundOf } from './bench-result.ts'
import type { Tracing } from './client-target.ts'
import { echoBox } from './echo-box.ts'
import type { Ground } from './ground.ts'
import { loadBox } from './load-box.ts'
import { orAborted } from './or-aborted.ts'
import type { PlannedBox, Way } from './planned-box.ts'

/** Connects for the box alone, and closes after it. Rejects where the way broke, and once the signal comes. */
export function measureBox(
  box: PlannedBox,
  ground: Ground,
  signal: AbortSignal,
  tracing: Tracing | null,
): Promise<RoundOf> {
  const [scenario] = box.scenarios
  if (box.way) return throughNodes(box, box.way, ground, signal, tracing)
  return echoBox(scenario.path, ground.wires.get(scenario.path)!, scenario, box, signal)
}

async function throughNodes(
  { scenarios: [scenario], settleMs, durationMs }: PlannedBox,
  { entry, ...load }: Way,
  ground: Ground,
  signal: AbortSignal,
  tracing: Tracing | null,
): Promise<RoundOf> {
  const { loop, outstanding } = scenario
  const target = ground.connect(entry, scenario, tracing)
  try {
    await orAborted(signal, target.ready)
    const times = { warmUpMs: settleMs, durationMs }
    return await loadBox(target, { loop, outstanding, ...load, ...times }, { ...ground.world, signal })
  } finally {
    target.close()
  }
}
