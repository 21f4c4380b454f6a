// SPDX-License-Identifier: Apache-2.0
/// The state of the page: who is signed in, where one is, what the hub said has changed, and what somebody is about to do.
import { ask, query, type Answer, type Problem } from '@common/http';
import { listen } from '@common/live';
import { show_theme } from '@common/theme';
import type { Action } from './actions';
import { read_route, type Route } from './route';
import type { Session } from './types';
import { choose_language, t } from './words.svelte';

export type Changed = 'overview' | 'alert' | 'site';
export interface Notice {
  readonly words: string;
  readonly tone: 'ok' | 'bad' | 'plain';
  readonly href?: string;
}

const kPatience_ms = 20_000;
const kNotice_ms = 7_000;
const kRoles = ['guest', 'viewer', 'site manager', 'ses manager', 'administrator'];
const rank = (role: string | undefined): number => kRoles.indexOf((role ?? '').toLowerCase().replaceAll(/[_-]/g, ' '));

export interface Operation {
  readonly least_role?: string;
  readonly reads: boolean;
  readonly members: readonly string[];
}

/// What of this browser is kept: nothing of the registers.
function kept(name: string): string | null {
  try {
    return localStorage.getItem(`sealkeep.${name}`);
  } catch {
    return null;
  }
}
export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(`sealkeep.${name}`, value);
  } catch {
    // A browser that keeps nothing forgets the choice, no more.
  }
}

export class App {
  session = $state.raw<Session>();
  ready = $state(false);
  reached = $state(true);
  live = $state(false);
  /// 'first': nothing behind it; 'again': over what somebody was doing, which stays.
  signing_in = $state<'' | 'first' | 'again'>('');
  changing_password = $state(false);
  route = $state.raw<Route>(read_route(''));
  now_ms = $state(Date.now());
  changed = $state<Record<Changed, number>>({ overview: 0, alert: 0, site: 0 });
  asked_again = $state(0);
  notice = $state.raw<Notice>();
  action = $state.raw<Action>();
  theme = $state('auto');
  keys_on = $state(true);
  menu_open = $state(false);
  operations = $state.raw<ReadonlyMap<string, Operation>>();
  #waiting: (() => void)[] = [];
  #notice_timer: ReturnType<typeof setTimeout> | undefined;
  #live_ends: (() => void) | undefined;

  readonly person = $derived(this.session?.name ?? String(this.session?.person ?? ''));

  async start(): Promise<void> {
    this.set_theme(kept('theme') ?? 'auto', false);
    this.keys_on = kept('keys') !== 'off';
    await choose_language(kept('language') ?? 'en').catch(() => undefined);
    this.#follow();
    addEventListener('hashchange', () => this.#follow());
    setInterval(() => (this.now_ms = Date.now()), 10_000);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.set_theme(this.theme, false));
    const now = await ask<Session>('api/v1/session', { timeout_ms: kPatience_ms });
    this.reached = now.ok || now.problem.status !== 0;
    if (now.ok) this.take_session(now.value);
    else this.signing_in = 'first';
    this.ready = true;
  }

  /// False where the hub has no such command, or the role of this person may not use it.
  can(command: string): boolean {
    const operation = this.operations?.get(command);
    if (this.operations === undefined) return true;
    return operation !== undefined && rank(operation.least_role) <= Math.max(rank(this.session?.role), 0);
  }
  has(command: string): boolean {
    return this.operations === undefined || this.operations.has(command);
  }

