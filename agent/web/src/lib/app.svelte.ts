// SPDX-License-Identifier: Apache-2.0
/// The state of this terminal: who is signed in, what the dock looks like, what waits, and what somebody is doing.
import { ask, query, type Answer } from '@common/http';
import { listen } from '@common/live';
import { open_keep, type Keep } from './db';
import { with_waiting, next_seal } from './dock';
import { empty_queue, type Outcome, type Queue } from './queue';
import { new_key, post_item, Sender } from './sender';
import type { Dock, Person, Place, Session } from './types';
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

const kDockAtMost_ms = 20_000;
const kTick_ms = 5_000;
const kPatience_ms = 4_000;

export class App {
  session = $state<Session>();
  people = $state.raw<readonly Person[]>([]);
  places = $state.raw<readonly Place[]>([]);
  dock = $state.raw<Dock>();
  dock_at_ms = $state(0);
  reached = $state(true);
  queue = $state.raw<Queue>(empty_queue());
  durable = $state(true);
  page = $state<readonly string[]>(['home']);
  now_ms = $state(Date.now());
  run = $state<Run>();
  left_off = $state<Run>();
  done = $state.raw<Done>();
  paper = $state.raw<PaperSheet>();
  notice = $state.raw<Notice>();
  signing_in = $state(false);
  badge = $state('');
  new_secret = $state(false);
  theme = $state('auto');
  ready = $state(false);
  /// Agent's clock minus this tablet's.
  #ahead_ms = 0;
  #keep!: Keep;
  #sender!: Sender;
  #asked_dock = 0;

