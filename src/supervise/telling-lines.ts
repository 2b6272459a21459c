/**
 * Which of a dying process's lines say what happened. The last ones that it writes are mostly the stack, which V8 writes
 * with up to twenty frames below the one line that names the error.
 */

/** `    at load (a.js:1:1)`, and ` 1: file:///a.js:1:1` where V8 aborts. */
const FRAME = /^\s+at |^\s*\d+: /
const NATIVE_FRAME = /^\s*\d+: 0x/
/** Blank lines, V8's headings, the caret below a line of source, what closes the error's fields, and the version. */
const SAYS_NOTHING = /^\s*$|^(<---|-----) |^\s*\^+$|^\}$|^Node\.js v\d/

/** To be asked of each line of one output, in order. Of a stack it takes the first frame: where it happened. */
export function makeTelling(): (line: string) => boolean {
  let isInStack = false
  return line => {
    const isFrame = FRAME.test(line)
    const isFirstFrame = isFrame && !isInStack
    isInStack = isFrame
    return isFrame ? isFirstFrame && !NATIVE_FRAME.test(line) : !SAYS_NOTHING.test(line)
  }
}
