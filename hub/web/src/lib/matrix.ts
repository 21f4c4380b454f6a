// SPDX-License-Identifier: Apache-2.0
/// The compliance matrix as the page draws it. Pure.
import type { Compliance } from './types';

export type Basis = 'facts' | 'on_file' | 'declared' | 'not_shown' | 'not_relevant';
export const kBases: readonly Basis[] = ['facts', 'on_file', 'declared', 'not_shown', 'not_relevant'];

/// The hub's word or words for a basis as one of five names; words that are not known are "not shown".
export function basis_name(basis: string | undefined, applies: string | boolean | undefined): Basis {
  if (applies === false || /not.relevant/.test(`${basis ?? ''} ${applies ?? ''}`)) return 'not_relevant';
  if (/fact/.test(basis ?? '')) return 'facts';
  if (/file/.test(basis ?? '')) return 'on_file';
  if (/declared/.test(basis ?? '')) return 'declared';
  return 'not_shown';
}

export interface MatrixRow {
  readonly clause: string;
  readonly what: string;
  readonly cells: readonly { readonly site: string; readonly basis: Basis; readonly entries: number }[];
}

export function matrix_rows(value: Compliance): MatrixRow[] {
  const { matrix } = value;
  if (matrix === undefined) return [];
  return matrix.clauses.map(({ clause, what = '' }, i) => ({
    clause,
    what,
    cells: matrix.sites.map((site, j) => {
      const cell = matrix.cells[i]?.[j];
      return { site, basis: basis_name(cell?.basis, cell?.applies), entries: cell?.entries ?? 0 };
    }),
  }));
}

export function tally(rows: readonly MatrixRow[]): Record<Basis, number> {
  const out: Record<Basis, number> = { facts: 0, on_file: 0, declared: 0, not_shown: 0, not_relevant: 0 };
  for (const row of rows) for (const cell of row.cells) ++out[cell.basis];
  return out;
}
/// What the weakest relevant site of a clause stands on.
export function weakest(row: MatrixRow): Basis {
  for (const basis of ['not_shown', 'declared', 'on_file', 'facts'] as const) if (row.cells.some((cell) => cell.basis === basis)) return basis;
  return 'not_relevant';
}

/// Two pages of the matrix as one: the same clauses, the sites of both.
export function beside(first: Compliance, second: Compliance): Compliance {
  const { matrix: a } = first;
  const { matrix: b } = second;
  if (a === undefined || b === undefined) return { ...first, next: second.next ?? null };
  return { ...first, next: second.next ?? null, matrix: { clauses: a.clauses, sites: [...a.sites, ...b.sites], cells: a.cells.map((row, i) => [...row, ...(b.cells[i] ?? [])]) } };
}
