// SPDX-License-Identifier: Apache-2.0
/// The two readings of a check, kept apart (clause 2.14). The first reading that differs is read once more before any
/// difference is shown: the second one counts. Pure.
import { plain_number, read_sheet } from '@/lib/code';
import { odd_one, type Odd } from '@/lib/numbers';
import type { Named } from '@/lib/picture';
import { said, type Context, type Values } from './spec';

const number = (values: Values, name: string): string => plain_number(said(values, name));

/// The seal that the register has on the unit; empty if it is not known here.
export function register_seal(values: Values, context: Context): string {
  const unit = context.units.find((one) => one.unit === number(values, 'unit'));
  if (unit === undefined || unit.seals.length === 0) return '';
  const door = number(values, 'door-seal');
  return unit.seals.find((seal) => seal === door) ?? unit.seals.at(-1) ?? '';
}

/// The reading that counts: the second one if it was asked for.
export const door_seal = (values: Values): string => number(values, '_door_seal_2') || number(values, 'door-seal');
/// The paper is a printed sheet whose code was scanned: nobody can have misread it.
export const by_sheet = (values: Values): boolean => read_sheet(said(values, 'sheet-code')) !== undefined;
export function paper_seal(values: Values): string {
  const sheet = read_sheet(said(values, 'sheet-code'));
  if (sheet !== undefined) return sheet.seals.find((seal) => seal === door_seal(values)) ?? sheet.seals[0] ?? '';
  return number(values, '_paper_seal_2') || number(values, 'paper-seal');
}
export const paper_unit = (values: Values): string => read_sheet(said(values, 'sheet-code'))?.unit ?? (number(values, '_paper_container_2') || number(values, 'paper-container'));
/// The paper was read, in one way or the other.
export const paper_read = (values: Values): boolean => by_sheet(values) || number(values, 'paper-container') !== '';
export const door_unit = (values: Values): string => number(values, 'door-container') || number(values, 'unit');

export function door_again(values: Values, context: Context): boolean {
  const known = register_seal(values, context);
  return known !== '' && number(values, 'door-seal') !== '' && number(values, 'door-seal') !== known;
}
export function paper_seal_again(values: Values): boolean {
  return number(values, 'paper-seal') !== '' && number(values, 'paper-seal') !== door_seal(values);
}
export function paper_unit_again(values: Values): boolean {
  return number(values, 'paper-container') !== '' && number(values, 'paper-container') !== door_unit(values);
}

export interface Difference {
  readonly what: 'seal' | 'unit';
  readonly door: string;
  readonly register: string;
  readonly paper: string;
  readonly odd: Odd;
}

/// What still differs after the second readings.
export function differences(values: Values, context: Context): Difference[] {
  const out: Difference[] = [];
  const seal = { door: door_seal(values), register: register_seal(values, context), paper: paper_seal(values) };
  const seal_odd = odd_one(seal.door, seal.register, seal.paper);
  if (seal_odd !== 'none') out.push({ what: 'seal', ...seal, odd: seal_odd });
  const known = context.units.some((one) => one.unit === number(values, 'unit'));
  const unit = { door: door_unit(values), register: known ? number(values, 'unit') : '', paper: paper_unit(values) };
  const unit_odd = odd_one(unit.door, unit.register, unit.paper);
  if (unit_odd !== 'none') out.push({ what: 'unit', ...unit, odd: unit_odd });
  return out;
}

/// What a picture of the door should show.
export const named_by = (values: Values, context: Context): Named => ({ seal: number(values, 'seal') || door_seal(values) || register_seal(values, context), unit: door_unit(values) });
