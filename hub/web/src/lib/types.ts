// SPDX-License-Identifier: Apache-2.0
/// What the hub answers. Every member may be absent: an older hub, or something that nobody knows. Times are Unix ms.

export type Severity = 'critical' | 'high' | 'warn' | 'list' | 'digest';
type Ms = number | null;

export interface Session {
  readonly signed_in: boolean;
  readonly person?: string | number;
  readonly name?: string;
  readonly role?: string;
  readonly sites?: readonly string[] | null;
  readonly csrf?: string;
  readonly second_factor?: 'needed' | 'enrol' | 'ok';
  readonly otpauth?: string;
  readonly hub?: string;
  readonly prompt_password_change?: boolean;
  readonly until_ms?: Ms;
}

export interface Alert {
  readonly id: string;
  readonly rule?: number | string;
  readonly rule_name?: string;
  readonly severity?: Severity;
  readonly site?: string;
  readonly subject?: string;
  readonly about?: string;
  readonly what?: string;
  readonly why?: string;
  readonly clause?: string;
  readonly what_to_do?: string;
  readonly since_ms?: Ms;
  readonly raised_ms?: Ms;
  readonly due_ms?: Ms;
  readonly resolved_ms?: Ms;
  readonly unaccounted?: boolean;
  readonly state?: AlertState;
  readonly owner?: string;
  readonly snoozed_until_ms?: Ms;
  readonly covered_by?: string;
  readonly escalation_step?: number;
  readonly next_escalation_ms?: Ms;
  readonly resolved_by?: string;
  readonly cause?: string;
  readonly explained_by?: string;
  readonly site_could_not_know?: boolean;
  readonly customs_decision?: string;
  /// The incident that it is about, where Customs' clock runs.
  readonly incident?: string;
  readonly next_step?: NextStep;
  readonly comments?: number | readonly unknown[];
}
export type AlertState = 'open' | 'acknowledged' | 'snoozed' | 'covered' | 'resolved';
export const kAlertStates: readonly AlertState[] = ['open', 'acknowledged', 'snoozed', 'covered', 'resolved'];

export interface Told {
  readonly at_ms?: Ms;
  readonly what?: string;
  readonly by?: string;
  readonly text?: string;
}
export interface AlertPage extends Alert {
  readonly history?: readonly Told[];
  readonly story?: string | readonly string[];
  readonly seal?: SealPage;
  readonly notices?: readonly { at_ms?: Ms; channel?: string; to?: string; state?: string; tries?: number }[];
  readonly spoke?: readonly string[];
  readonly quiet?: readonly string[];
}
export interface AlertList {
  readonly alerts?: readonly Alert[];
  readonly next?: string | null;
  readonly counts?: Readonly<Partial<Record<AlertState, number>>>;
}

export interface Site {
  readonly site: string;
  readonly code?: string;
  readonly state?: string;
  readonly connected?: boolean;
  readonly heard_up_to_ms?: Ms;
  readonly heard_ms?: Ms;
  readonly drift_ms?: Ms;
  readonly records?: number;
  readonly backlog?: number;
  readonly originals_awaited?: number;
  readonly stock?: number;
  readonly on_dock?: number;
  readonly late?: number;
  readonly last_count_ms?: Ms;
  readonly day_closed?: string | null;
  readonly balances?: boolean | null;
  readonly unaccounted?: number;
  /// Millionths of a degree.
  readonly place?: { readonly lat_e6: number; readonly lon_e6: number } | null;
  readonly frozen?: boolean | string;
  /// It waits for somebody who compares the fingerprint of its keys.
  readonly asks?: boolean;
  readonly next?: string;
  readonly fingerprint?: string;
}
export interface Ledger {
  readonly family?: string;
  readonly equation?: string;
  readonly left?: number;
  readonly right?: number;
  readonly balances?: boolean;
  readonly unbalanced?: readonly string[];
  readonly [term: string]: unknown;
}
export interface SitePage extends Site {
  readonly ledgers?: readonly Ledger[];
  readonly places?: readonly { name?: string; seals?: number }[];
  readonly units?: readonly { unit?: string; state?: string; since_ms?: Ms; late?: boolean | number }[];
  readonly people?: readonly Person[];
  readonly plan?: { version?: string; from?: string; from_ms?: Ms } | null;
  readonly keys?: { fingerprint?: string; epoch?: number; origin?: string } | null;
  readonly software?: string;
  readonly alerts?: readonly Alert[];
  readonly approvals?: readonly { scope?: string; from_ms?: Ms; until_ms?: Ms; plan_version?: string }[];
}

