// SPDX-License-Identifier: Apache-2.0
/// Times as the site's clock has them. Pure.

const kMinute_ms = 60_000;
const two = (value: number): string => String(value).padStart(2, '0');

function parts(ms: number, offset_min: number): { date: string; clock: string; seconds: string } {
  const at = new Date(ms + offset_min * kMinute_ms);
  return {
    date: `${at.getUTCFullYear()}-${two(at.getUTCMonth() + 1)}-${two(at.getUTCDate())}`,
    clock: `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`,
    seconds: two(at.getUTCSeconds()),
  };
}

/// One moment by three clocks: the agent's, this tablet's, and one of this tablet that only counts on and stands still
/// while it sleeps.
export interface Anchor {
  readonly agent_ms: number;
  readonly date_ms: number;
  readonly steady_ms: number;
}

/// Now by the agent's clock. A tablet's clock that is set back changes nothing; what it slept counts.
export function agent_ms_at(anchor: Anchor, date_ms: number, steady_ms: number): number {
  return anchor.agent_ms + Math.max(date_ms - anchor.date_ms, steady_ms - anchor.steady_ms);
}

/// Milliseconds by which the tablet's clock moved against the steady one since the anchor.
export function moved_ms(anchor: Anchor, date_ms: number, steady_ms: number): number {
  return date_ms - anchor.date_ms - (steady_ms - anchor.steady_ms);
}

/// "14:05".
export function clock_text(ms: number, offset_min: number): string {
  return parts(ms, offset_min).clock;
}

/// "2026-01-31T14:05:09+13:00", as the agent reads times.
export function time_text(ms: number, offset_min: number): string {
  const { date, clock, seconds } = parts(ms, offset_min);
  const away = Math.abs(offset_min);
  return `${date}T${clock}:${seconds}${offset_min < 0 ? '-' : '+'}${two(Math.floor(away / 60))}:${two(away % 60)}`;
}

/// "2026-01-31" or "2026-01-31T14:05": what date and time inputs of a browser hold.
export function input_text(ms: number, offset_min: number, with_clock: boolean): string {
  const { date, clock } = parts(ms, offset_min);
  return with_clock ? `${date}T${clock}` : date;
}

/// "Tue 31 Jan 14:05" in a language.
export function day_text(ms: number, offset_min: number, language: string): string {
  return new Intl.DateTimeFormat([...(language === 'en' ? [] : [language]), 'en-NZ'], { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hour12: false, timeZone: 'UTC' }).format(new Date(ms + offset_min * kMinute_ms));
}

/// "06", "75", "2:05 h" is no word: the parts for one. Under two hours minutes count.
export function span(min: number): { key: string; n: number; rest: number } {
  if (min < 120) return { key: 'span.min', n: min, rest: 0 };
  if (min < 48 * 60) return { key: 'span.hours', n: Math.floor(min / 60), rest: min % 60 };
  return { key: 'span.days', n: Math.floor(min / (24 * 60)), rest: 0 };
}
