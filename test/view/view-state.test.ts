import { describe, expect, it } from 'vitest'
import { FIRST_VIEW, stepView, type ViewState, withoutModes } from '../../src/view/view-state.ts'

const IDS = ['lb', 'server-1', 'server-2', 'server-3']

/** The state after these keys, words apart by blanks. */
function stateAfter(keys: string, from: Partial<ViewState> = {}, ids: readonly string[] = IDS): ViewState {
  return keys
    .split(' ')
    .filter(key => key !== '')
    .reduce((state, key) => stepView(state, key, ids), { ...FIRST_VIEW, ...from })
}

describe('view state', () => {
  it.each([
    ['down', { selectedId: 'lb' }],
    ['j j', { selectedId: 'server-1' }],
    ['up', { selectedId: 'server-3' }],
    ['down down k', { selectedId: 'lb' }],
    ['down up up', { selectedId: 'lb' }],
    ['end', { selectedId: 'server-3' }],
    ['home', { selectedId: 'lb' }],
    ['down page-down', { selectedId: 'server-3' }],
    ['end page-up', { selectedId: 'lb' }],
    ['down escape', { selectedId: null }],
    ['s', { sortTitle: 'NODE' }],
    ['s s', { sortTitle: 'STATE' }],
    ['s S', { sortTitle: null }],
    ['S', { sortTitle: 'MEM' }],
    ['S s', { sortTitle: null }],
    ['p', { isPaused: true }],
    ['p p', { isPaused: false }],
    ['?', { helpPage: 0 }],
    ['h', { helpPage: 0 }],
    ['? ?', { helpPage: null }],
    ['? p', { helpPage: null, isPaused: false }],
    ['? down page-down', { helpPage: 2 }],
    ['? down up', { helpPage: null }],
    ['l', {}],
    ['down l', { selectedId: 'lb', log: { id: 'lb', last: null } }],
    ['down l l', { selectedId: 'lb' }],
    ['down l q', { selectedId: 'lb' }],
    ['down l escape', { selectedId: 'lb' }],
    ['down l enter', { selectedId: 'lb' }],
    ['down l right', { selectedId: 'server-1', log: { id: 'server-1', last: null } }],
    ['down l left', { selectedId: 'lb', log: { id: 'lb', last: null } }],
    ['end l right', { selectedId: 'server-3', log: { id: 'server-3', last: null } }],
    ['end l left left q', { selectedId: 'server-1' }],
    ['down l x z d r R + - s p /', { selectedId: 'lb', log: { id: 'lb', last: null } }],
    ['down l ?', { selectedId: 'lb', log: { id: 'lb', last: null }, helpPage: 0 }],
    ['/ l', { isTyping: true, filter: 'l' }],
    ['r x z d R + - =', {}],
    ['/', { isTyping: true }],
    ['/ s 2', { isTyping: true, filter: 's2' }],
    ['/ q j p ? /', { isTyping: true, filter: 'qjp?/' }],
    ['/ s 2 backspace', { isTyping: true, filter: 's' }],
    ['/ backspace', { isTyping: false }],
    ['/ s enter', { isTyping: false, filter: 's' }],
    ['/ s enter /', { isTyping: true, filter: '' }],
    ['/ s enter / 2', { isTyping: true, filter: '2' }],
    ['/ s enter / escape', { filter: '' }],
    ['/ s escape', { isTyping: false, filter: '' }],
    ['/ s enter escape', { filter: '' }],
    ['down / s enter escape', { filter: '', selectedId: 'lb' }],
    ['/ s down', { isTyping: true, filter: 's', selectedId: 'lb' }],
    ['x enter backspace ctrl-x f1', {}],
  ])('after %s is %j', (keys, parts) => {
    expect(stateAfter(keys)).toEqual({ ...FIRST_VIEW, ...parts })
  })

  it('keeps a selection by id when rows change places or go', () => {
    const selected = stateAfter('down down')
    expect(stepView(selected, 'down', ['server-3', 'server-1', 'lb']).selectedId).toBe('lb')
    expect(stepView(selected, 'down', ['lb', 'server-3']).selectedId).toBe('lb')
    expect(stepView(selected, 'up', ['lb', 'server-3']).selectedId).toBe('server-3')
    expect(stepView(selected, 'down', []).selectedId).toBe('server-1')
  })

  it('opens no log of a node that the filter hides', () => {
    expect(stateAfter('l', { selectedId: 'lb', filter: 'server' }, ['server-1']).log).toBeNull()
  })

  it('says with the same state that a key means nothing here', () => {
    const state = stateAfter('down')
    for (const key of ['x', 'r', 'z', 'd', '+', '-', '=', 'R', 'f1']) expect(stepView(state, key, IDS)).toBe(state)
  })

  it('takes no filter longer than an id', () => {
    expect(stateAfter(`/ ${'x '.repeat(40)}`).filter).toHaveLength(32)
  })

  it('ends what would hide the end of a run, and keeps the rest', () => {
    const modes = { isTyping: true, isPaused: true, helpPage: 1, log: { id: 'lb', last: null } }
    const state = { ...FIRST_VIEW, filter: 's', selectedId: 'lb', ...modes }
    expect(withoutModes(state)).toEqual({ ...FIRST_VIEW, filter: 's', selectedId: 'lb' })
  })
})
