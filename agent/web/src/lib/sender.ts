// SPDX-License-Identifier: Apache-2.0
/// Carries the queue's effects out: keeps, sends, tells. The rules are in queue.ts.
import { ask, type Answer } from '@common/http';
import type { Keep } from './db';
import { empty_queue, step, type Event, type Item, type Outcome, type Queue } from './queue';

export interface SenderParts {
  readonly keep: Keep;
  readonly now_ms: () => number;
  readonly post: (item: Item) => Promise<Answer<unknown>>;
  readonly changed: (queue: Queue) => void;
  readonly signed_out: () => void;
  readonly reached: (ok: boolean) => void;
  /// A record could not be kept on disk: it goes on in memory.
  readonly not_kept: () => void;
}

export class Sender {
  #queue: Queue;
  #parts: SenderParts;
  /// Records on their way to the disk.
  #keeping = new Map<string, Promise<void>>();
  #told = new Map<string, ((outcome: Outcome) => void)[]>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #next_seq: number;

  private constructor(parts: SenderParts, queue: Queue) {
    this.#parts = parts;
    this.#queue = queue;
    this.#next_seq = Math.max(0, ...queue.items.map((item) => item.seq)) + 1;
  }

  static async open(parts: SenderParts): Promise<Sender> {
    const sender = new Sender(parts, empty_queue(await parts.keep.items()));
    parts.changed(sender.#queue);
    return sender;
  }

  get queue(): Queue {
    return this.#queue;
  }

  /// Keeps the record on disk, then sends it. Resolves with what is known after at most `patience_ms`.
  async add(item: Omit<Item, 'seq' | 'tries'>, patience_ms: number): Promise<Outcome> {
    const whole: Item = { ...item, seq: this.#next_seq++, tries: 0 };
    const kept = this.#parts.keep.put_item(whole).catch(this.#parts.not_kept);
    this.#keeping.set(whole.key, kept.finally(() => this.#keeping.delete(whole.key)));
    const outcome = this.#outcome_of(whole.key, patience_ms);
    this.take({ type: 'add', item: whole });
    return outcome;
  }

  take(event: Event): void {
    const { queue, effects } = step(this.#queue, event, this.#parts.now_ms());
    this.#queue = queue;
    for (const effect of effects) {
      switch (effect.type) {
        case 'post':
          void this.#post(effect.item);
          break;
        case 'keep':
          void this.#parts.keep.put_item(effect.item);
          break;
        case 'forget':
          void this.#parts.keep.remove_item(effect.key);
          break;
        case 'tell':
          for (const tell of this.#told.get(effect.key) ?? []) tell(effect.outcome);
          break;
        case 'wake_at':
          clearTimeout(this.#timer);
          this.#timer = setTimeout(() => this.take({ type: 'wake', reached: false }), Math.max(50, effect.at_ms - this.#parts.now_ms()));
          break;
        case 'signed_out':
          this.#parts.signed_out();
          break;
      }
    }
    this.#parts.changed(queue);
  }

  async #post(item: Item): Promise<void> {
    const send = async (): Promise<Answer<unknown>> => {
      await this.#keeping.get(item.key);
      return this.#parts.post(item);
    };
    // Two windows of one tablet: one sends at a time. Without locks the keys alone keep records from being doubled.
    const locks = (globalThis.navigator as Navigator | undefined)?.locks;
    const answer: Answer<unknown> = locks === undefined ? await send() : await locks.request('sealkeep-queue', send);
    this.#parts.reached(answer.ok || answer.problem.status !== 0);
    this.take(answer.ok ? { type: 'recorded', key: item.key, answer: answer.value } : { type: 'failed', key: item.key, problem: answer.problem });
  }

  // The first final word, or "waiting" when patience ends. A first failure to reach the agent is told at once.
  #outcome_of(key: string, patience_ms: number): Promise<Outcome> {
    return new Promise((resolve) => {
      const finish = (outcome: Outcome): void => {
        if (outcome.what === 'waiting' && outcome.problem.status === 401) return;
        clearTimeout(timer);
        this.#told.delete(key);
        resolve(outcome);
      };
      const timer = setTimeout(
        () => finish({ what: 'waiting', problem: { status: 0, code: 'web.waiting', title: '', detail: '', next: '', retry_after_s: 0 } }),
        patience_ms,
      );
      this.#told.set(key, [...(this.#told.get(key) ?? []), finish]);
    });
  }
}

/// The way to the agent for one record.
export function post_item(csrf: () => string): (item: Item) => Promise<Answer<unknown>> {
  return (item) => ask(`api/v1/${item.command}`, { method: 'POST', body: item.body, headers: { 'Idempotency-Key': item.key, 'X-Sealkeep-Csrf': csrf() } });
}

/// 128 random bits as text; crypto.randomUUID is not there on plain HTTP.
export function new_key(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
