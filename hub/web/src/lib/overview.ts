// SPDX-License-Identifier: Apache-2.0
/// The sentence that says it all, in pieces: where a piece has a target, it is a link. Pure.
import type { Overview } from './types';

export interface Piece {
  readonly key: string;
  readonly params: Readonly<Record<string, string | number>>;
  readonly target?: 'tell_customs' | 'unaccounted' | 'not_heard';
}

const count_of = (value: Overview, list: string, otherwise: number): number => value.parts?.find((part) => part.list === list)?.count ?? otherwise;

export function pieces(value: Overview, words: { number: (value: number) => string; when: (ms: number) => string }): Piece[] {
  const { number, when } = words;
  const unaccounted = value.unaccounted ?? count_of(value, 'unaccounted', value.not_accounted_for?.length ?? 0);
  const undecided = (value.tell_customs ?? []).filter((one) => one.decision !== 'reported' && one.decision !== 'not_reportable');
  const tell = count_of(value, 'tell_customs', undecided.length);
  const silent = value.sites_not_heard ?? value.not_heard?.length ?? 0;
  const seals = value.seals ?? 0;
  if (value.all_well === true || (unaccounted === 0 && tell === 0 && silent === 0)) {
    return [seals === 0 ? { key: 'ov.nothing_yet', params: {} } : { key: 'ov.all_well', params: { n: seals, seals: number(seals) } }];
  }
  const out: Piece[] = [{ key: 'ov.of', params: { n: seals, seals: number(seals) } }];
  out.push(unaccounted === 0 ? { key: 'ov.none_missing', params: {} } : { key: 'ov.unaccounted', params: { n: unaccounted, shown: number(unaccounted) }, target: 'unaccounted' });
  if (tell > 0) {
    const by_ms = value.tell_customs_by_ms ?? undecided.map((one) => one.due_ms ?? 0).filter((ms) => ms > 0).sort((a, b) => a - b)[0];
    out.push({ key: by_ms === undefined ? 'ov.tell_soon' : 'ov.tell', params: { n: tell, shown: number(tell), time: by_ms === undefined ? '' : when(by_ms) }, target: 'tell_customs' });
  }
  if (silent > 0) {
    const since = (value.not_heard ?? []).map((one) => one.since_ms ?? one.watermark_ms ?? 0).filter((ms) => ms > 0).sort((a, b) => a - b)[0];
    out.push({ key: since === undefined ? 'ov.not_heard' : 'ov.not_heard_since', params: { n: silent, shown: number(silent), time: since === undefined ? '' : when(since) }, target: 'not_heard' });
  }
  return out;
}

/// Up to when all of this is true: what every site was heard up to; undefined before any was heard.
export function true_up_to(value: Overview): number | undefined {
  if (value.heard_up_to_ms) return value.heard_up_to_ms;
  const heard = (value.sites ?? []).map((site) => site.heard_up_to_ms ?? 0).filter((ms) => ms > 0);
  return heard.length === 0 ? undefined : Math.min(...heard);
}