export interface SealHit {
  readonly number: string;
  readonly family?: string;
  readonly site?: string;
  readonly state?: string;
  readonly unit?: string;
  readonly place?: string;
  readonly since_ms?: Ms;
  readonly alert?: string | null;
}
export interface SealLine {
  readonly site?: string;
  readonly record?: string;
  readonly happened?: string;
  readonly happened_ms?: Ms;
  readonly recorded?: string;
  readonly recorded_ms?: Ms;
  readonly what?: string;
  readonly words?: string;
  readonly by?: string;
  readonly irregular?: string;
  readonly proof?: string;
  readonly restated?: string;
  /// What a camera read, in words; and which details of the record are photos.
  readonly pictures?: readonly string[];
  /// One for each of `pictures`: which detail its words are, and where its original is.
  readonly originals?: readonly { picture: number; standing: string; held_bytes?: number; bytes?: number }[];
  readonly photos?: readonly number[];
}
export interface SealPage {
  readonly seal?: string;
  readonly family?: string;
  readonly sites?: readonly { site?: string; state?: string; state_name?: string; unit?: string; received?: string; applied?: string; received_ms?: Ms; applied_ms?: Ms; accounted_for_once?: boolean; heard_everything_up_to?: string; heard_up_to_ms?: Ms }[];
  readonly history?: readonly SealLine[];
}

export interface Overview {
  readonly sentence?: string;
  readonly as_of_ms?: Ms;
  readonly heard_up_to_ms?: Ms;
  readonly more_not_accounted_for?: number;
  readonly seals?: number;
  readonly unaccounted?: number;
  readonly tell_customs_by_ms?: Ms;
  readonly sites_not_heard?: number;
  readonly all_well?: boolean;
  readonly parts?: readonly { text: string; count: number; list: 'tell_customs' | 'unaccounted' | 'not_heard' }[];
  readonly tell_customs?: readonly TellCustoms[];
  readonly not_accounted_for?: readonly NotAccounted[];
  readonly not_heard?: readonly { site: string; since_ms?: Ms; watermark_ms?: Ms; expected_back_ms?: Ms; covers?: number }[];
  readonly needs_me?: readonly { alert: string; incident?: string; what?: string; must?: string; site?: string; severity?: Severity; due_ms?: Ms; assigned?: string }[];
  readonly in_digest?: number;
  readonly sites?: readonly Site[];
  readonly compliance?: { facts?: number; on_file?: number; declared?: number; not_shown?: number; sites_read?: number; sites?: number } | null;
}
export interface TellCustoms {
  /// Absent once Customs was told: the alert is over, and the form is still to be sent.
  readonly alert?: string;
  readonly id: string;
  readonly next_step?: NextStep | '';
  readonly what?: string;
  readonly site?: string;
  readonly clause?: string;
  readonly due_ms?: Ms;
  readonly discovered_ms?: Ms;
  readonly draft_ready?: boolean;
  readonly decision?: string;
  readonly reported_ms?: Ms;
}
export interface NotAccounted {
  readonly alert: string;
  readonly seal?: string;
  readonly range?: string;
  readonly site?: string;
  readonly why?: string;
  readonly clause?: string;
  readonly severity?: Severity;
  readonly last_seen?: { what?: string; by?: string; when_ms?: Ms } | null;
  readonly who?: string;
  readonly must?: string;
  readonly by_ms?: Ms;
  readonly state?: string;
  readonly assigned?: string;
}

