// SPDX-License-Identifier: Apache-2.0
/// The queue of records on their way to the agent, as a state machine: (queue, event, now) -> (queue, effects). No I/O.
///
/// Promises: records of one person go in the order in which they were made; one at a time is on its way; the body and the
/// key of a record never change, so that sending it twice records it once; a record leaves the queue only when the agent
/// said "recorded" or when a person took it out.
import type { Problem } from '@common/http';

export interface Attachment {
  readonly kind: 'photo' | 'signature';
  readonly type: string;
  /// Base64.
  readonly data: string;
}

export interface Item {
  /// Idempotency key: the same for every attempt.
  readonly key: string;
  /// Place in the order, rising.
  readonly seq: number;
  /// As in the path: "seal/apply".
  readonly command: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly made_ms: number;
  readonly person: number;
  readonly person_name: string;
  /// What it says, in the words of the screen that made it.
  readonly words: string;
  readonly tries: number;
  /// Set: the agent will not take it as it is, a person must look.
  readonly problem?: Problem;
}

export interface Queue {
  readonly items: readonly Item[];
  /// Key of the item on its way.
  readonly sending?: string;
  readonly not_before_ms: number;
  readonly fails: number;
  /// Who is signed in; 0: nobody. Their own records go, and those that nobody was signed in for; another's wait.
  readonly person: number;
}

export type Event =
  | { readonly type: 'add'; readonly item: Item }
  | { readonly type: 'person'; readonly person: number }
  /// The agent was reached again, or time has passed.
  | { readonly type: 'wake'; readonly reached: boolean }
  | { readonly type: 'recorded'; readonly key: string; readonly answer: unknown }
  | { readonly type: 'failed'; readonly key: string; readonly problem: Problem }
  | { readonly type: 'again'; readonly key: string }
  | { readonly type: 'drop'; readonly key: string };

export type Effect =
  | { readonly type: 'post'; readonly item: Item }
  /// Store the item as it is now.
  | { readonly type: 'keep'; readonly item: Item }
  | { readonly type: 'forget'; readonly key: string }
  | { readonly type: 'tell'; readonly key: string; readonly outcome: Outcome }
  | { readonly type: 'wake_at'; readonly at_ms: number }
  /// Ask who is signed in.
  | { readonly type: 'signed_out' };

export type Outcome =
  | { readonly what: 'recorded'; readonly answer: unknown }
  | { readonly what: 'refused'; readonly problem: Problem }
  | { readonly what: 'waiting'; readonly problem: Problem };

export const kFirstPause_ms = 1_000;
export const kLongestPause_ms = 30_000;

export function empty_queue(items: readonly Item[] = []): Queue {
  return { items: [...items].sort((a, b) => a.seq - b.seq), not_before_ms: 0, fails: 0, person: 0 };
}

/// The session's secret is another one by now (signed in again in another window): with the new one it goes.
const kForeign = 'access.foreign';

/// 401 and what a later attempt may mend: the record waits. Everything else is for a person.
export function may_pass(problem: Problem): boolean {
  return problem.status === 0 || problem.code === kForeign || problem.status === 401 || problem.status === 408 || problem.status === 425 || problem.status === 429 || problem.status >= 500;
}

export function waiting(queue: Queue): Item[] {
  return queue.items.filter((item) => item.problem === undefined);
}
export function parked(queue: Queue): Item[] {
  return queue.items.filter((item) => item.problem !== undefined);
}
const may_go = (queue: Queue, item: Item): boolean => item.person === queue.person || item.person === 0;

export function of_others(queue: Queue): Item[] {
  return waiting(queue).filter((item) => !may_go(queue, item));
}

