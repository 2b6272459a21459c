/** `wait`: looks until it is so, nobody waits any more, or the time is over. */
import { formatDuration } from '../base/units.ts'
import type { Asker, Command, Reply } from '../control/command.ts'
import type { WaitState } from '../control/command-values.ts'
import type { ObeyContext } from './obey-context.ts'
import { isInState, stateText } from './wait-state.ts'

/** Shorter than people or scripts could tell; only while somebody waits. */
const LOOK_EVERY_MS = 20

export function obeyWait(
  { node, state, timeoutMs }: Extract<Command, { name: 'wait' }>,
  { report }: ObeyContext,
  asker: Asker,
): Promise<Reply> {
  const startedAtMs = performance.now()
  const isSo = () => isInState(state as WaitState, node, report())
  return new Promise(resolve => {
    const finish = (reply: Reply) => {
      clearInterval(timer)
      forget()
      resolve(reply)
    }
    const look = () => {
      const waitedMs = Math.round(performance.now() - startedAtMs)
      if (isSo()) finish({ ok: true, lines: [`${node} is ${state}`], data: { node, state, waitedMs } })
      else if (waitedMs >= timeoutMs) finish({ ok: false, exitCode: 3, message: ranOut() })
    }
    const ranOut = () => {
      return `${node} is not ${state} after ${formatDuration(timeoutMs)}; its process is ${stateText(node, report())}`
    }
    const timer = setInterval(look, LOOK_EVERY_MS)
    let forget = () => {}
    forget = asker.onGone(() => finish({ ok: false, exitCode: 1, message: 'nobody waits any more' }))
    look()
  })
}