export interface Delivery {
  readonly approval?: string;
  readonly site?: string;
  readonly family?: string;
  readonly first?: string;
  readonly last?: string;
  readonly planned?: number;
  readonly received?: number;
  readonly short?: number;
  readonly over?: number;
  /// How many of them another site took in.
  readonly wrong_site?: number;
  /// The site that took in the newest of them.
  readonly went_to?: string;
  readonly expected_ms?: Ms;
  readonly received_ms?: Ms;
  readonly state?: string;
  readonly alert?: string | null;
}
export type NextStep = 'decide' | 'tell' | 'send_form' | 'note_reply';
export interface CustomsStep {
  readonly at_ms?: Ms;
  readonly when_ms?: Ms;
  readonly step: 'decided' | 'told' | 'replied';
  readonly by?: string;
  readonly words?: string;
  readonly decision?: string;
  readonly how?: string;
  readonly whom?: string;
  readonly reference?: string;
  readonly text?: string;
}
export interface Incident {
  readonly id: string;
  readonly next_step?: NextStep;
  readonly written_ms?: Ms;
  readonly replied_ms?: Ms;
  readonly steps?: readonly CustomsStep[];
  readonly kind?: string;
  readonly site?: string;
  readonly what?: string;
  readonly discovered_ms?: Ms;
  readonly due_ms?: Ms;
  readonly decision?: string;
  readonly reported_ms?: Ms;
  readonly reference?: string;
  readonly reply?: string;
  readonly state?: string;
  readonly how?: string;
  readonly reason?: string;
  readonly decided_ms?: Ms;
  /// "1/42": what `print incident` wants.
  readonly entry?: string;
  readonly story?: string | null;
}
export interface Person {
  readonly name?: string;
  readonly site?: string;
  readonly role?: string;
  readonly competences?: readonly { what?: string; label?: string; until_ms?: Ms }[];
  readonly key_position?: boolean;
  readonly review_until_ms?: Ms;
  readonly left_ms?: Ms;
}
export interface PlanVersion {
  readonly version?: string;
  readonly from?: string;
  readonly approved?: string | boolean;
  readonly document?: string;
  readonly settings?: readonly PlanSetting[];
}
export interface PlanSetting {
  readonly name?: string;
  readonly value?: number | string;
  readonly was?: number | string | undefined;
  readonly source?: string;
}
export interface Compliance {
  readonly summary?: string;
  /// More sites are on the next page.
  readonly next?: string | null;
  readonly matrix?: {
    readonly clauses: readonly { clause: string; what?: string }[];
    readonly sites: readonly string[];
    readonly cells: readonly (readonly { basis?: string; applies?: boolean; entries?: number; overdue?: number }[])[];
  };
  /// One clause with what is behind it, where one was asked for.
  readonly of?: { readonly clause?: string; readonly what?: string; readonly sites?: readonly ClauseAtSite[] };
  readonly taken_out_at_head_office?: readonly Readonly<Record<string, unknown>>[];
}
export interface ClauseAtSite {
  readonly site?: string;
  readonly how?: string;
  readonly basis?: string;
  readonly why?: string;
  readonly reason?: string;
  readonly plan_version?: string;
  readonly records_behind_it?: number;
  readonly newest_records?: readonly { record?: string; happened?: string; what?: string; by?: string; irregular?: string }[];
  readonly to_do?: readonly { to_do?: string; about?: string; due?: string }[];
}
export interface TrendDay {
  readonly day: string | number;
  readonly received?: number;
  readonly applied?: number;
  readonly checked?: number;
  readonly uplifted?: number;
  readonly alerts?: number;
  readonly late?: number;
  readonly typed_share?: number | null;
  readonly late_entry_share?: number | null;
  readonly sites_heard?: number;
}
export interface Approval {
  readonly id: string | number;
  readonly words?: string;
  readonly asked_by?: string;
  readonly asked_ms?: Ms;
  readonly expires_ms?: Ms;
  readonly state?: string;
  /// False for whoever asked.
  readonly may_confirm?: boolean;
}
export interface Channel {
  readonly name: string;
  readonly kind?: string;
  readonly to?: string;
  readonly state?: string;
  readonly last_ok_ms?: Ms;
  readonly waiting?: number;
  readonly dead?: number;
}
