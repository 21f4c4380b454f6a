// SPDX-License-Identifier: Apache-2.0
/// Seal numbers as texts: ranges by first and last, groups that an eye can hold, and where two of them differ.

export interface Range {
  readonly prefix: string;
  readonly first: number;
  readonly last: number;
  readonly digits: number;
}

export const kMostInRange = 100_000;

function split(text: string): { prefix: string; digits: string } | undefined {
  const parts = /^(.*?)(\d{1,15})$/.exec(text);
  return parts === null ? undefined : { prefix: parts[1] ?? '', digits: parts[2] ?? '' };
}

/// The run from `first` to `last`, or undefined when they are no two ends of one run.
export function range_of(first: string, last: string): Range | undefined {
  const a = split(first);
  const b = split(last);
  if (a === undefined || b === undefined || a.prefix !== b.prefix || a.digits.length !== b.digits.length) return undefined;
  const range = { prefix: a.prefix, first: Number(a.digits), last: Number(b.digits), digits: a.digits.length };
  return range.last < range.first || range.last - range.first >= kMostInRange ? undefined : range;
}

export function count_of(range: Range): number {
  return range.last - range.first + 1;
}

export function numbers_of(range: Range): string[] {
  return Array.from({ length: count_of(range) }, (_, i) => range.prefix + String(range.first + i).padStart(range.digits, '0'));
}

/// Groups of three digits from the right, so that 300006 is read "300 006".
export function groups(text: string): string[] {
  const parts = split(text);
  if (parts === undefined) return [text];
  const out: string[] = [];
  let rest = parts.digits;
  while (rest.length > 4) {
    out.unshift(rest.slice(-3));
    rest = rest.slice(0, -3);
  }
  out.unshift(rest);
  return parts.prefix === '' ? out : [parts.prefix, ...out];
}

export interface Piece {
  readonly text: string;
  readonly same: boolean;
}

/// `shown` in pieces, each the same as in `other` or not. Texts of equal length are compared place by place; otherwise
/// what they begin and end with alike is the same.
export function differing(shown: string, other: string): Piece[] {
  const marks: boolean[] = [];
  if (shown.length === other.length) {
    for (let i = 0; i < shown.length; ++i) marks.push(shown[i] === other[i]);
  } else {
    const most = Math.min(shown.length, other.length);
    let front = 0;
    while (front < most && shown[front] === other[front]) ++front;
    let back = 0;
    while (back < most - front && shown[shown.length - 1 - back] === other[other.length - 1 - back]) ++back;
    for (let i = 0; i < shown.length; ++i) marks.push(i < front || i >= shown.length - back);
  }
  const out: Piece[] = [];
  for (let i = 0; i < shown.length; ++i) {
    const previous = out.at(-1);
    const same = marks[i] ?? false;
    if (previous?.same === same) out[out.length - 1] = { text: previous.text + shown[i], same };
    else out.push({ text: shown[i] ?? '', same });
  }
  return out;
}

export type Odd = 'door' | 'register' | 'paper' | 'all' | 'none';

/// Which of the three readings stands alone. Without a register's value only door and paper are compared.
export function odd_one(door: string, register: string, paper: string): Odd {
  if (register === '') return door === paper ? 'none' : 'all';
  if (door === register && register === paper) return 'none';
  if (door === register) return 'paper';
  if (register === paper) return 'door';
  return door === paper ? 'register' : 'all';
}
