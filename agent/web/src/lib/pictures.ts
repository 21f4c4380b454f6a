// SPDX-License-Identifier: Apache-2.0
/// Originals of pictures on their way to the agent: kept in this tablet until the agent has them whole, sent in pieces that
/// go on where they stopped, and only while no record waits.
import { ask, problem_of, query, type Answer } from '@common/http';
import type { Keep, KeptPicture } from './db';
import type { Seen } from './picture';
import { new_key } from './sender';

export const kPictureBytes = 16 * 1024 * 1024;
const kPieceBytes = 512 * 1024;
const kPieceAtMost_ms = 20_000;
const kLookAtMost_ms = 30_000;

export interface PicturesParts {
  readonly keep: Keep;
  readonly csrf: () => string;
  /// Records wait: a picture does not stand in their way.
  readonly busy: () => boolean;
}

interface Held {
  readonly held: number;
  readonly whole: boolean;
}

/// SHA-256 in hexadecimal digits; undefined where the browser has none (a page that is not secure).
export async function sha256_of(bytes: ArrayBuffer): Promise<string | undefined> {
  const subtle = (globalThis.crypto as Crypto | undefined)?.subtle;
  if (subtle === undefined) return undefined;
  return Array.from(new Uint8Array(await subtle.digest('SHA-256', bytes)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export class Pictures {
  #parts: PicturesParts;
  #draining = false;

  constructor(parts: PicturesParts) {
    this.#parts = parts;
  }

  /// Keeps an original as it is. Returns its name; undefined: this browser cannot, and the small copy alone goes along.
  async keep(file: Blob): Promise<string | undefined> {
    if (file.size > kPictureBytes || file.size === 0) return undefined;
    const bytes = await file.arrayBuffer();
    const sha256 = await sha256_of(bytes);
    if (sha256 === undefined) return undefined;
    const kept = await this.#parts.keep.put_picture({ sha256, bytes, made_ms: Date.now() }).then(
      () => true,
      () => false,
    );
    return kept ? sha256 : undefined;
  }

  /// Sends the original and has it read.
  async look_at(sha256: string, purpose: string): Promise<Answer<Seen>> {
    const sent = await this.#send(sha256, false);
    return sent.ok ? this.#capture({ picture: sha256, purpose }) : sent;
  }
  look_through(camera: string, purpose: string): Promise<Answer<Seen>> {
    return this.#capture({ camera, purpose });
  }

  /// Sends what waits, one after the other. To be called now and then while the agent is reached.
  async drain(): Promise<void> {
    if (this.#draining) return;
    this.#draining = true;
    try {
      for (const sha256 of await this.#parts.keep.pictures()) {
        if (this.#parts.busy()) return;
        const sent = await this.#send(sha256, true);
        if (sent.ok) void this.#capture({ picture: sha256, purpose: 'look' });
        else if (sent.problem.status === 0 || sent.problem.status === 401 || sent.problem.status >= 500) return;
      }
    } finally {
      this.#draining = false;
    }
  }

  #capture(body: Record<string, string>): Promise<Answer<Seen>> {
    return ask<Seen>('api/v1/capture', { method: 'POST', body, timeout_ms: kLookAtMost_ms, headers: { 'Idempotency-Key': new_key(), 'X-Sealkeep-Csrf': this.#parts.csrf() } });
  }

  // What the agent has whole, or will never take, is not kept here any more.
  async #send(sha256: string, yields: boolean): Promise<Answer<Held>> {
    const kept: KeptPicture | undefined = await this.#parts.keep.picture(sha256);
    if (kept === undefined) return { ok: true, value: { held: 0, whole: true } };
    let from = 0;
    for (;;) {
      if (yields && this.#parts.busy()) return { ok: false, problem: problem_of(0, undefined) };
      const answer = await this.#piece(kept, from);
      const refused = !answer.ok && answer.problem.status >= 400 && answer.problem.status < 500 && ![401, 408, 429].includes(answer.problem.status);
      if (refused || (answer.ok && answer.value.whole)) await this.#parts.keep.remove_picture(sha256).catch(() => undefined);
      if (!answer.ok || answer.value.whole) return answer;
      from = answer.value.held;
    }
  }

  async #piece(kept: KeptPicture, from: number): Promise<Answer<Held>> {
    const gone = new AbortController();
    const timer = setTimeout(() => gone.abort(), kPieceAtMost_ms);
    try {
      const response = await fetch(`api/v1/picture${query({ sha256: kept.sha256, bytes: kept.bytes.byteLength, from })}`, {
        method: 'POST',
        credentials: 'same-origin',
        redirect: 'error',
        cache: 'no-store',
        signal: gone.signal,
        headers: { 'Content-Type': 'application/octet-stream', 'X-Sealkeep-Csrf': this.#parts.csrf() },
        body: kept.bytes.slice(from, from + kPieceBytes),
      });
      const value: unknown = await response.json().catch(() => undefined);
      if (response.ok && value !== undefined) return { ok: true, value: value as Held };
      return { ok: false, problem: problem_of(response.ok ? 502 : response.status, value, response.headers.get('Retry-After') ?? '') };
    } catch {
      return { ok: false, problem: problem_of(0, undefined) };
    } finally {
      clearTimeout(timer);
    }
  }
}