  readonly units = $derived(with_waiting(this.dock?.units ?? [], this.queue.items));
  readonly next_seal = $derived(next_seal(this.dock, this.queue.items));
  readonly offset_min = $derived(this.dock?.clock.utc_offset_min ?? -new Date(this.now_ms).getTimezoneOffset());
  /// Now, by the agent's clock where it is known.
  readonly site_ms = $derived(this.now_ms + this.#ahead_ms);

  site_now_ms(): number {
    return Date.now() + this.#ahead_ms;
  }

  async start(): Promise<void> {
    this.#keep = await open_keep();
    this.durable = this.#keep.durable;
    const kept = <T>(name: string): Promise<T | undefined> => this.#keep.get<T>(name).catch(() => undefined);
    const [code, theme, session, people, places, dock, draft] = await Promise.all([kept<string>('language'), kept<string>('theme'), kept<Session>('session'), kept<Person[]>('people'), kept<Place[]>('places'), kept<Dock>('dock'), kept<Run>('draft')]);
    if (code !== undefined && code !== 'en') await choose_language(code).catch(() => undefined);
    this.set_theme(theme ?? 'auto', false);
    this.people = people ?? [];
    this.places = places ?? [];
    this.dock = dock;
    this.left_off = draft;
    this.#sender = await Sender.open({
      keep: this.#keep,
      now_ms: () => Date.now(),
      post: post_item(() => this.session?.csrf ?? ''),
      changed: (queue) => (this.queue = queue),
      signed_out: () => void this.#again_after_silence(),
      reached: (ok) => this.#reached(ok),
    });
    this.#follow_hash();
    addEventListener('hashchange', () => this.#follow_hash());
    setInterval(() => (this.now_ms = Date.now()), kTick_ms);
    document.addEventListener('visibilitychange', () => (this.now_ms = Date.now()));
    const now = await ask<Session>('api/v1/session', { timeout_ms: 5_000 });
    // Without the agent the tablet goes on with the person who was signed in last.
    if (now.ok) this.#take_session(now.value);
    else if (session !== undefined) this.#take_session(session);
    this.#reached(now.ok || now.problem.status !== 0);
    this.ready = true;
    listen('api/v1/events', ['hello', 'register', 'sync', 'scan'], (event, data) => this.#heard(event, data), (ok) => this.#reached(ok));
    setInterval(() => void this.refresh(), kDockAtMost_ms);
    void this.refresh();
    void this.load_names();
  }

  /// Goes to a page: "home", "flow/apply/1", "find".
  go(page: string): void {
    if (location.hash === `#${page}`) this.#follow_hash();
    else location.hash = page;
  }
  /// The same without a step back to where it came from.
  replace(page: string): void {
    history.replaceState(null, '', `#${page}`);
    this.#follow_hash();
  }

  begin(flow: string, values: Values = {}, came: Readonly<Record<string, Came>> = {}, exporter = ''): void {
    if (this.run !== undefined && Object.keys(this.run.values).length > 0) this.left_off = $state.snapshot(this.run);
    this.run = { flow, started_ms: Date.now(), person: this.session?.person ?? 0, values, came, exporter, at: 0 };
    this.notice = undefined;
    this.go(`flow/${flow}/0`);
  }
  go_on_with(draft: Run): void {
    this.run = draft;
    this.left_off = undefined;
    this.go(`flow/${draft.flow}/${draft.at}`);
  }
  /// Keeps what is typed, so that a reload or a power cut loses nothing; undefined: done with.
  keep_draft(): Promise<void> {
    return this.#keep.set('draft', $state.snapshot(this.run ?? this.left_off)).catch(() => undefined);
  }
  /// The flow is done: what somebody was in the middle of before it stays.
  end_run(): void {
    this.run = undefined;
    void this.keep_draft();
  }
  /// Leaves a flow in the middle: what is typed can be gone on with.
  leave(): void {
    if (this.run !== undefined && Object.keys(this.run.values).length > 0) this.left_off = $state.snapshot(this.run);
    this.run = undefined;
    this.go('home');
  }
  drop_left_off(): void {
    this.left_off = undefined;
    void this.keep_draft();
  }

  /// Keeps a record and sends it. Resolves with what is known after a short while.
  async record(command: string, body: Record<string, unknown>, words: string): Promise<{ key: string; outcome: Outcome }> {
    const key = new_key();
    const outcome = await this.#sender.add(
      { key, command, body: JSON.parse(JSON.stringify(body)) as Record<string, unknown>, made_ms: this.site_now_ms(), person: this.session?.person ?? 0, person_name: this.session?.name ?? '', words },
      this.reached ? kPatience_ms : 600,
    );
    return { key, outcome };
  }
  send_again(key: string): void {
    this.#sender.take({ type: 'again', key });
  }
  take_out(key: string): void {
    this.#sender.take({ type: 'drop', key });
  }

  /// Asks about a command without recording anything.
  question<T>(command: string, body: Record<string, unknown>): Promise<Answer<T>> {
    return ask<T>(`api/v1/${command}`, { method: 'POST', body, timeout_ms: 2_000, headers: { 'Idempotency-Key': new_key(), 'X-Sealkeep-Csrf': this.session?.csrf ?? '' } });
  }
  async read<T>(command: string, options: Record<string, string | number | undefined> = {}, timeout_ms = 5_000): Promise<Answer<T>> {
    const answer = await ask<T>(`api/v1/${command}${query(options)}`, { timeout_ms });
    this.#reached(answer.ok || answer.problem.status !== 0);
    if (!answer.ok && answer.problem.status === 401) this.#signed_out();
    return answer;
  }

