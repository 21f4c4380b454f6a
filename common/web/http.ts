// SPDX-License-Identifier: Apache-2.0

/// What went wrong, as RFC 9457 problem details; `status` 0: the other side was not reached.
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly next: string;
  /// Seconds that the server asks to wait, or 0.
  readonly retry_after_s: number;
}

export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: Problem };

export interface Ask {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeout_ms?: number;
}

export const kUnreachable = 'web.unreachable';
const kPatience_ms = 15_000;

const text_of = (value: unknown): string => (typeof value === 'string' ? value : '');

/// Problem details of any answer that is not a success, also of one that is no JSON (a proxy's page).
export function problem_of(status: number, body: unknown, retry_after = ''): Problem {
  const said = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  return {
    status,
    code: text_of(said['code']) || `http.${status}`,
    title: text_of(said['title']),
    detail: text_of(said['detail']),
    next: text_of(said['next']),
    retry_after_s: /^\d{1,5}$/.test(retry_after) ? Number(retry_after) : 0,
  };
}

const unreachable: Problem = { status: 0, code: kUnreachable, title: '', detail: '', next: '', retry_after_s: 0 };

/// Asks the server that this page came from. Never throws; cookies of this origin go along, redirects are refused.
export async function ask<T>(path: string, { method = 'GET', body, headers = {}, timeout_ms = kPatience_ms }: Ask = {}): Promise<Answer<T>> {
  const gone = new AbortController();
  const timer = setTimeout(() => gone.abort(), timeout_ms);
  try {
    const response = await fetch(path, {
      method,
      credentials: 'same-origin',
      redirect: 'error',
      cache: 'no-store',
      signal: gone.signal,
      headers: {
        Accept: 'application/json, application/problem+json',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    let value: unknown = null;
    let is_json = true;
    try {
      value = text === '' ? null : JSON.parse(text);
    } catch {
      is_json = false;
    }
    if (response.ok && is_json) return { ok: true, value: value as T };
    return { ok: false, problem: problem_of(response.ok ? 502 : response.status, value, response.headers.get('Retry-After') ?? '') };
  } catch {
    return { ok: false, problem: unreachable };
  } finally {
    clearTimeout(timer);
  }
}

/// "a=1&b=x%20y"; members that are undefined or empty are left out.
export function query(options: Readonly<Record<string, string | number | undefined>>): string {
  const parts = Object.entries(options)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`);
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}
