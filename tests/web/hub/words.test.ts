// SPDX-License-Identifier: Apache-2.0
import en from '@/lang/en.json';
import es from '@/lang/es.json';
import mi from '@/lang/mi.json';
import zh from '@/lang/zh-Hans.json';
import { accept_explained, alert_action, ask_site, customs_action } from '@/lib/actions';
import { kBases } from '@/lib/matrix';
import { kAlertStates, type NextStep } from '@/lib/types';
import { with_moments } from '@/lib/words.svelte';
import { has, same_words } from '../common/same_words';

const sources = import.meta.glob<string>('../../../hub/web/src/**/*.{svelte,ts}', { query: '?raw', import: 'default', eager: true });

describe('words of head office', () => {
  it('a moment inside the hub\'s words is shown as this page shows moments, in whatever zone the hub told it', () => {
    const now_ms = Date.parse('2026-11-23T03:50:00Z');
    const told = (at: string): string => with_moments(`Anna was told at ${at}: critical`, now_ms);
    expect(told('2026-11-23T16:47:22+13:00')).toBe(told('2026-11-23T03:47:22Z'));
    expect(told('2026-11-23T03:47:22Z')).not.toContain('T03');
  });
  same_words({ en, es, mi, 'zh-Hans': zh }, sources);
  it('every title, note and field of an action that a source names is there', () => {
    const missing: string[] = [];
    for (const [path, text] of Object.entries(sources)) {
      for (const match of text.matchAll(/\b(?:title|note|label|words|go): '([a-z_]+\.[a-z_.]+)'/g)) if (!has(en, match[1] ?? '')) missing.push(`${path}: ${match[1]}`);
      for (const match of text.matchAll(/\{ name: '([a-z-]+)', kind: '[a-z]+'(?![^}]*label:)/g)) if (!has(en, `f.${match[1]}`)) missing.push(`${path}: f.${match[1]}`);
    }
    expect(missing).toEqual([]);
  });
  it('every decision about alerts has its words, with each answer', () => {
    const actions = [...Object.values(alert_action).map((make) => make(['a'], '' as never)), ...Object.values(customs_action).map((make) => make('a')), ask_site('a'), accept_explained('a')];
    for (const action of actions) {
      for (const key of [action.title, action.note, ...action.fields.flatMap((field) => [field.label ?? `f.${field.name}`, field.note])]) if (key !== undefined) expect(has(en, key), key).toBe(true);
      for (const field of action.fields) for (const option of field.options ?? []) if (typeof option === 'string') expect(has(en, `o.${option}`), option).toBe(true);
    }
  });
  it('every step of the way to Customs has its words', () => {
    for (const step of ['decide', 'tell', 'send_form', 'note_reply'] satisfies NextStep[]) expect(has(en, `incidents.next.${step}`)).toBe(true);
  });
  it('every state, severity and basis has its words', () => {
    for (const state of kAlertStates) expect(has(en, `alert_state.${state}`)).toBe(true);
    for (const severity of ['critical', 'high', 'warn', 'list']) expect(has(en, `severity.${severity}`)).toBe(true);
    for (const basis of kBases) expect(has(en, `basis.${basis}`)).toBe(true);
  });
});