  async read<T>(command: string, options: Readonly<Record<string, string | number | boolean | undefined>> = {}): Promise<Answer<T>> {
    const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined && value !== false && value !== '').map(([name, value]) => [name, String(value)]));
    return this.#asked(() => ask<T>(`api/v1/${command.replaceAll(' ', '/')}${query(given)}`, { timeout_ms: kPatience_ms }));
  }
  async write<T>(command: string, body: Readonly<Record<string, unknown>>, method: 'POST' | 'DELETE' = 'POST'): Promise<Answer<T>> {
    const key = crypto.randomUUID();
    return this.#asked(() =>
      ask<T>(`api/v1/${command.replaceAll(' ', '/')}`, { method, body, timeout_ms: kPatience_ms, headers: { 'Idempotency-Key': key, 'X-Sealkeep-Csrf': this.session?.csrf ?? '' } }),
    );
  }
  /// A file that the hub makes, into the browser's downloads. False after a notice of what went wrong.
  async download(command: string, options: Readonly<Record<string, string | undefined>>, name: string): Promise<boolean> {
    try {
      const response = await fetch(`api/v1/${command.replaceAll(' ', '/')}${query(options)}`, { credentials: 'same-origin', redirect: 'error', cache: 'no-store' });
      if (response.ok) {
        const said = /filename="?([^";]+)"?/.exec(response.headers.get('Content-Disposition') ?? '')?.[1];
        // The page's own name says more, unless it is another kind of file.
        save_file(await response.blob(), said === undefined || name.endsWith(said.slice(said.lastIndexOf('.'))) ? name : said);
        return true;
      }
      if (response.status === 401) this.#signed_out();
      const problem = (await response.json().catch(() => ({}))) as Partial<Problem>;
      this.say(t(`error.${problem.code ?? ''}`, {}, [problem.title, problem.next].filter((words) => words !== undefined && words !== '').join('. ') || t('error.other', { code: problem.code ?? response.status })), 'bad');
    } catch {
      this.say(t('error.web.unreachable'), 'bad');
    }
    return false;
  }

  say(words: string, tone: Notice['tone'] = 'ok', href?: string): void {
    this.notice = { words, tone, ...(href === undefined ? {} : { href }) };
    clearTimeout(this.#notice_timer);
    if (tone !== 'bad') this.#notice_timer = setTimeout(() => (this.notice = undefined), kNotice_ms);
  }
  go(href: string): void {
    if (location.hash === href) this.#follow();
    else location.hash = href;
  }
  /// The same page with other filters, without a step back for each letter.
  replace(href: string): void {
    history.replaceState(null, '', href);
    this.#follow();
  }
  again(): void {
    ++this.asked_again;
  }

  set_theme(theme: string, keep_it = true): void {
    this.theme = theme;
    show_theme(theme);
    if (keep_it) keep('theme', theme);
  }
  async set_language(code: string): Promise<void> {
    await choose_language(code).catch(() => undefined);
    keep('language', code);
  }
  set_keys(on: boolean): void {
    this.keys_on = on;
    keep('keys', on ? 'on' : 'off');
  }

  take_session(session: Session): void {
    const before = this.session;
    this.session = { ...before, ...session };
    if (!session.signed_in || session.second_factor === 'needed' || session.second_factor === 'enrol') {
      if (this.signing_in === '') this.signing_in = before?.signed_in === true ? 'again' : 'first';
      return;
    }
    this.signing_in = '';
    for (const go_on of this.#waiting.splice(0)) go_on();
    void this.#learn_operations();
    this.#live_ends ??= listen('api/v1/events', ['overview', 'alert', 'site'], (event) => this.#heard(event as Changed), (ok) => this.#live(ok), () => this.#may_listen());
    if (before?.signed_in !== true) this.again();
  }
  async sign_out(): Promise<void> {
    const answer = await ask<Session>('api/v1/session', { method: 'DELETE', headers: { 'X-Sealkeep-Csrf': this.session?.csrf ?? '' } });
    if (!answer.ok && answer.problem.status !== 401) return this.say(t('error.web.unreachable'), 'bad');
    // Nothing of the last person stays behind in this page.
    location.reload();
  }
  /// Puts the prompt for a new password off.
  async later(): Promise<void> {
    const answer = await ask<Session>('api/v1/session/later', { method: 'POST', body: {}, headers: { 'X-Sealkeep-Csrf': this.session?.csrf ?? '' } });
    if (this.session !== undefined) this.session = { ...this.session, ...(answer.ok ? answer.value : {}), prompt_password_change: false };
  }

  /// Asks; where the session has ended, asks again once somebody is signed in.
  async #asked<T>(question: () => Promise<Answer<T>>): Promise<Answer<T>> {
    let answer = await question();
    if (!answer.ok && answer.problem.status === 401) {
      this.#signed_out();
      await new Promise<void>((go_on) => this.#waiting.push(go_on));
      answer = await question();
    }
    this.reached = answer.ok || answer.problem.status !== 0;
    return answer;
  }
  #signed_out(): void {
    if (this.session !== undefined) this.session = { ...this.session, signed_in: false };
    if (this.signing_in === '') this.signing_in = 'again';
  }
  /// Asked before the events are asked for again: a session that has ended is said once, and not by a refused stream.
  async #may_listen(): Promise<boolean> {
    if (this.session?.signed_in !== true) return false;
    const now = await ask<Session>('api/v1/session');
    this.reached = now.ok || now.problem.status !== 0;
    if (now.ok && !now.value.signed_in) this.#signed_out();
    return now.ok && now.value.signed_in;
  }
  #heard(event: Changed): void {
    if (event in this.changed) ++this.changed[event];
  }
  #live(ok: boolean): void {
    const back = ok && !this.live;
    this.live = ok;
    if (back && this.ready) this.again();
  }
  async #learn_operations(): Promise<void> {
    if (this.operations !== undefined) return;
    const answer = await ask<{ paths?: Record<string, Record<string, unknown>> }>('api/v1/openapi.json');
    if (!answer.ok || typeof answer.value.paths !== 'object') return;
    const found = new Map<string, Operation>();
    for (const [path, methods] of Object.entries(answer.value.paths)) {
      const method = (methods['get'] ?? methods['post']) as Record<string, unknown> | undefined;
      const parameters = (method?.['parameters'] ?? []) as readonly { name?: string; in?: string }[];
      found.set(path.replace(/^\/(api\/v1\/)?/, '').replaceAll('/', ' '), {
        ...(typeof method?.['x-least-role'] === 'string' ? { least_role: method['x-least-role'] } : {}),
        reads: 'get' in methods,
        members: parameters.filter((one) => one.in === 'query').map((one) => one.name ?? ''),
      });
    }
    if (found.size > 0) this.operations = found;
  }
  #follow(): void {
    this.route = read_route(location.hash);
    this.menu_open = false;
  }
}

/// Hands a file to the browser.
export function save_file(data: Blob, name: string): void {
  const address = URL.createObjectURL(data);
  const anchor = document.createElement('a');
  anchor.href = address;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

export const app = new App();
