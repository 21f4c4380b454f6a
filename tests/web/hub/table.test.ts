// SPDX-License-Identifier: Apache-2.0
import { csv, filtered, sorted, type Column } from '@/lib/table';

interface Row {
  readonly name: string;
  readonly n?: number | null;
  readonly at?: number;
}
const columns: Column<Row>[] = [
  { key: 'name', label: 'Name', value: (row) => row.name },
  { key: 'n', label: 'Number', value: (row) => row.n, num: true },
  { key: 'at', label: 'When', value: (row) => row.at, text: () => 'Tue 14:05', time: true },
];
const names = (rows: readonly Row[]): string[] => rows.map((row) => row.name);

describe('tables', () => {
  it('sort numbers as numbers and names with numbers by their numbers', () => {
    expect(names(sorted([{ name: 'NZ10' }, { name: 'NZ9' }], columns, { key: 'name', down: false }))).toEqual(['NZ9', 'NZ10']);
    expect(names(sorted([{ name: 'a', n: 9 }, { name: 'b', n: 10 }], columns, { key: 'n', down: true }))).toEqual(['b', 'a']);
  });
  it('keep what is unknown last, whichever way', () => {
    const rows = [{ name: 'a', n: null }, { name: 'b', n: 1 }, { name: 'c', n: 2 }];
    expect(names(sorted(rows, columns, { key: 'n', down: false }))).toEqual(['b', 'c', 'a']);
    expect(names(sorted(rows, columns, { key: 'n', down: true }))).toEqual(['c', 'b', 'a']);
  });
  it('find rows in which every word stands somewhere', () => {
    const rows = [{ name: 'akl-01', n: 300 }, { name: 'akl-02', n: 400 }];
    expect(names(filtered(rows, columns, 'AKL 400'))).toEqual(['akl-02']);
    expect(names(filtered(rows, columns, 'tue'))).toEqual(['akl-01', 'akl-02']);
    expect(filtered(rows, columns, 'akl xyz')).toEqual([]);
  });
});

describe('CSV of what is on the screen', () => {
  it('has numbers as numbers and moments as ISO 8601', () => {
    expect(csv([{ name: 'a', n: 48210, at: 1_767_225_600_000 }], columns)).toBe('\ufeffName,Number,When\r\na,48210,2026-01-01T00:00:00.000Z\r\n');
  });
  it('quotes what must be quoted', () => expect(csv([{ name: 'a "b", c\nd' }], columns)).toContain('"a ""b"", c\nd"'));
  it.each(['=1+1', '+cmd', '-2+3', '@x', '\tx'])('gives a spreadsheet no formula: %s', (name) => expect(csv([{ name }], columns)).toMatch(/\r\n"?'/));
  it('leaves a negative number a number', () => expect(csv([{ name: 'a', n: -4 }], columns)).toContain('a,-4,'));
});
