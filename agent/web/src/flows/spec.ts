// SPDX-License-Identifier: Apache-2.0
/// What a flow is: questions in pages, and the command that their answers make. Pure; the pages are in Flow.svelte.
import type { Attachment } from '@/lib/queue';
import type { Seen } from '@/lib/picture';
import type { Dock, DockUnit } from '@/lib/types';

/// How a number came: read by a scanner, typed, chosen from a list, or known before the flow began.
export type Came = 'scanned' | 'typed' | 'picked';

export interface Photo {
  readonly type: string;
  readonly data: string;
}

/// A picture of what is recorded: the original by its name, a small copy for the eye, and what was read on it.
export interface Picture {
  /// SHA-256 of the original; empty: only the small copy goes along.
  readonly sha256: string;
  readonly copy?: Photo;
  readonly seen?: Seen;
  /// It is being sent and read.
  readonly looking: boolean;
}

export type Value = string | boolean | readonly string[] | Photo | Picture | undefined;
export type Values = Readonly<Record<string, Value>>;

export type FieldKind =
  | 'seal'
  | 'unit'
  | 'code'
  | 'choice'
  | 'seals'
  | 'text'
  | 'long'
  | 'number'
  | 'person'
  | 'place'
  | 'time'
  | 'date'
  | 'flag'
  | 'photo'
  | 'operator'
  | 'driver'
  | 'count'
  | 'differ';

export interface Option {
  readonly value: string;
  /// Key of its words; `o.<value>` if not given.
  readonly words?: string;
  readonly hint?: string;
  readonly tone?: 'good' | 'bad';
}

export interface Field {
  readonly name: string;
  readonly kind: FieldKind;
  /// Key of its label; `f.<name>` if not given.
  readonly label?: string;
  readonly options?: readonly Option[];
  readonly optional?: boolean;
  /// Nothing is suggested and no other reading is shown beside it.
  readonly blind?: boolean;
  /// Dock rows that are offered: those whose next step is one of these; all if not given.
  readonly offer?: readonly string[];
  readonly initial?: (context: Context) => Value;
}

export interface Context {
  readonly dock: Dock | undefined;
  readonly units: readonly DockUnit[];
  readonly came: Readonly<Record<string, Came>>;
  readonly next_seal: string;
  /// Name of who is signed in.
  readonly me: string;
}

export interface Page {
  readonly ask: string;
  readonly note?: string;
  readonly fields: readonly Field[];
  readonly when?: (values: Values, context: Context) => boolean;
}

export interface Flow {
  readonly id: string;
  readonly command: string | ((values: Values) => string);
  readonly pages: readonly Page[];
  /// More members of the body, over what the fields give; undefined takes a member away.
  readonly body?: (values: Values, context: Context) => Readonly<Record<string, unknown>>;
  /// Ask the agent before, whether a stop sign stands before it.
  readonly stop?: boolean;
  /// A picture may be taken on any of its pages; it stands in the value "picture".
  readonly picture?: boolean;
  /// Flows that may follow, offered when it is done.
  readonly then?: (values: Values) => readonly string[];
  /// Recorded in every exporter's register at once: no exporter is asked for.
  readonly everywhere?: boolean;
  /// Values that stay when the same flow is begun again at once (the next box of a pallet).
  readonly stays?: readonly string[];
}

export const said = (values: Values, name: string): string => {
  const value = values[name];
  return typeof value === 'string' ? value.trim() : '';
};

export const list = (values: Values, name: string): readonly string[] => {
  const value = values[name];
  return Array.isArray(value) ? (value as readonly string[]) : [];
};

const kSteps = ['view', 'verify', 'tug', 'twist'] as const;

export function picture_in(values: Values): Picture | undefined {
  const value = values['picture'];
  return typeof value === 'object' && 'looking' in value ? value : undefined;
}

/// Pages that are asked, given what is said so far.
export function pages_of(flow: Flow, values: Values, context: Context): Page[] {
  return flow.pages.filter((page) => page.when?.(values, context) ?? true);
}

