// SPDX-License-Identifier: Apache-2.0
import { placeholders } from '@common/i18n';
import driver from '@/lang/driver.json';
import en from '@/lang/en.json';
import es from '@/lang/es.json';
import mi from '@/lang/mi.json';
import zh from '@/lang/zh-Hans.json';
import { flows, menu } from '@/flows/table';
import { dock_rows } from '@/lib/dock';

const english: Readonly<Record<string, string>> = en;
const languages: Readonly<Record<string, Readonly<Record<string, string>>>> = { en, es, mi, 'zh-Hans': zh };
const sources = import.meta.glob<string>('../../../agent/web/src/**/*.{svelte,ts}', { query: '?raw', import: 'default', eager: true });
const has = (key: string): boolean => key in english || `${key}_other` in english;

describe('words', () => {
  it.each(Object.keys(languages))('%s has every key, and no other', (code) => expect(Object.keys(languages[code] ?? {}).sort()).toEqual(Object.keys(english).sort()));
  it.each(Object.keys(languages))('%s has the same placeholders in every text, and no empty one', (code) => {
    for (const [key, text] of Object.entries(languages[code] ?? {})) {
      expect(placeholders(text), `${code} ${key}`).toEqual(placeholders(english[key] ?? ''));
      expect(text.trim(), `${code} ${key}`).not.toBe('');
    }
  });
  it.each(Object.keys(driver))('the driver reads the whole screen in %s', (code) => {
    const words = (driver as Readonly<Record<string, Readonly<Record<string, string>>>>)[code] ?? {};
    expect(Object.keys(words)).toEqual(Object.keys(driver.en));
    for (const text of Object.values(words)) expect(text.trim()).not.toBe('');
  });
  it('every key that a page names is there', () => {
    const missing: string[] = [];
    for (const [path, text] of Object.entries(sources)) for (const match of text.matchAll(/\bt\(\s*'([^']+)'/g)) if (!has(match[1] ?? '')) missing.push(`${path}: ${match[1]}`);
    expect(missing).toEqual([]);
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
