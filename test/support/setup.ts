/** Run anew before each test file, unlike what the files import. */
import { afterAll, afterEach } from 'vitest'
import { ofFile, ofTest } from './ends.ts'
import { settle } from './surroundings.ts'

settle()
afterEach(() => ofTest.act())
afterAll(() => ofFile.act())
