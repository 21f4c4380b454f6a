// SPDX-License-Identifier: Apache-2.0
import { pieces, true_up_to } from '@/lib/overview';
import type { Overview } from '@/lib/types';

const words = { number: String, when: (ms: number) => `at ${ms}` };
const keys = (value: Overview): string[] => pieces(value, words).map((piece) => piece.key);

describe('the sentence that says it all', () => {
  it('names seals, what is missing, what Customs must be told, who is silent, each with its list', () => {
    const said = pieces({ seals: 48210, unaccounted: 3, sites_not_heard: 2, tell_customs_by_ms: 500, tell_customs: [{ id: 'x/1/2', alert: 'a', due_ms: 500 }], not_heard: [{ site: 'x', since_ms: 70 }, { site: 'y', since_ms: 90 }] }, words);
    expect(said.map((piece) => [piece.key, piece.target])).toEqual([['ov.of', undefined], ['ov.unaccounted', 'unaccounted'], ['ov.tell', 'tell_customs'], ['ov.not_heard_since', 'not_heard']]);
    expect(said[2]?.params).toMatchObject({ n: 1, time: 'at 500' });
    expect(said[3]?.params).toMatchObject({ n: 2, time: 'at 70' });
  });
  it('does not count what Customs were told already', () => expect(keys({ seals: 5, unaccounted: 1, tell_customs: [{ id: 'x/1/2', decision: 'reported' }] })).toEqual(['ov.of', 'ov.unaccounted']));
  it('says that nothing is missing when only a site is silent, and never that all is well', () => expect(keys({ seals: 5, unaccounted: 0, sites_not_heard: 1 })).toEqual(['ov.of', 'ov.none_missing', 'ov.not_heard']));
  it('says so when all is well', () => expect(keys({ seals: 5, unaccounted: 0, sites_not_heard: 0, all_well: true })).toEqual(['ov.all_well']));
  it('says that nothing was heard yet, and not that all is well, without a seal', () => expect(keys({ seals: 0, all_well: true })).toEqual(['ov.nothing_yet']));
  it('is true only as far as the site heard least', () => {
    expect(true_up_to({ as_of_ms: 900, sites: [{ site: 'a', heard_up_to_ms: 700 }, { site: 'b', heard_up_to_ms: 300 }, { site: 'new', heard_up_to_ms: 0 }] })).toBe(300);
    expect(true_up_to({ as_of_ms: 900, sites: [] })).toBeUndefined();
  });
});