  async sign_in(who: { person?: string; badge?: string; secret?: string; new_password?: string; new_pin?: string }): Promise<Answer<Session>> {
    const answer = await ask<Session>('api/v1/session', { method: 'POST', body: who, headers: { 'X-Sealkeep-Csrf': this.session?.csrf ?? '' } });
    if (answer.ok) {
      this.#take_session({ ...(this.session ?? { site: '', exporters: [], badge_allowed: true, pin_allowed: true }), ...answer.value, signed_in: true });
      this.signing_in = false;
      this.new_secret = false;
      this.badge = '';
      void this.refresh();
      void this.load_names();
    }
    return answer;
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

  async refresh(): Promise<void> {
    const now = Date.now();
    if (this.#asked_dock > now - 300 || this.session?.signed_in !== true) return;
    this.#asked_dock = now;
    const answer = await this.read<Dock>('dock');
    if (!answer.ok) return;
    this.#ahead_ms = answer.value.clock.now_ms - Date.now();
    this.dock = answer.value;
    this.dock_at_ms = Date.now();
    this.now_ms = Date.now();
    void this.#keep.set('dock', answer.value).catch(() => undefined);
  }
  /// People and places: what the register knows by name.
  async load_names(): Promise<void> {
    if (this.session?.signed_in !== true) return;
    const [people, places] = await Promise.all([this.read<Person[] | string>('person/list'), this.read<Place[] | string>('store/list')]);
    // With several exporters everybody stands in each register.
    const once = <T>(all: readonly T[], name: (one: T) => string): T[] => all.filter((one, i) => all.findIndex((other) => name(other) === name(one)) === i);
    if (people.ok && Array.isArray(people.value)) {
      this.people = once(people.value.filter((one) => (one.left ?? '-') === '-'), (one) => one.name);
      void this.#keep.set('people', this.people).catch(() => undefined);
    }
    if (places.ok && Array.isArray(places.value)) {
      this.places = once(places.value, (one) => one.name);
      void this.#keep.set('places', this.places).catch(() => undefined);
    }
  }

  async set_language(code: string): Promise<void> {
    await choose_language(code).catch(() => undefined);
    void this.#keep.set('language', language()).catch(() => undefined);
  }
  set_theme(theme: string, keep = true): void {
    this.theme = theme;
    const dark = theme === 'dark' || (theme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
    document.documentElement.dataset['theme'] = theme === 'sun' ? 'sun' : dark ? 'dark' : 'light';
    if (keep) void this.#keep.set('theme', theme).catch(() => undefined);
  }
  async recent(name: string): Promise<string[]> {
    return (await this.#keep.get<string[]>(`recent.${name}`).catch(() => undefined)) ?? [];
  }
  async remember(name: string, value: string): Promise<void> {
    const old = await this.recent(name);
    await this.#keep.set(`recent.${name}`, [value, ...old.filter((one) => one !== value)].slice(0, 8)).catch(() => undefined);
  }

  /// Where a scan goes; the page that is shown sets it.
  on_scan: (text: string) => void = () => undefined;
  /// Where a single key goes that was pressed outside of fields.
  on_key: (key: string) => void = () => undefined;

  #take_session(session: Session): void {
    this.session = session;
    void this.#keep.set('session', $state.snapshot(session)).catch(() => undefined);
    this.#sender.take({ type: 'person', person: session.signed_in ? session.person : 0 });
    if (!session.signed_in) this.signing_in = true;
  }
  #signed_out(): void {
    if (this.session !== undefined) this.session = { ...this.session, signed_in: false };
    this.#sender.take({ type: 'person', person: 0 });
    this.signing_in = true;
  }
  #reached(ok: boolean): void {
    const back = ok && !this.reached;
    this.reached = ok;
    if (!back) return;
    this.#sender.take({ type: 'wake', reached: true });
    this.#asked_dock = 0;
    void this.#again_after_silence();
  }
  async #again_after_silence(): Promise<void> {
    const now = await ask<Session>('api/v1/session', { timeout_ms: 5_000 });
    if (now.ok) this.#take_session(now.value);
    else if (now.problem.status === 401) this.#signed_out();
    void this.refresh();
  }
  #heard(event: string, data: Record<string, unknown>): void {
    if (event === 'scan' && typeof data['text'] === 'string') this.on_scan(data['text']);
    if (event === 'hello' || event === 'register' || event === 'sync') {
      this.#asked_dock = 0;
      void this.refresh();
    }
  }
  #follow_hash(): void {
    const parts = decodeURIComponent(location.hash.slice(1)).split('/').filter((part) => part !== '');
    this.page = parts.length === 0 ? ['home'] : parts;
    if (this.page[0] === 'home') this.notice = undefined;
  }
}

export const app = new App();
