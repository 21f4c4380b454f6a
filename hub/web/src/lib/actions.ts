// SPDX-License-Identifier: Apache-2.0
/// What somebody can decide at head office: each one a command of the hub, and what is asked before it is sent. Pure.
import { time_text } from '@common/clock';

export interface Field {
  readonly name: string;
  /// Key of its words; `f.NAME` if not given.
  readonly label?: string;
  readonly kind: 'text' | 'long' | 'choice' | 'moment' | 'day' | 'number' | 'flag' | 'fingerprint' | 'many';
  /// Values of a choice; words are `o.VALUE` unless given beside it.
  readonly options?: readonly (string | readonly [value: string, words: string])[];
  readonly needed?: boolean;
  readonly value?: string;
  /// The moment that `value` shows to the minute: what is sent while nobody changes it.
  readonly value_ms?: number;
  readonly note?: string;
}

export interface Action {
  readonly command: string;
  readonly title: string;
  /// The same in the title's words.
  readonly params?: Readonly<Record<string, string | number>>;
  readonly note?: string;
  readonly fields: readonly Field[];
  /// Members that go along as they are.
  readonly fixed?: Readonly<Record<string, unknown>>;
  readonly tone?: 'bad';
  readonly go?: string;
  readonly done?: (answer: Readonly<Record<string, unknown>>) => void;
  /// The body from what was typed, where it is not member by member.
  readonly body?: (values: Readonly<Record<string, string>>) => Readonly<Record<string, unknown>>;
}

const kHour_ms = 3_600_000;

/// What the hub is sent: text as it stands, moments with their offset, nothing that is empty.
export function body_of(action: Action, values: Readonly<Record<string, string>>, offset_min: number): Record<string, unknown> {
  const body: Record<string, unknown> = { ...action.fixed };
  if (action.body !== undefined) return { ...body, ...action.body(values) };
  for (const field of action.fields) {
    const value = (values[field.name] ?? '').trim();
    if (field.kind === 'flag') {
      if (value === 'true') body[field.name] = true;
    } else if (value === '') {
      continue;
    } else if (field.kind === 'number') {
      body[field.name] = Number(value);
    } else if (field.kind === 'moment') {
      body[field.name] = time_text(field.value_ms !== undefined && value === field.value ? field.value_ms : Date.parse(value), offset_min);
    } else if (field.kind === 'many') {
      body[field.name] = value.split(/[\n,]+/).map((part) => part.trim()).filter((part) => part !== '');
    } else {
      body[field.name] = value;
    }
  }
  return body;
}

/// The first field that still needs something, or undefined.
export const missing = (action: Action, values: Readonly<Record<string, string>>): string | undefined =>
  action.fields.find((field) => field.needed === true && (values[field.name] ?? '').trim() === '')?.name;

/// "2026-01-31T14:05" for inputs, in this computer's zone.
export function local_input(ms: number): string {
  const at = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return at.toISOString().slice(0, 16);
}
/// The next full quarter of an hour, some hours from now.
export const in_hours = (now_ms: number, hours: number): string => local_input(Math.ceil((now_ms + hours * kHour_ms) / 900_000) * 900_000);

const comment: Field = { name: 'comment', kind: 'long' };

