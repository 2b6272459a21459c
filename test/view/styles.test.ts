import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import type { Style } from '../../src/view/styles.ts'
import { paint } from '../../src/view/styles.ts'

const STYLES: Style[] = ['plain', 'strong', 'dim', 'good', 'busy', 'warn', 'bad']

describe('styles', () => {
  it('look different from each other', () => {
    const chalk = new Chalk({ level: 1 })
    expect(new Set(STYLES.map(style => paint(chalk, style, 'x'))).size).toBe(STYLES.length)
  })

  it('leave the text as it is without colours', () => {
    const chalk = new Chalk({ level: 0 })
    expect(STYLES.map(style => paint(chalk, style, 'x'))).toEqual(STYLES.map(() => 'x'))
  })
})
