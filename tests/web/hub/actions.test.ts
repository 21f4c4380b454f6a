// SPDX-License-Identifier: Apache-2.0
import { alert_action, body_of, in_hours, missing, customs_action, type Action } from '@/lib/actions';
import { compared, groups } from '@/lib/fingerprint';
import { basis_name, beside, matrix_rows, tally, weakest } from '@/lib/matrix';
import { at, inside, kCoast, kWidth, labels } from '@/lib/new_zealand';
import { link, read_route } from '@/lib/route';

describe('what a decision sends', () => {
  it('goes to every alert that was chosen, with the words typed and nothing that is empty', () => {
    expect(body_of(alert_action.acknowledge(['a', 'b']), { comment: '  on it ' }, 0)).toEqual({ id: ['a', 'b'], comment: 'on it' });
    expect(body_of(alert_action.acknowledge(['a']), { comment: ' ' }, 0)).toEqual({ id: ['a'] });
  });
  it('writes moments with their offset', () => {
    const until = '2026-01-31T14:05';
    const sent = body_of(alert_action.snooze(['a'], 0), { until, comment: 'parts come' }, -new Date(until).getTimezoneOffset());
    expect(Date.parse(String(sent['until']))).toBe(Date.parse(until));
    expect(sent['until']).toMatch(/[+-]\d\d:\d\d$/);
  });
  it('asks why before an alert is put off, reopened or not told to Customs', () => {
    expect(missing(alert_action.snooze(['a'], 0), { until: '2026-01-31T14:05' })).toBe('comment');
    expect(missing(alert_action.reopen(['a']), {})).toBe('comment');
    expect(missing(customs_action.not_reportable('a/1/2'), { reason: ' ' })).toBe('reason');
    expect(missing(customs_action.not_reportable('a/1/2'), { reason: 'found in the van' })).toBeUndefined();
  });
  it('tells Customs with how, when and the reference', () => {
    const at = '2026-01-31T14:05';
    const sent = body_of(customs_action.told('akl-01/1/42'), { how: 'phone', at, whom: ' Duty officer ', reference: 'CUS-1', text: '' }, -new Date(at).getTimezoneOffset());
    expect(sent).toMatchObject({ id: 'akl-01/1/42', how: 'phone', whom: 'Duty officer', reference: 'CUS-1' });
    expect(Date.parse(String(sent['at']))).toBe(Date.parse(at));
    expect(sent).not.toHaveProperty('text');
    expect(customs_action.sent('a/1/2').fields[0]?.value).toBe('email');
  });
  it('keeps the second at which it was asked when Customs was told, unless another minute is chosen', () => {
    const told = customs_action.told('akl-01/1/42');
    const at = told.fields.find((field) => field.name === 'at');
    expect(Date.parse(String(body_of(told, { at: at?.value ?? '' }, 0)['at']))).toBe(Math.floor((at?.value_ms ?? 0) / 1000) * 1000);
    expect(Date.parse(String(body_of(told, { at: '2026-01-31T14:05' }, 0)['at']))).toBe(Date.parse('2026-01-31T14:05'));
  });
  it('sends flags, numbers and lists as such', () => {
    const action: Action = { command: 'x', title: 'x', fields: [{ name: 'on', kind: 'flag' }, { name: 'off', kind: 'flag' }, { name: 'n', kind: 'number' }, { name: 'all', kind: 'many' }] };
    expect(body_of(action, { on: 'true', off: '', n: '42', all: 'a\nb, c\n' }, 0)).toEqual({ on: true, n: 42, all: ['a', 'b', 'c'] });
  });
  it('offers a full quarter of an hour', () => expect(in_hours(Date.parse('2026-01-31T10:01:00'), 4)).toBe('2026-01-31T14:15'));
});