/// True when every field of the page that must be said is said.
export function complete(page: Page, values: Values): boolean {
  return page.fields.every((field) => {
    if (field.optional === true || field.kind === 'flag' || field.kind === 'differ') return true;
    const value = values[field.name];
    if (field.kind === 'driver') return kSteps.every((step) => said(values, step) !== '');
    if (field.kind === 'count' && (said(values, '_only_number') !== '' || list(values, '_boxes').length > 0)) return true;
    return Array.isArray(value) ? value.length > 0 : typeof value === 'string' ? value.trim() !== '' : value !== undefined;
  });
}

export interface Frame {
  /// "2026-01-31T14:05:09+13:00": when the record was made.
  readonly happened: string;
  readonly exporter?: string;
  readonly paper?: PaperSheet;
  readonly reason?: string;
}

export interface PaperSheet {
  readonly sheet: string;
  readonly by: string;
  readonly happened: string;
  readonly photo?: Photo;
}

export function command_of(flow: Flow, values: Values): string {
  return typeof flow.command === 'string' ? flow.command : flow.command(values);
}

// A number that was read by a scanner is "scanned" only if none was typed beside it.
function source_of(flow: Flow, values: Values, came: Readonly<Record<string, Came>>): string | undefined {
  const numbers = flow.pages.flatMap((page) => page.fields).filter((field) => ['seal', 'unit', 'code', 'seals', 'count'].includes(field.kind) && values[field.name] !== undefined && values[field.name] !== '');
  if (numbers.length === 0) return undefined;
  return numbers.some((field) => came[field.name] === 'typed') || !numbers.some((field) => came[field.name] === 'scanned') ? 'typed' : 'scanned';
}

/// The body of the command: the fields by their names, without those that begin with "_", and what every record takes.
export function body_of(flow: Flow, values: Values, context: Context, frame: Frame): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  const attachments: Attachment[] = [];
  for (const page of pages_of(flow, values, context)) {
    for (const field of page.fields) {
      const names = field.kind === 'driver' ? [...kSteps, 'driver', 'truck', 'signature'] : [field.name];
      for (const name of names) {
        const value = values[name];
        if (value === undefined || value === '' || value === false || (Array.isArray(value) && value.length === 0)) continue;
        if (typeof value === 'object' && 'data' in value) {
          attachments.push({ kind: name === 'signature' ? 'signature' : 'photo', type: value.type, data: value.data });
        } else if (!name.startsWith('_')) {
          if (name === 'unit') body[values['_air'] === true ? 'package' : 'container'] = value;
          else body[name] = typeof value === 'string' ? (field.kind === 'number' ? Number(value) : value.trim()) : value;
        }
      }
    }
  }
  const picture = picture_in(values);
  if (flow.picture === true && picture !== undefined) {
    if (picture.sha256 !== '') body['picture'] = [picture.sha256];
    if (picture.copy !== undefined) attachments.push({ kind: 'photo', type: picture.copy.type, data: picture.copy.data });
  }
  const source = source_of(flow, values, context.came);
  if (source !== undefined) body['source'] = source;
  body['happened'] = frame.happened;
  if (frame.exporter !== undefined && frame.exporter !== '') body['exporter'] = frame.exporter;
  if (frame.reason !== undefined && frame.reason !== '') body['reason'] = frame.reason;
  if (frame.paper !== undefined) {
    body['source'] = 'paper';
    body['sheet'] = frame.paper.sheet;
    if (frame.paper.by !== '') body['by'] = frame.paper.by;
    if (frame.paper.happened !== '') body['happened'] = frame.paper.happened;
    if (frame.paper.photo !== undefined) attachments.push({ kind: 'photo', ...frame.paper.photo });
  }
  for (const [name, value] of Object.entries(flow.body?.(values, context) ?? {})) {
    if (value === undefined) delete body[name];
    else body[name] = value;
  }
  if (attachments.length > 0) body['attachments'] = attachments;
  return body;
}

/// The numbers that the record is about, for a line that names it.
export function about(values: Values): string[] {
  return ['seal', 'old', 'new', 'first', 'last', 'label', 'unit', 'place', 'name'].map((name) => said(values, name)).filter((text) => text !== '');
}
