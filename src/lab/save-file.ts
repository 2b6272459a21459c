/** The file that `--save` names: looked at before anything starts, written when everything is over. */
import { accessSync, constants, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { codeOf } from '../base/errors.ts'
import { reasonOf } from '../supervise/system-problem.ts'
import { quote } from '../topology/visible.ts'

/**
 * Why it cannot be written, in a line, as far as that shows beforehand; null where it seems that it can. `typed` is what
 * the user typed, `file` where that is, `topologyFile` what is not to be written over.
 */
export function saveProblem(typed: string, file: string, topologyFile: string | null): string | null {
  if (file === topologyFile) return refuse(typed, 'is the topology file: name another one')
  try {
    if (!isThere(file)) accessSync(dirname(file), constants.W_OK)
    else if (!statSync(file).isFile()) return refuse(typed, 'is no regular file: name another one')
    else accessSync(file, constants.W_OK)
    return null
  } catch (error) {
    const isFolderMissing = codeOf(error) === 'ENOENT'
    return refuse(typed, isFolderMissing ? 'is in a folder that is not there: make it first' : cannot(error))
  }
}

/** Null, or why it could not be written. */
export function saveFile(typed: string, file: string, text: string): string | null {
  try {
    writeFileSync(file, text)
    return null
  } catch (error) {
    return refuse(typed, cannot(error))
  }
}

function isThere(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false }) !== undefined
}

const cannot = (error: unknown): string => `cannot be written: ${reasonOf(error)}`

const refuse = (typed: string, what: string): string => `--save ${quote(typed)} ${what}`