describe('fingerprints', () => {
  const has = '3f9a01bc77d20e449b1c5a63c0de1f2e';
  it('are read in groups of four', () => expect(groups('3F9A 01bc-77')).toEqual(['3f9a', '01bc', '77']));
  it('compare whatever blanks and capitals stand between', () => expect(compared('3F9A 01BC 77D2 0E44 9B1C 5A63 C0DE 1F2E', has)).toBe('same'));
  it('say "so far" while somebody reads, and "differs" at the first wrong group', () => {
    expect(compared('3f9a 01', has)).toBe('so_far');
    expect(compared('3f9a 02', has)).toBe('differs');
    expect(compared('', has)).toBe('nothing');
    expect(compared(`${has}00`, has)).toBe('differs');
  });
});

describe('the compliance matrix', () => {
  it('knows the words of the hub, and takes words that it does not know for not shown', () => {
    expect(basis_name('shown by facts', 'applies')).toBe('facts');
    expect(basis_name('document on file', 'applies')).toBe('on_file');
    expect(basis_name('declared', 'assured')).toBe('declared');
    expect(basis_name('declared', 'not relevant')).toBe('not_relevant');
    expect(basis_name('met', 'applies')).toBe('not_shown');
    expect(basis_name(undefined, undefined)).toBe('not_shown');
  });
  it('is as weak as its weakest site', () => {
    const rows = matrix_rows({ matrix: { clauses: [{ clause: '2.6', what: 'register' }], sites: ['a', 'b', 'c'], cells: [[{ basis: 'facts' }, { basis: 'declared' }, { basis: 'not_relevant' }]] } });
    expect(rows[0]).toMatchObject({ clause: '2.6', what: 'register' });
    expect(weakest(rows[0]!)).toBe('declared');
    expect(tally(rows)).toEqual({ facts: 1, on_file: 0, declared: 1, not_shown: 0, not_relevant: 1 });
  });
});

describe('addresses and the map', () => {
  it('go there and back', () => {
    const there = link('seals', ['NZ 1/2'], { text: 'a&b', site: '' });
    expect(read_route(there)).toEqual({ page: 'seals', rest: ['NZ 1/2'], query: { text: 'a&b' } });
  });
  it('take nothing for the overview, and no fault for a broken address', () => {
    expect(read_route('').page).toBe('overview');
    expect(read_route('#seals/%E0%A4%A').rest).toEqual(['%E0%A4%A']);
  });
  it('lays Auckland north of Dunedin, and the Chathams beside the map', () => {
    expect(at(-36.85, 174.76).y).toBeLessThan(at(-45.88, 170.5).y);
    expect(inside(-36.85, 174.76)).toBe(true);
    expect(inside(-43.9, -176.5)).toBe(false);
    expect(kCoast).toHaveLength(3);
  });
});

describe('names on the map', () => {
  it('cover neither each other nor a dot, and stay on the drawing', () => {
    const dots = [{ x: 300, y: 200, name: 'akl-01' }, { x: 306, y: 204, name: 'akl-02' }, { x: kWidth - 20, y: 300, name: 'gis-01' }];
    const [first, second, third] = labels(dots);
    expect(first).toEqual({ x: 286, y: 205, end: true });
    expect(second).not.toEqual(first);
    expect(third?.end).toBe(true);
  });
  it('are left out where there is no room', () => {
    const crowd = Array.from({ length: 40 }, (_, i) => ({ x: 300 + (i % 5), y: 200 + (i % 7), name: `s${i}` }));
    expect(labels(crowd).filter((label) => label === undefined).length).toBeGreaterThan(30);
  });
});

describe('pages of the matrix', () => {
  it('stand beside each other', () => {
    const page = (site: string, next: string | null) => ({ next, matrix: { clauses: [{ clause: '2.6', what: 'register' }], sites: [site], cells: [[{ basis: 'facts', applies: true }]] } });
    const both = beside(page('a', '1'), page('b', null));
    expect(both.next).toBeNull();
    expect(matrix_rows(both)[0]?.cells.map((cell) => [cell.site, cell.basis])).toEqual([['a', 'facts'], ['b', 'facts']]);
  });
  it('take a clause that does not apply for not relevant, whatever it stands on', () => expect(basis_name('declared', false)).toBe('not_relevant'));
});
