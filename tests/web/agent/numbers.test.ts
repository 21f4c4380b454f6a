// SPDX-License-Identifier: Apache-2.0
import { count_of, differing, groups, kMostInRange, numbers_of, odd_one, range_of } from '@/lib/numbers';

describe('ranges', () => {
  it('runs from the first to the last with all their digits', () => {
    const range = range_of('NZ000098', 'NZ000101');
    expect(range !== undefined && count_of(range)).toBe(4);
    expect(range === undefined ? [] : numbers_of(range)).toEqual(['NZ000098', 'NZ000099', 'NZ000100', 'NZ000101']);
  });
  it.each([
    ['NZ300002', 'NZ300001'],
    ['NZ300001', 'AU300002'],
    ['NZ99', 'NZ100'],
    ['NZ', 'NZ5'],
  ])('makes no run of %s and %s', (first, last) => expect(range_of(first, last)).toBeUndefined());
  it('ends at its limit', () => {
    expect(range_of('A0000000', `A00${kMostInRange - 1}`)).toBeDefined();
    expect(range_of('A0000000', `A0${kMostInRange}`)).toBeUndefined();
  });
});

describe('readings', () => {
  it('marks the characters that differ', () =>
    expect(differing('NZ300471', 'NZ300417')).toEqual([
      { text: 'NZ3004', same: true },
      { text: '71', same: false },
    ]));
  it('marks what is too much in a longer one', () =>
    expect(differing('NZ3000417', 'NZ300417').filter((piece) => !piece.same).map((piece) => piece.text)).toEqual(['0']));
  it('puts the pieces together to the whole', () => expect(differing('CSQU3054383', 'CSQU3045383').map((piece) => piece.text).join('')).toBe('CSQU3054383'));
  it.each([
    ['A', 'A', 'A', 'none'],
    ['A', 'A', 'B', 'paper'],
    ['A', 'B', 'A', 'register'],
    ['B', 'A', 'A', 'door'],
    ['A', 'B', 'C', 'all'],
    ['A', '', 'A', 'none'],
    ['A', '', 'B', 'all'],
  ])('door %s, register %s, paper %s: the odd one is %s', (door, register, paper, odd) => expect(odd_one(door, register, paper)).toBe(odd));
  it('groups digits by three from the right', () => {
    expect(groups('NZ300006')).toEqual(['NZ', '300', '006']);
    expect(groups('NZ0417')).toEqual(['NZ', '0417']);
    expect(groups('ABC')).toEqual(['ABC']);
  });
});
