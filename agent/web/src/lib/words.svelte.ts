// SPDX-License-Identifier: Apache-2.0
/// The words of the chosen language. English of the first page is always there; the rest comes after it.
import { translate, type Params, type Words } from '@common/i18n';
import first from 'virtual:first-words';

export const kLanguages: Readonly<Record<string, string>> = { en: 'English', mi: 'Te reo Māori', 'zh-Hans': '简体中文', es: 'Español' };

const kLoad: Readonly<Record<string, () => Promise<{ default: Words }>>> = {
  mi: () => import('@/lang/mi.json'),
  'zh-Hans': () => import('@/lang/zh-Hans.json'),
  es: () => import('@/lang/es.json'),
};

let code = $state('en');
let words = $state.raw<Words>(first);
let english = $state.raw<Words>(first);
let whole: Promise<void> | undefined;

export function language(): string {
  return code;
}

/// Resolves when every word of the chosen language is here; pages other than the first wait for it.
export function all_words(): Promise<void> {
  // Another language came whole.
  if (code !== 'en') return Promise.resolve();
  whole ??= import('@/lang/en.json').then(
    (book) => {
      if (words === english) words = book.default;
      english = book.default;
    },
    () => (whole = undefined),
  );
  return whole;
}

export async function choose_language(chosen: string): Promise<void> {
  const book = await kLoad[chosen]?.();
  code = book === undefined ? 'en' : chosen;
  words = book?.default ?? english;
  document.documentElement.lang = code;
  await all_words();
}

/// The words of a key; `otherwise` where no language has it (the server's own words).
export function t(key: string, params: Params = {}, otherwise?: string): string {
  return translate(words, english, code, key, params, otherwise);
}
