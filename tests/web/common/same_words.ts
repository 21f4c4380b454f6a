// SPDX-License-Identifier: Apache-2.0
import { placeholders } from '@common/i18n';

type Book = Readonly<Record<string, string>>;

/// Tests of a page's languages: the same keys and placeholders everywhere, no empty text, and every key that a source names.
export function same_words(languages: Readonly<Record<'en', Book>> & Readonly<Record<string, Book>>, sources: Readonly<Record<string, string>>): void {
  const english = languages.en;
  it.each(Object.keys(languages))('%s has every key, and no other', (code) => expect(Object.keys(languages[code] ?? {}).sort()).toEqual(Object.keys(english).sort()));
  it.each(Object.keys(languages))('%s has the same placeholders in every text, and no empty one', (code) => {
    for (const [key, text] of Object.entries(languages[code] ?? {})) {
      expect(placeholders(text), `${code} ${key}`).toEqual(placeholders(english[key] ?? ''));
      expect(text.trim(), `${code} ${key}`).not.toBe('');
    }
  });
  it('every key that a page names is there', () => {
    const missing: string[] = [];
    for (const [path, text] of Object.entries(sources)) for (const match of text.matchAll(/\bt\(\s*'([^']+)'/g)) if (!has(english, match[1] ?? '')) missing.push(`${path}: ${match[1]}`);
    expect(missing).toEqual([]);
    expect(Object.keys(sources).length).toBeGreaterThan(10);
  });
}

export const has = (book: Book, key: string): boolean => key in book || `${key}_other` in book;
