import { describe, expect, it } from 'vitest'
import { makeTelling } from '../../src/supervise/telling-lines.ts'

/** What is left of these lines. */
function tellingOf(text: string): string[] {
  return text.split('\n').filter(makeTelling())
}

describe('the telling lines', () => {
  it('of an uncaught error are its source, its name and where it happened', () => {
    const text = `file:///home/u/a.mjs:1
throw new Error('boom')
      ^

Error: boom
    at load (file:///home/u/a.mjs:1:7)
    at ModuleJob.run (node:internal/modules/esm/module_job:325:25)
    at async ModuleLoader.import (node:internal/modules/esm/loader:606:24)

Node.js v20.20.2
`
    expect(tellingOf(text)).toEqual([
      'file:///home/u/a.mjs:1',
      "throw new Error('boom')",
      'Error: boom',
      '    at load (file:///home/u/a.mjs:1:7)',
    ])
  })

  it('of an error with a cause and fields are both names', () => {
    const text = `Error: cannot start
    at load (a.js:1:1)
    at run (b.js:1:1)
  [cause]: Error: no such file
      at open (c.js:1:1)
      at run (d.js:1:1) {
    code: 'ENOENT'
}`
    expect(tellingOf(text)).toEqual([
      'Error: cannot start',
      '    at load (a.js:1:1)',
      '  [cause]: Error: no such file',
      '      at open (c.js:1:1)',
      "    code: 'ENOENT'",
    ])
  })

  it('of a process out of memory are the last collection and the fatal error', () => {
    const text = `
<--- Last few GCs --->

[23294:0x2f590e20]      243 ms: Mark-Compact 17.5 (26.7) -> 16.5 (50.2) MB


<--- JS stacktrace --->

FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory
----- Native stack trace -----

 1: 0xb78db3 node::OOMErrorHandler(char const*, v8::OOMDetails const&) [node]
 2: 0xee8300 v8::Utils::ReportOOMFailure(v8::internal::Isolate*, char const*) [node]
10: 0x195e476  [node]
`
    expect(tellingOf(text)).toEqual([
      '[23294:0x2f590e20]      243 ms: Mark-Compact 17.5 (26.7) -> 16.5 (50.2) MB',
      'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
    ])
  })

  it('of an abort are the words before it, and the line that called it', () => {
    const text = `last words
----- Native stack trace -----

 1: 0xd3a3c0  [node]
 2: 0xf50bdf v8::internal::FunctionCallbackArguments::Call(v8::internal::CallHandlerInfo) [node]

----- JavaScript stack trace -----

1: file:///home/u/z.mjs:1:38
2: run (node:internal/modules/esm/module_job:325:25)

`
    expect(tellingOf(text)).toEqual(['last words', '1: file:///home/u/z.mjs:1:38'])
  })
})