// The next one that may go, if nothing is on its way.
function send(queue: Queue, now_ms: number): { queue: Queue; effects: Effect[] } {
  if (queue.sending !== undefined || queue.person === 0) return { queue, effects: [] };
  const item = waiting(queue).find((one) => may_go(queue, one));
  if (item === undefined) return { queue, effects: [] };
  if (now_ms < queue.not_before_ms) return { queue, effects: [{ type: 'wake_at', at_ms: queue.not_before_ms }] };
  return { queue: { ...queue, sending: item.key }, effects: [{ type: 'post', item }] };
}

function without_sending(queue: Queue): Queue {
  const { sending: _, ...rest } = queue;
  return rest;
}

function go_on(queue: Queue, effects: Effect[], now_ms: number): { queue: Queue; effects: Effect[] } {
  const next = send(queue, now_ms);
  return { queue: next.queue, effects: [...effects, ...next.effects] };
}

function pause_ms(fails: number, problem: Problem): number {
  if (problem.retry_after_s > 0) return Math.min(problem.retry_after_s * 1_000, 10 * kLongestPause_ms);
  return Math.min(kFirstPause_ms * 2 ** Math.min(fails, 10), kLongestPause_ms);
}

export function step(queue: Queue, event: Event, now_ms: number): { queue: Queue; effects: Effect[] } {
  switch (event.type) {
    case 'add': {
      if (queue.items.some((item) => item.key === event.item.key)) return { queue, effects: [] };
      return go_on({ ...queue, items: [...queue.items, event.item] }, [], now_ms);
    }
    case 'person':
      if (event.person === queue.person) return go_on(queue, [], now_ms);
      return go_on({ ...queue, person: event.person, not_before_ms: 0, fails: 0 }, [], now_ms);
    case 'wake':
      return go_on(event.reached ? { ...queue, not_before_ms: 0, fails: 0 } : queue, [], now_ms);
    case 'recorded': {
      const left: Queue = { ...without_sending(queue), items: queue.items.filter((item) => item.key !== event.key), not_before_ms: 0, fails: 0 };
      return go_on(left, [{ type: 'forget', key: event.key }, { type: 'tell', key: event.key, outcome: { what: 'recorded', answer: event.answer } }], now_ms);
    }
    case 'failed': {
      const item = queue.items.find((one) => one.key === event.key);
      const free = queue.sending === event.key ? without_sending(queue) : queue;
      if (item === undefined) return go_on(free, [], now_ms);
      const tried: Item = { ...item, tries: item.tries + 1 };
      if (may_pass(event.problem)) {
        const signed_out = event.problem.status === 401;
        const next: Queue = {
          ...free,
          items: free.items.map((one) => (one.key === tried.key ? tried : one)),
          fails: free.fails + 1,
          not_before_ms: signed_out ? 0 : now_ms + pause_ms(free.fails, event.problem),
          person: signed_out ? 0 : free.person,
        };
        const told: Effect[] = [{ type: 'tell', key: event.key, outcome: { what: 'waiting', problem: event.problem } }];
        return go_on(next, signed_out || event.problem.code === kForeign ? [...told, { type: 'signed_out' }] : told, now_ms);
      }
      const parked_item: Item = { ...tried, problem: event.problem };
      return go_on({ ...free, items: free.items.map((one) => (one.key === tried.key ? parked_item : one)), fails: 0, not_before_ms: 0 }, [{ type: 'keep', item: parked_item }, { type: 'tell', key: event.key, outcome: { what: 'refused', problem: event.problem } }], now_ms);
    }
    case 'again': {
      const items = queue.items.map((item) => {
        if (item.key !== event.key) return item;
        const { problem: _, ...rest } = item;
        return rest;
      });
      const item = items.find((one) => one.key === event.key);
      return go_on({ ...queue, items, not_before_ms: 0 }, item === undefined ? [] : [{ type: 'keep', item }], now_ms);
    }
    case 'drop': {
      // What is on its way may be recorded already: it stays until the answer.
      if (queue.sending === event.key) return { queue, effects: [] };
      return go_on({ ...queue, items: queue.items.filter((item) => item.key !== event.key) }, [{ type: 'forget', key: event.key }], now_ms);
    }
  }
}
