// SPDX-License-Identifier: Apache-2.0
/// The state of this terminal: who is signed in, what the dock looks like, what waits, and what somebody is doing.
import { ask, query, type Answer } from '@common/http';
import { listen } from '@common/live';
import { show_theme } from '@common/theme';
import { like_a_badge, with_shape } from './badge';
import { plain_number, read_code } from './code';
import { open_keep, type Keep } from './db';
import { agent_ms_at, moved_ms, type Anchor } from '@common/clock';
import { with_waiting, next_seal } from './dock';
import { Pictures } from './pictures';
import { empty_queue, waiting, type Outcome, type Queue } from './queue';
import { Renewal } from './renewal';
import { new_key, post_item, Sender } from './sender';
import type { Dock, Operator, Person, Place, Session } from './types';
import { choose_language, language } from './words.svelte';
import type { Came, PaperSheet, Values } from '@/flows/spec';

export interface Run {
  readonly flow: string;
  readonly started_ms: number;
  readonly person: number;
  values: Values;
  came: Readonly<Record<string, Came>>;
  exporter: string;
  at: number;
  /// How many values the screen filled in by itself when it began.
  readonly given: number;
}

export interface Done {
  readonly flow: string;
  readonly values: Values;
  readonly key: string;
  readonly outcome: Outcome;
  readonly avoided: boolean;
  readonly exporter: string;
}

export interface Notice {
  readonly words: string;
  readonly tone: 'plain' | 'bad';
}

const kDark = matchMedia('(prefers-color-scheme: dark)');
const kDockAtMost_ms = 20_000;
/// Four terminals at work change the register several times a second: nobody reads faster than this.
const kDockApart_ms = 500;
const kTick_ms = 5_000;
const kPatience_ms = 4_000;
/// A clock that moved by more than this is looked at again.
const kMoved_ms = 5_000;
/// The same thing begun twice within this time is one tap that trembled.
const kOneTap_ms = 700;
const kLeftAtMost = 3;
/// A scanner that reads one code twice does so within this time; a person takes longer.
const kSameScan_ms = 400;

export class App {
  session = $state<Session>();
  people = $state.raw<readonly Person[]>([]);
  places = $state.raw<readonly Place[]>([]);
  operators = $state.raw<readonly Operator[]>([]);
  dock = $state.raw<Dock>();
  dock_at_ms = $state(0);
  reached = $state(true);
  queue = $state.raw<Queue>(empty_queue());
  durable = $state(true);
  page = $state<readonly string[]>(['home']);
  now_ms = $state(Date.now());
  run = $state<Run>();
  /// What somebody was in the middle of, the latest first.
  left = $state.raw<readonly Run[]>([]);
  done = $state.raw<Done>();
  paper = $state.raw<PaperSheet>();
  notice = $state.raw<Notice>();
  signing_in = $state(false);
  badge = $state('');
  #badge_shapes: readonly string[] = [];
  /// What was scanned or typed, as it was, for the number that is shown: a badge is this and not the number.
  looked = { raw: '', text: '' };
  new_secret = $state(false);
  theme = $state('auto');
  ready = $state(false);
  turned_at = 0;
  #anchor = $state.raw<Anchor>();
  #keep!: Keep;
  #sender!: Sender;
  pictures!: Pictures;
  #dock_renewal = new Renewal({ fetch: () => this.#fetch_dock(), apart_ms: kDockApart_ms });
  /// By the steady clock.
  #begun_at = -Infinity;
  #scan = { text: '', at: -Infinity };
  #unlisten: (() => void) | undefined;

