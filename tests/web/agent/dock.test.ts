// SPDX-License-Identifier: Apache-2.0
import { dock_rows, next_seal, with_waiting } from '@/lib/dock';
import type { Item } from '@/lib/queue';
import type { Dock, DockUnit } from '@/lib/types';

const kNow_ms = 10_000_000;
const unit = (name: string, more: Partial<DockUnit>): DockUnit => ({ unit: name, kind: 'container', exporter: 'hub', state: 'closed', seals: [], next: 'seal', since_ms: kNow_ms - 360_000, due_ms: null, held: false, differs: false, ...more });
const record = (command: string, body: Record<string, unknown>, more: Partial<Item> = {}): Item => ({ key: command, seq: 1, command, body, made_ms: kNow_ms, person: 1, person_name: '', words: '', tries: 0, ...more });

describe('the dock', () => {
  it('shows the most urgent first: held, late, what differs, what is due, the driver, the rest', () => {
    const rows = dock_rows(
      [
        unit('LOADING', { state: 'loading', next: 'load' }),
        unit('READY', { state: 'checked', next: 'driver' }),
        unit('DUE', { due_ms: kNow_ms + 540_000 }),
        unit('DIFFERS', { differs: true }),
        unit('LATE', { due_ms: kNow_ms - 1 }),
        unit('HELD', { held: true, next: 'look_inside' }),
      ],
      kNow_ms,
    );
    expect(rows.map((row) => row.unit.unit)).toEqual(['HELD', 'LATE', 'DIFFERS', 'DUE', 'READY', 'LOADING']);
    expect(rows.map((row) => row.shape)).toEqual(['held', 'late', 'differs', 'seal', 'driver', 'load']);
  });
  it('counts minutes so that "0 min late" is never said', () => {
    const [row] = dock_rows([unit('A', { due_ms: kNow_ms - 1_000 })], kNow_ms);
    expect(row?.left_min).toBe(-1);
    expect(dock_rows([unit('A', { due_ms: kNow_ms + 1_000 })], kNow_ms)[0]?.left_min).toBe(1);
  });
  it('says nothing of a limit that cannot be judged', () => {
    const [row] = dock_rows([unit('A', { due_ms: null })], kNow_ms);
    expect(row?.left_min).toBeUndefined();
    expect(row?.late).toBe(false);
  });
  it('shows what waits in this tablet as if it were recorded, and says that it waits', () => {
    const after = with_waiting([unit('MSCU6639870', {})], [record('seal/apply', { container: 'MSCU6639870', seal: 'NZ300006' })]);
    expect(after).toMatchObject([{ state: 'sealed', next: 'check', seals: ['NZ300006'], waits: true }]);
  });
  it('takes away a container that the driver took, and adds one that nobody knew', () => {
    const after = with_waiting([unit('A', {})], [record('seal/uplift', { container: 'A' }), record('container/close', { container: 'B' })]);
    expect(after.map((one) => one.unit)).toEqual(['B']);
  });
  it('leaves the dock alone for records that are put aside or avoided', () => {
    const aside = record('seal/uplift', { container: 'A' }, { problem: { status: 400, code: '', title: '', detail: '', next: '', retry_after_s: 0 } });
    expect(with_waiting([unit('A', {})], [aside, record('seal/uplift', { container: 'A', avoid: true })])).toHaveLength(1);
  });
  it('keeps a held container held, whatever else waits', () => {
    const [after] = with_waiting([unit('A', { held: true, next: 'look_inside' })], [record('seal/apply', { container: 'A', seal: 'NZ1' })]);
    expect(after).toMatchObject({ held: true, next: 'look_inside' });
  });
  it('offers the next seal of the dock box, unless it is used up here', () => {
    const dock = { places: [{ name: 'Dock box 1', no: 1, kind: 'dock_box', exporter: 'hub', family: 'ses', seals: 0, next_seal: '' }, { name: 'Dock box 2', no: 2, kind: 'dock_box', exporter: 'hub', family: 'ses', seals: 4, next_seal: 'NZ6' }] } as unknown as Dock;
    expect(next_seal(dock, [])).toBe('NZ6');
    expect(next_seal(dock, [record('seal/apply', { seal: 'NZ6' })])).toBe('');
    expect(next_seal(undefined, [])).toBe('');
  });
});