/// The decisions about alerts. Several may be decided together.
export const alert_action = {
  acknowledge: (id: readonly string[]): Action => ({ command: 'alerts acknowledge', title: 'act.acknowledge', params: { n: id.length }, note: 'act.acknowledge.note', fixed: { id }, fields: [comment] }),
  assign: (id: readonly string[], people: readonly string[] = []): Action => ({
    command: 'alerts assign',
    title: 'act.assign',
    params: { n: id.length },
    fixed: { id },
    fields: [people.length > 0 ? { name: 'to', kind: 'choice', options: people.map((name) => [name, name] as const), needed: true } : { name: 'to', kind: 'text', needed: true }, comment],
  }),
  comment: (id: readonly string[]): Action => ({ command: 'alerts comment', title: 'act.comment', params: { n: id.length }, fixed: { id }, fields: [{ ...comment, needed: true }] }),
  snooze: (id: readonly string[], now_ms: number): Action => ({
    command: 'alerts snooze',
    title: 'act.snooze',
    params: { n: id.length },
    note: 'act.snooze.note',
    fixed: { id },
    fields: [{ name: 'until', kind: 'moment', needed: true, value: in_hours(now_ms, 4) }, { ...comment, needed: true, note: 'act.snooze.why' }],
  }),
  wake: (id: readonly string[]): Action => ({ command: 'alerts wake', title: 'act.wake', params: { n: id.length }, fixed: { id }, fields: [comment] }),
  resolve: (id: readonly string[]): Action => ({ command: 'alerts resolve', title: 'act.resolve', params: { n: id.length }, note: 'act.resolve.note', fixed: { id }, fields: [{ name: 'cause', kind: 'long', needed: true }] }),
  reopen: (id: readonly string[]): Action => ({ command: 'alerts reopen', title: 'act.reopen', params: { n: id.length }, fixed: { id }, fields: [{ ...comment, needed: true }] }),
  severity: (id: readonly string[], now: string): Action => ({
    command: 'alerts severity',
    title: 'act.severity',
    params: { n: id.length },
    fixed: { id },
    fields: [{ name: 'severity', kind: 'choice', options: ['critical', 'high', 'warn', 'list', 'digest'], needed: true, value: now }, { ...comment, needed: true }],
  }),
};

const kHow = ['phone', 'form', 'email', 'in-person'] as const;
export type ToldHow = (typeof kHow)[number];
const how = (value: ToldHow): Field => ({ name: 'how', kind: 'choice', options: kHow, needed: true, value });
const talk = (now_ms = Date.now()): readonly Field[] => [
  { name: 'at', kind: 'moment', needed: true, value: local_input(now_ms), value_ms: now_ms },
  { name: 'whom', kind: 'text' },
  { name: 'reference', kind: 'text', note: 'act.report.reference' },
];

/// The way of an incident to Customs: decided, told by phone first, sent in writing, answered.
export const customs_action = {
  report: (id: string): Action => ({ command: 'incidents decide', title: 'act.decide_report', note: 'act.decide_report.note', fixed: { id, decision: 'report' }, fields: [{ name: 'reason', kind: 'long', note: 'no_names' }] }),
  not_reportable: (id: string): Action => ({ command: 'incidents decide', title: 'act.not_reportable', note: 'act.not_reportable.note', fixed: { id, decision: 'not-reportable' }, fields: [{ name: 'reason', kind: 'long', needed: true, note: 'no_names' }] }),
  undecided: (id: string): Action => ({ command: 'incidents decide', title: 'act.undecided', note: 'act.undecided.note', fixed: { id, decision: 'undecided' }, fields: [{ name: 'reason', kind: 'long', label: 'f.waits_for', needed: true, note: 'no_names' }] }),
  told: (id: string): Action => ({ command: 'incidents told', title: 'act.told', go: 'act.told.go', note: 'act.told.note', fixed: { id }, fields: [how('phone'), ...talk(), { name: 'text', kind: 'long', label: 'f.said' }] }),
  sent: (id: string): Action => ({ command: 'incidents told', title: 'act.sent', go: 'act.sent.go', fixed: { id }, fields: [how('email'), ...talk(), { name: 'text', kind: 'long', label: 'f.comment' }] }),
  replied: (id: string): Action => ({ command: 'incidents reply', title: 'incidents.reply', fixed: { id }, fields: [how('email'), ...talk(), { name: 'text', kind: 'long', label: 'incidents.reply', needed: true }] }),
};
export const ask_site = (id: string): Action => ({
  command: 'alerts answer',
  title: 'act.ask_site',
  fixed: { id, decision: 'ask' },
  fields: [{ name: 'reason', kind: 'long', label: 'f.question', needed: true, note: 'no_names' }],
});
export const accept_explained = (id: string): Action => ({
  command: 'alerts answer',
  title: 'act.accept',
  fixed: { id, decision: 'accept' },
  fields: [{ name: 'reason', kind: 'long', needed: true, note: 'no_names' }],
});
