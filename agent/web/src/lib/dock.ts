// SPDX-License-Identifier: Apache-2.0
/// The dock as this tablet knows it: the agent's last answer and on top of it what still waits here. Pure.
import type { Item } from './queue';
import type { Dock, DockUnit, UnitState } from './types';

export type Shape = 'late' | 'held' | 'differs' | 'seal' | 'check' | 'driver' | 'load';

export interface DockRow {
  readonly unit: DockUnit;
  readonly shape: Shape;
  /// Minutes until it is late; negative: minutes late. Undefined: nothing is due, or it cannot be judged.
  readonly left_min: number | undefined;
  readonly since_min: number | undefined;
  readonly late: boolean;
  /// Id of the flow that its next step starts.
  readonly flow: string;
}

const kMinute_ms = 60_000;
const kNextOf: Partial<Record<UnitState, string>> = { closed: 'seal', secured: 'seal', sealed: 'check', checked: 'driver', held: 'look_inside' };
/// The row's next step has more than one way: the page of its number asks.
export const kAsk = '';
const kFlowOf: Record<string, string> = { seal: 'apply', check: 'check', driver: 'uplift', look_inside: 'looked_at', settle: kAsk, close: 'load' };

const text = (body: Readonly<Record<string, unknown>>, name: string): string => (typeof body[name] === 'string' ? (body[name] as string) : '');

const kStateAfter: Record<string, UnitState> = {
  'container/checked-empty': 'checked_empty',
  'container/start': 'loading',
  'container/pause': 'paused',
  'container/end': 'load_ended',
  'container/close': 'closed',
  'container/secure': 'secured',
  'container/hold': 'held',
  'seal/apply': 'sealed',
  'seal/check': 'checked',
  'seal/tampered': 'held',
};

/// The units after the records that wait in this tablet.
export function with_waiting(units: readonly DockUnit[], items: readonly Item[]): DockUnit[] {
  let out = [...units];
  for (const item of items) {
    if (item.problem !== undefined || item.body['avoid'] === true) continue;
    const id = text(item.body, 'container') || text(item.body, 'package');
    if (id === '') continue;
    if (item.command === 'seal/uplift' || item.command === 'container/cancel') {
      out = out.filter((unit) => unit.unit !== id);
      continue;
    }
    const state = kStateAfter[item.command];
    if (state === undefined) continue;
    const old = out.find((unit) => unit.unit === id);
    const seal = text(item.body, 'seal');
    const held = state === 'held' || (old?.held ?? false);
    const changed: DockUnit = {
      unit: id,
      kind: old?.kind ?? (item.body['package'] === undefined ? 'container' : 'package'),
      exporter: text(item.body, 'exporter') || (old?.exporter ?? ''),
      state,
      seals: item.command === 'seal/apply' && seal !== '' ? [...(old?.seals ?? []), seal] : (old?.seals ?? []),
      next: held ? 'look_inside' : (kNextOf[state] ?? 'load'),
      since_ms: item.made_ms,
      due_ms: null,
      held,
      differs: old?.differs ?? false,
      waits: true,
    };
    out = old === undefined ? [...out, changed] : out.map((unit) => (unit.unit === id ? changed : unit));
  }
  return out;
}

function shape_of(unit: DockUnit, late: boolean): Shape {
  if (unit.held) return 'held';
  if (unit.differs) return 'differs';
  if (late) return 'late';
  if (unit.next === 'seal') return 'seal';
  if (unit.next === 'check' || unit.next === 'settle') return 'check';
  return unit.next === 'driver' ? 'driver' : 'load';
}

/// Most urgent first: held, late, by what is left, then what is not due, oldest first.
export function dock_rows(units: readonly DockUnit[], now_ms: number): DockRow[] {
  const rank = (row: DockRow): number => (row.unit.held ? 0 : row.late ? 1 : row.unit.differs ? 2 : row.left_min !== undefined ? 3 : row.unit.next === 'driver' ? 4 : 5);
  return units
    .map((unit): DockRow => {
      const left_ms = unit.due_ms === null ? undefined : unit.due_ms - now_ms;
      const late = left_ms !== undefined && left_ms < 0;
      return {
        unit,
        shape: shape_of(unit, late),
        left_min: left_ms === undefined ? undefined : late ? -Math.max(1, Math.floor(-left_ms / kMinute_ms)) : Math.ceil(left_ms / kMinute_ms),
        since_min: unit.since_ms === null ? undefined : Math.max(0, Math.floor((now_ms - unit.since_ms) / kMinute_ms)),
        late,
        flow: kFlowOf[unit.next] ?? 'load',
      };
    })
    .sort((a, b) => rank(a) - rank(b) || (a.left_min ?? 1e9) - (b.left_min ?? 1e9) || (a.unit.since_ms ?? now_ms) - (b.unit.since_ms ?? now_ms));
}

/// The first dock box with seals, and its next one after what waits in this tablet; "" when that is used up here.
export function next_seal(dock: Dock | undefined, items: readonly Item[]): string {
  const seal = dock?.places.find((box) => box.next_seal !== '')?.next_seal ?? '';
  return items.some((item) => item.body['seal'] === seal || item.body['new'] === seal) ? '' : seal;
}
