import { describe, expect, it } from 'vitest'
import { COLUMNS } from '../../src/view/columns.ts'
import { fitColumns } from '../../src/view/table-fit.ts'
import { fillCell, formOf } from '../../src/view/table-form.ts'
import { rowsOf, SAMPLE_NODES } from './samples.ts'

const fitted = fitColumns(COLUMNS, rowsOf(SAMPLE_NODES), 60)

describe('table form', () => {
  it('is the head of the table and what stands around the cells', () => {
    expect(formOf(fitted)).toEqual({
      titles: 'NODE          STATE         HEALTH   REQUESTS  REQ/S  ERRORS',
      rule: '────────────────────────────────────────────────────────────',
      gaps: ['', '  ', '  ', '  ', '  ', '  ', ''],
    })
  })

  it('is drawn anew only for another layout', () => {
    const form = formOf(fitted)
    expect(formOf(fitColumns(COLUMNS, rowsOf(SAMPLE_NODES), 60))).toBe(form)
    expect(formOf(fitColumns(COLUMNS, rowsOf(SAMPLE_NODES), 100))).not.toBe(form)
  })

  it('fills cells on the side of their column', () => {
    const [name, , , requests] = fitted
    expect([fillCell(name!, 'lb'), fillCell(requests!, '12')]).toEqual(['lb          ', '      12'])
  })
})
