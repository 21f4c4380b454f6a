// SPDX-License-Identifier: Apache-2.0
/// The terminal's words. English of the first page is always there; the rest comes with the second page.
import { Book } from '@common/book.svelte';
import type { Params } from '@common/i18n';
import first from 'virtual:first-words';

export { kLanguages } from '@common/book.svelte';

const book = new Book(first, () => import('@/lang/en.json'), {
  mi: () => import('@/lang/mi.json'),
  'zh-Hans': () => import('@/lang/zh-Hans.json'),
  es: () => import('@/lang/es.json'),
});

export const language = (): string => book.language;
export const all_words = (): Promise<void> => book.all();
export const choose_language = (code: string): Promise<void> => book.choose(code);
export const t = (key: string, params: Params = {}, otherwise?: string): string => book.say(key, params, otherwise);