  readonly left_off = $derived<Run | undefined>(this.left[0]);
  readonly units = $derived(with_waiting(this.dock?.units ?? [], this.queue.items));
  readonly next_seal = $derived(next_seal(this.dock, this.queue.items));
  readonly offset_min = $derived(this.dock?.clock.utc_offset_min ?? -new Date(this.now_ms).getTimezoneOffset());
  /// Now, by the agent's clock where it is known; as of the last tick.
  readonly site_ms = $derived(this.#by_agent(this.now_ms));

  site_now_ms(): number {
    return this.#by_agent(Date.now());
  }
  #by_agent(date_ms: number): number {
    return this.#anchor === undefined ? date_ms : agent_ms_at(this.#anchor, date_ms, performance.now());
  }
  #tick(): void {
    this.now_ms = Date.now();
    if (this.#anchor !== undefined && Math.abs(moved_ms(this.#anchor, this.now_ms, performance.now())) > kMoved_ms && this.reached) this.refresh();
    if (!this.reached && this.#unlisten === undefined) void this.#ask_session();
  }

  async start(): Promise<void> {
    this.#keep = await open_keep();
    this.durable = this.#keep.durable;
    const kept = <T>(name: string): Promise<T | undefined> => this.#keep.get<T>(name).catch(() => undefined);
    const [code, theme, session, people, places, operators, dock, ahead_ms, drafts, paper, shapes] = await Promise.all([kept<string>('language'), kept<string>('theme'), kept<Session>('session'), kept<Person[]>('people'), kept<Place[]>('places'), kept<Operator[]>('operators'), kept<Dock>('dock'), kept<number>('ahead_ms'), kept<Run[]>('drafts'), kept<PaperSheet>('paper'), kept<string[]>('badge_shapes')]);
    if (code !== undefined && code !== 'en') await choose_language(code).catch(() => undefined);
    this.set_theme(theme ?? 'auto', false);
    kDark.addEventListener('change', () => this.set_theme(this.theme, false));
    this.people = people ?? [];
    this.places = places ?? [];
    this.operators = operators ?? [];
    this.dock = dock;
    if (ahead_ms !== undefined) this.#anchor = { agent_ms: Date.now() + ahead_ms, date_ms: Date.now(), steady_ms: performance.now() };
    this.left = drafts ?? [];
    this.paper = paper;
    this.#badge_shapes = shapes ?? [];
    this.#sender = await Sender.open({
      keep: this.#keep,
      now_ms: () => performance.now(),
      post: post_item(() => this.session?.csrf ?? ''),
      changed: (queue) => (this.queue = queue),
      signed_out: () => void this.#ask_session(),
      reached: (ok) => this.#reached(ok),
      not_kept: () => (this.durable = false),
    });
    this.pictures = new Pictures({ keep: this.#keep, csrf: () => this.session?.csrf ?? '', busy: () => !this.reached || this.session?.signed_in !== true || waiting(this.queue).length > 0 });
    this.#follow_hash();
    addEventListener('popstate', () => this.#follow_hash());
    setInterval(() => this.#tick(), kTick_ms);
    document.addEventListener('visibilitychange', () => this.#tick());
    // Shown at once as it was; the agent's word comes after. Without the agent the tablet goes on with the last person.
    this.session = session;
    await this.#ask_session();
    if (!this.reached && session !== undefined) this.#take_session(session);
    this.ready = true;
    setInterval(() => (this.refresh(), void this.pictures.drain()), kDockAtMost_ms);
    this.refresh();
    void this.load_names();
  }

  /// Goes to a page: "home", "flow/apply/1", "find".
  go(page: string): void {
    history.pushState({ depth: this.#depth() + 1 }, '', `#${page}`);
    this.#follow_hash();
  }
  /// The same without a step back to where it came from.
  replace(page: string): void {
    history.replaceState(history.state, '', `#${page}`);
    this.#follow_hash();
  }
  /// A step back; to the first page where there is none.
  back(): void {
    if (this.#depth() > 0) history.back();
    else if (this.page[0] !== 'home') this.replace('home');
  }
  #depth(): number {
    const depth: unknown = (history.state as { depth?: unknown } | null)?.depth;
    return typeof depth === 'number' ? depth : 0;
  }
  /// What is shown became something else: a second tap of the same finger is not for it.
  turn(): void {
    this.turned_at = performance.now();
    // For whoever watches from outside: tests and measurements.
    performance.clearMarks('turned');
    performance.mark('turned');
  }

  begin(flow: string, values: Values = {}, came: Readonly<Record<string, Came>> = {}, exporter = ''): void {
    if (this.run?.flow === flow && performance.now() - this.#begun_at < kOneTap_ms) return;
    this.#begun_at = performance.now();
    this.#put_aside();
    const given = Object.values(came).every((how) => how === 'picked') ? Object.keys(values).length : 0;
    this.run = { flow, started_ms: Date.now(), person: this.session?.person ?? 0, values, came, exporter, at: 0, given };
    this.notice = undefined;
    this.go(`flow/${flow}/0`);
  }
  go_on_with(draft: Run): void {
    this.#put_aside();
    this.left = this.left.filter((one) => one !== draft);
    this.run = structuredClone(draft);
    this.go(`flow/${draft.flow}/${draft.at}`);
  }
  /// Keeps what is typed, so that a reload or a power cut loses nothing.
  keep_draft(): Promise<void> {
    const drafts = [...this.#begun(), ...this.left];
    return this.#keep.set('drafts', drafts.length === 0 ? undefined : drafts).catch(() => undefined);
  }
  /// The flow is done: what somebody was in the middle of before it stays.
  end_run(): void {
    this.run = undefined;
    void this.keep_draft();
  }
  /// Leaves a flow in the middle: what is typed can be gone on with.
  leave(): void {
    this.go('home');
  }
  /// How much somebody has said in the flow that is under way.
  get answered(): number {
    return this.run === undefined ? 0 : Math.max(0, Object.keys(this.run.values).length - this.run.given);
  }
  #begun(): Run[] {
    return this.run !== undefined && this.answered > 0 ? [$state.snapshot(this.run)] : [];
  }
  #put_aside(): void {
    this.left = [...this.#begun(), ...this.left].slice(0, kLeftAtMost);
    this.run = undefined;
  }
  drop_left_off(): void {
    this.left = this.left.slice(1);
    void this.keep_draft();
  }
  /// What is recorded from now on is entered from this sheet; undefined: it is put away.
  set_paper(sheet: PaperSheet | undefined): void {
    this.paper = sheet;
    void this.#keep.set('paper', sheet).catch(() => undefined);
  }

  /// The label of the closed box that was scanned or typed, as the register has it.
  closed_box(text: string): string | undefined {
    const plain = plain_number(text);
    return this.dock?.boxes?.find((box) => plain_number(box.label) === plain)?.label;
  }

  /// Keeps a record and sends it. Resolves with what is known after a short while.
  async record(command: string, body: Record<string, unknown>, words: string): Promise<{ key: string; outcome: Outcome }> {
    const key = new_key();
    const sent = this.#sender.add(
      { key, command, body: JSON.parse(JSON.stringify(body)) as Record<string, unknown>, made_ms: this.site_now_ms(), person: this.session?.person ?? 0, person_name: this.session?.name ?? '', words },
      this.reached ? kPatience_ms : 600,
    );
    return { key, outcome: await this.#dock_renewal.after(sent) };
  }
  send_again(key: string): void {
    this.#sender.take({ type: 'again', key });
  }
  take_out(key: string): void {
    this.#sender.take({ type: 'drop', key });
  }

  /// Asks about a command without recording anything.
  question<T>(command: string, body: Record<string, unknown>): Promise<Answer<T>> {
    return this.#dock_renewal.after(ask<T>(`api/v1/${command}`, { method: 'POST', body, timeout_ms: 2_000, headers: { 'Idempotency-Key': new_key(), 'X-Sealkeep-Csrf': this.session?.csrf ?? '' } }));
  }
  async read<T>(command: string, options: Record<string, string | number | undefined> = {}, timeout_ms = 5_000): Promise<Answer<T>> {
    const answer = await ask<T>(`api/v1/${command}${query(options)}`, { timeout_ms });
    this.#reached(answer.ok || answer.problem.status !== 0);
    if (!answer.ok && answer.problem.status === 401) void this.#ask_session();
    return answer;
  }

  async sign_in(who: { person?: string; badge?: string; secret?: string; new_password?: string; new_pin?: string }): Promise<Answer<Session>> {
    const answer = await ask<Session>('api/v1/session', { method: 'POST', body: who, headers: { 'X-Sealkeep-Csrf': this.session?.csrf ?? '' } });
    if (answer.ok) {
      if (who.badge !== undefined) {
        this.#badge_shapes = with_shape(this.#badge_shapes, who.badge);
        void this.#keep.set('badge_shapes', this.#badge_shapes).catch(() => undefined);
      }
      this.#take_session({ ...(this.session ?? { site: '', exporters: [], badge_allowed: true, pin_allowed: true }), ...answer.value, signed_in: true });
      this.signing_in = false;
      this.new_secret = false;
      this.badge = '';
      this.refresh();
      void this.load_names();
    }
    return answer;
  }
  /// A badge, by its shape, at a terminal where a badge signs in.
  is_badge(text: string): boolean {
    return this.session?.badge_allowed === true && this.reached && like_a_badge(this.#badge_shapes, text, this.next_seal);
  }
  /// Changes to the person of this badge; what is on the page stays.
  switch_to(badge: string): void {
    this.badge = badge;
    this.signing_in = true;
  }
  /// Puts the prompt for a new password off.
  async later(): Promise<void> {
    const answer = await ask<Session>('api/v1/session/later', { method: 'POST', body: {}, headers: { 'X-Sealkeep-Csrf': this.session?.csrf ?? '' } });
    if (this.session !== undefined) this.session = { ...this.session, ...(answer.ok ? answer.value : {}), prompt_password_change: false };
  }
  async sign_out(): Promise<void> {
    const answer = await ask<Session>('api/v1/session', { method: 'DELETE', headers: { 'X-Sealkeep-Csrf': this.session?.csrf ?? '' } });
    if (answer.ok || answer.problem.status === 401) this.#signed_out();
    else this.notice = { words: 'error.web.unreachable', tone: 'bad' };
  }

  /// The dock may have changed: it is asked for when nobody waits for something else.
  refresh(): void {
    this.#dock_renewal.want();
  }
  async #fetch_dock(): Promise<void> {
    if (this.session?.signed_in !== true) return;
    const answer = await this.read<Dock>('dock');
    if (!answer.ok) return;
    this.#anchor = { agent_ms: answer.value.clock.now_ms, date_ms: Date.now(), steady_ms: performance.now() };
    this.dock = answer.value;
    this.dock_at_ms = Date.now();
    this.now_ms = Date.now();
    void this.#keep.set_answers({ dock: answer.value, ahead_ms: answer.value.clock.now_ms - Date.now() }).catch(() => undefined);
  }
  /// People, places and transport operators: what the register knows by name.
  async load_names(): Promise<void> {
    if (this.session?.signed_in !== true) return;
    const [people, places, operators] = await Promise.all([this.read<Person[] | string>('person/list'), this.read<Place[] | string>('store/list'), this.read<Operator[] | string>('operator/list')]);
    // With several exporters everybody stands in each register.
    const once = <T>(all: readonly T[], name: (one: T) => string): T[] => all.filter((one, i) => all.findIndex((other) => name(other) === name(one)) === i);
    if (people.ok && Array.isArray(people.value)) {
      this.people = once(people.value.filter((one) => (one.left ?? '-') === '-'), (one) => one.name);
      void this.#keep.set_answers({ people: this.people }).catch(() => undefined);
    }
    if (places.ok && Array.isArray(places.value)) {
      this.places = once(places.value, (one) => one.name);
      void this.#keep.set_answers({ places: this.places }).catch(() => undefined);
    }
    if (operators.ok && Array.isArray(operators.value)) {
      this.operators = once(operators.value, (one) => one.name);
      void this.#keep.set_answers({ operators: this.operators }).catch(() => undefined);
    }
  }

  async set_language(code: string): Promise<void> {
    await choose_language(code).catch(() => undefined);
    void this.#keep.set('language', language()).catch(() => undefined);
  }
  set_theme(theme: string, keep = true): void {
    this.theme = theme;
    show_theme(theme);
    if (keep) void this.#keep.set('theme', theme).catch(() => undefined);
  }
  async recent(name: string): Promise<string[]> {
    return (await this.#keep.get<string[]>(`recent.${name}`).catch(() => undefined)) ?? [];
  }
  async remember(name: string, value: string): Promise<void> {
    const old = await this.recent(name);
    await this.#keep.set(`recent.${name}`, [value, ...old.filter((one) => one !== value)].slice(0, 8)).catch(() => undefined);
  }

  /// A scan, of a scanner that types or of one that the agent reads.
  take_scan(text: string): void {
    const now = performance.now();
    const twice = text === this.#scan.text && now - this.#scan.at < kSameScan_ms;
    this.#scan = { text, at: now };
    if (twice) return;
    const read = read_code(text);
    if (read.what === 'command' && read.command === 'BACK') this.back();
    else if (this.signing_in) this.badge = read.what === 'command' ? this.badge : text;
    else this.on_scan(text);
  }
  /// Where a scan goes; the page that is shown sets it.
  on_scan: (text: string) => void = () => undefined;
  /// Where a single key goes that was pressed outside of fields.
  on_key: (key: string) => void = () => undefined;

  #take_session(session: Session): void {
    // Who was signed in last stays known: without the agent records go on under that name.
    this.session = session.signed_in ? session : { ...this.session, ...session };
    void this.#keep.set('session', $state.snapshot(this.session)).catch(() => undefined);
    this.#sender.take({ type: 'person', person: session.signed_in ? session.person : 0 });
    if (!session.signed_in) this.signing_in = true;
    this.#follow_events();
  }
  #signed_out(): void {
    if (this.session !== undefined) this.#take_session({ ...this.session, signed_in: false });
  }
  #reached(ok: boolean): void {
    const back = ok && !this.reached;
    this.reached = ok;
    if (!back) return;
    this.#sender.take({ type: 'wake', reached: true });
    this.refresh();
  }
  /// Asks who is signed in; true: somebody is.
  async #ask_session(): Promise<boolean> {
    const before = this.session?.csrf;
    const now = await ask<Session>('api/v1/session', { timeout_ms: 5_000 });
    // Somebody signed in or out meanwhile: that is newer.
    if (now.ok && before === this.session?.csrf) this.#take_session(now.value);
    this.#reached(now.ok || now.problem.status !== 0);
    return now.ok && now.value.signed_in;
  }
  /// What happens is told to who is signed in; nobody else asks for it.
  #follow_events(): void {
    if (this.session?.signed_in !== true) {
      this.#unlisten?.();
      this.#unlisten = undefined;
      return;
    }
    this.#unlisten ??= listen('api/v1/events', ['hello', 'register', 'sync', 'scan'], (event, data) => this.#heard(event, data), (ok) => this.#reached(ok), () => this.#ask_session());
  }
  #heard(event: string, data: Record<string, unknown>): void {
    if (event === 'scan' && typeof data['text'] === 'string') this.take_scan(data['text']);
    if (event === 'hello' || event === 'register' || event === 'sync') this.refresh();
    if (event === 'hello') void this.load_names();
  }
  #follow_hash(): void {
    let parts = ['home'];
    try {
      parts = location.hash.slice(1).split('/').filter((part) => part !== '').map(decodeURIComponent);
    } catch {
      // An address that nobody of us wrote.
    }
    this.page = parts.length === 0 ? ['home'] : parts;
    this.turn();
    if (this.page[0] !== 'flow') this.#put_aside();
    if (this.page[0] !== 'home') return;
    this.notice = undefined;
    this.done = undefined;
  }
}

export const app = new App();
