// SPDX-License-Identifier: Apache-2.0
/// Head office's words, and numbers and times as the chosen language writes them. Times are those of this computer's zone.
import { Book } from '@common/book.svelte';
import { span } from '@common/clock';
import type { Params } from '@common/i18n';
import english from '@/lang/en.json';

export { kLanguages } from '@common/book.svelte';

const book = new Book(english, async () => ({ default: english }), {
  mi: () => import('@/lang/mi.json'),
  'zh-Hans': () => import('@/lang/zh-Hans.json'),
  es: () => import('@/lang/es.json'),
});

export const language = (): string => book.language;
export const choose_language = (code: string): Promise<void> => book.choose(code);
export const t = (key: string, params: Params = {}, otherwise?: string): string => book.say(key, params, otherwise);
/// The page's words for a name that the hub gives ("in_stock"), else that name, readable.
export const term = (group: string, name: string | undefined): string =>
  name === undefined || name === '' ? t('none') : t(`${group}.${name.toLowerCase().replaceAll(/[ -]/g, '_')}`, {}, name.replaceAll('_', ' '));

const kDay_ms = 86_400_000;
const locale = (): string => (book.language === 'en' ? 'en-NZ' : book.language);
const formats = new Map<string, Intl.DateTimeFormat>();
function format(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale()} ${name}`;
  let made = formats.get(key);
  if (made === undefined) formats.set(key, (made = new Intl.DateTimeFormat(locale(), { ...options, hourCycle: 'h23' })));
  return made;
}

export const number = (value: number): string => value.toLocaleString(locale());
export const percent = (share: number): string => share.toLocaleString(locale(), { style: 'percent', maximumFractionDigits: 1 });

/// "14:05" today, "Tue 14:05" within six days, else "3 Nov 14:05" or "3 Nov 2025".
export function when(ms: number | null | undefined, now_ms = Date.now()): string {
  if (ms === undefined || ms === null || ms === 0) return t('never');
  const at = new Date(ms);
  const away_ms = Math.abs(now_ms - ms);
  if (away_ms < kDay_ms && at.getDate() === new Date(now_ms).getDate()) return format('clock', { hour: '2-digit', minute: '2-digit' }).format(at);
  if (away_ms < 6 * kDay_ms) return format('week', { weekday: 'short', hour: '2-digit', minute: '2-digit' }).format(at);
  if (away_ms < 300 * kDay_ms) return format('year', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }).format(at);
  return day(ms);
}
/// "3 Nov 2025".
export const day = (ms: number | null | undefined): string =>
  ms === undefined || ms === null || ms === 0 ? t('none') : format('day', { day: 'numeric', month: 'short', year: 'numeric' }).format(new Date(ms));
/// "Tue, 3 Nov 2026, 14:05:09 NZDT".
export const exact = (ms: number | null | undefined): string =>
  ms === undefined || ms === null || ms === 0
    ? t('never')
    : format('exact', { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'short' }).format(new Date(ms));
/// A day as the hub names it, "2026-01-31": the site's own day, whatever zone this computer is in.
export const named_day = (name: string): string => (/^\d{4}-\d\d-\d\d$/.test(name) ? day(new Date(`${name}T12:00`).getTime()) : name);
/// The hub's words with their moments as this page shows moments.
export const with_moments = (words: string, now_ms: number): string => words.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)/g, (at) => when(Date.parse(at), now_ms));
/// "2 h 10 min": how long, without saying which way.
export function lasting(ms: number): string {
  const { key, n, rest } = span(Math.max(0, Math.floor(Math.abs(ms) / 60_000)));
  return key === 'span.hours' && rest === 0 ? t('span.whole_hours', { n }) : t(key, { n, rest });
}
/// "2 h 10 min left" or "3 days over".
export const left = (due_ms: number, now_ms: number): string => t(due_ms >= now_ms ? 'time.left' : 'time.over', { span: lasting(due_ms - now_ms) });
export const ago = (ms: number | null | undefined, now_ms: number): string =>
  ms === undefined || ms === null || ms === 0 ? t('never') : now_ms - ms < 60_000 ? t('time.now') : t('time.ago', { span: lasting(now_ms - ms) });
