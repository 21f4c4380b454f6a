// SPDX-License-Identifier: Apache-2.0
/// What the agent answers, as far as this page reads it.

export interface Exporter {
  readonly hub: string;
  readonly name: string;
}

export interface Session {
  readonly signed_in: boolean;
  readonly person: number;
  readonly name: string;
  readonly role: string;
  readonly csrf: string;
  readonly terminal_name?: string;
  readonly site: string;
  readonly exporters: readonly Exporter[];
  readonly badge_allowed: boolean;
  readonly pin_allowed: boolean;
  readonly prompt_password_change: boolean;
  /// Cameras of this site, the usual one first.
  readonly cameras?: readonly string[];
  /// At a terminal that somebody signed in at before: who may sign in here.
  readonly people?: readonly { readonly name: string }[];
}

export type UnitState = 'checked_empty' | 'loading' | 'paused' | 'load_ended' | 'closed' | 'secured' | 'sealed' | 'checked' | 'held' | 'opened' | 'none';

export interface DockUnit {
  readonly unit: string;
  readonly kind: string;
  readonly exporter: string;
  readonly state: UnitState;
  readonly seals: readonly string[];
  readonly next: string;
  /// Null: not known.
  readonly since_ms: number | null;
  /// Null: nothing is due, or it cannot be judged.
  readonly due_ms: number | null;
  readonly held: boolean;
  readonly differs: boolean;
  /// Only in this tablet so far.
  readonly waits?: boolean;
}

/// A box on the dock with seals in it.
export interface Box {
  readonly name: string;
  readonly no: number;
  readonly exporter: string;
  readonly family: string;
  readonly seals: number;
  readonly next_seal: string;
}

/// A box that was received as labelled and is still closed.
export interface ClosedBox {
  readonly label: string;
  readonly exporter: string;
  readonly first: string;
  readonly last: string;
  readonly seals: number;
}

/// A store or a dock box, as the registers know it.
export interface Place {
  readonly name: string;
  readonly number: number;
  readonly kind: string;
}

/// A transport operator of the plan.
export interface Operator {
  readonly name: string;
  readonly number: number | string;
}

export interface SyncState {
  readonly exporter: string;
  readonly connected: boolean;
  readonly waiting: number;
  /// Age of the oldest one when the agent answered; null: none waits.
  readonly oldest_ms: number | null;
  readonly trouble: string;
}

export interface Dock {
  readonly site: string;
  readonly clock: { readonly now_ms: number; readonly utc_offset_min: number; readonly sure: boolean };
  readonly sync: readonly SyncState[];
  readonly units: readonly DockUnit[];
  readonly places: readonly Box[];
  readonly boxes?: readonly ClosedBox[];
  readonly to_do_count: number;
  readonly to_do_late: number;
}

export interface Look {
  /// seal, unit, box, sheet, unknown, several, command, person.
  readonly what: string;
  readonly number?: string;
  readonly family?: string;
  readonly unit?: string;
  readonly exporter?: string;
  readonly state?: string;
  readonly place?: string;
  readonly flow?: string;
  readonly note?: string;
  /// Of several: what it may be. Of an unknown seal: live ones that people take for the number that was typed.
  readonly candidates?: readonly Look[];
}

export interface Person {
  readonly name: string;
  readonly number: number;
  readonly left?: string;
}

export interface Irregular {
  readonly code: string;
  readonly sentence: string;
}

export interface Duty {
  readonly rule?: number;
  readonly to_do: string;
  readonly about: string;
  readonly left: string;
  readonly severity: string;
  readonly due: string;
  readonly entry: string;
  readonly clause: string;
  readonly exporter?: string;
}

/// The answer to a record, or to the question whether a stop sign stands before it.
export interface Recorded {
  readonly recorded: string;
  readonly entry?: string;
  readonly repeated?: boolean;
  readonly stop?: boolean;
  readonly irregular?: readonly Irregular[];
  readonly look_again?: readonly string[];
  readonly next?: readonly Duty[] | string;
}
