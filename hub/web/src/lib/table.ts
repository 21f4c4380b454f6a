// SPDX-License-Identifier: Apache-2.0
/// Rows of a table: sorted, filtered, and as CSV. Pure.

export type Cell = string | number | boolean | null | undefined;

export interface Column<Row> {
  readonly key: string;
  readonly label: string;
  /// What it is sorted and filtered by and written into CSV as; times as Unix ms.
  readonly value: (row: Row) => Cell;
  /// What it reads as, where that is not the value.
  readonly text?: (row: Row) => string;
  /// Drawn by the page's own snippet.
  readonly rich?: boolean;
  readonly num?: boolean;
  /// A moment: CSV has it as ISO 8601.
  readonly time?: boolean;
  /// On a narrow screen: 'head' stands first and large, 'hide' is left out.
  readonly narrow?: 'head' | 'hide';
  /// Never broken over lines.
  readonly tight?: boolean;
  /// Takes the width that is over.
  readonly grow?: boolean;
}

export interface Order {
  readonly key: string;
  readonly down: boolean;
}

const kNothing = (value: Cell): boolean => value === null || value === undefined || value === '';

function compare(a: Cell, b: Cell): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), undefined, { numeric: true, sensitivity: 'base' });
}

/// Stable; what is unknown stands last, whichever way.
export function sorted<Row>(rows: readonly Row[], columns: readonly Column<Row>[], order: Order | undefined): readonly Row[] {
  const column = columns.find((one) => one.key === order?.key);
  if (column === undefined || order === undefined) return rows;
  return rows
    .map((row, i) => ({ row, i, value: column.value(row) }))
    .sort((a, b) => {
      if (kNothing(a.value) || kNothing(b.value)) return Number(kNothing(a.value)) - Number(kNothing(b.value)) || a.i - b.i;
      return (order.down ? -1 : 1) * compare(a.value, b.value) || a.i - b.i;
    })
    .map(({ row }) => row);
}

export const shown = <Row>(column: Column<Row>, row: Row): string => {
  if (column.text !== undefined) return column.text(row);
  const value = column.value(row);
  return kNothing(value) ? '' : String(value);
};

/// Rows in which every word of the text stands somewhere.
export function filtered<Row>(rows: readonly Row[], columns: readonly Column<Row>[], text: string): readonly Row[] {
  const words = text.toLowerCase().split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const line = columns.map((column) => `${shown(column, row)} ${column.time === true ? '' : String(column.value(row) ?? '')}`).join(' ').toLowerCase();
    return words.every((word) => line.includes(word));
  });
}

/// One field of CSV. A spreadsheet must not take words for a formula.
function field(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d+([.,]\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/// RFC 4180 with a byte order mark, as older spreadsheets want it.
export function csv<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const text_of = (column: Column<Row>, row: Row): string => {
    const value = column.value(row);
    if (kNothing(value)) return '';
    if (column.time === true && typeof value === 'number') return value === 0 ? '' : new Date(value).toISOString();
    return typeof value === 'number' ? String(value) : column.text !== undefined ? column.text(row) : String(value);
  };
  const lines = [columns.map((column) => field(column.label)), ...rows.map((row) => columns.map((column) => field(text_of(column, row))))];
  return `\ufeff${lines.map((line) => line.join(',')).join('\r\n')}\r\n`;
}
