// SPDX-License-Identifier: Apache-2.0
import driver from '@/lang/driver.json';
import en from '@/lang/en.json';
import es from '@/lang/es.json';
import mi from '@/lang/mi.json';
import zh from '@/lang/zh-Hans.json';
import { flows, menu } from '@/flows/table';
import { dock_rows } from '@/lib/dock';
import { has as has_key, same_words } from '../common/same_words';

const english: Readonly<Record<string, string>> = en;
const languages = { en, es, mi, 'zh-Hans': zh };
const sources = import.meta.glob<string>('../../../agent/web/src/**/*.{svelte,ts}', { query: '?raw', import: 'default', eager: true });
const has = (key: string): boolean => has_key(english, key);

describe('words', () => {
  same_words(languages, sources);
  it.each(Object.keys(driver))('the driver reads the whole screen in %s', (code) => {
    const words = (driver as Readonly<Record<string, Readonly<Record<string, string>>>>)[code] ?? {};
    expect(Object.keys(words)).toEqual(Object.keys(driver.en));
    for (const text of Object.values(words)) expect(text.trim()).not.toBe('');
  });
  it('every flow, question, field and answer of the table has its words', () => {
    const missing = new Set<string>();
    const need = (key: string): void => void (has(key) || missing.add(key));
    for (const flow of flows.values()) {
      need(`flow.${flow.id}`);
      for (const page of flow.pages) {
        need(page.ask);
        if (page.note !== undefined) need(page.note);
        for (const field of page.fields) {
          if (!['driver', 'count', 'differ'].includes(field.kind)) need(field.label ?? `f.${field.name}`);
          for (const option of field.options ?? []) need(option.words ?? `o.${option.value}`);
        }
      }
    }
    for (const group of menu) {
      need(`menu.${group.id}`);
      for (const entry of group.entries) if (entry.startsWith('#')) need(`page.${entry.slice(1)}`);
    }
    expect([...missing]).toEqual([]);
  });
  it('every step of the dock has its words', () => {
    for (const state of ['checked_empty', 'loading', 'paused', 'load_ended', 'closed', 'secured', 'sealed', 'checked', 'held', 'differs', 'opened']) expect(has(`unit.${state}`), state).toBe(true);
    for (const next of ['seal', 'check', 'driver', 'look_inside', 'settle', 'close', 'start', 'load']) expect(has(`next.${next}`), next).toBe(true);
    expect(dock_rows([], 0)).toEqual([]);
  });
});
