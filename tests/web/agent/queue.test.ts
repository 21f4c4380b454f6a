// SPDX-License-Identifier: Apache-2.0
import type { Problem } from '@common/http';
import { empty_queue, kFirstPause_ms, kLongestPause_ms, of_others, parked, step, waiting, type Effect, type Event, type Item, type Queue } from '@/lib/queue';

const item = (seq: number, person = 1): Item => ({ key: `key-${seq}`, seq, command: 'seal/apply', body: { seal: `NZ${seq}` }, made_ms: seq, person, person_name: `p${person}`, words: '', tries: 0 });
const problem = (status: number, retry_after_s = 0): Problem => ({ status, code: 'x', title: '', detail: '', next: '', retry_after_s });

/// A queue that is driven by events and remembers what it wanted done.
class Driven {
  queue: Queue;
  effects: Effect[] = [];
  now_ms = 0;
  constructor(items: readonly Item[] = [], person = 1) {
    this.queue = { ...empty_queue(items), person };
  }
  take(event: Event): this {
    const result = step(this.queue, event, this.now_ms);
    this.queue = result.queue;
    this.effects = result.effects;
    return this;
  }
  posted(): string[] {
    return this.effects.flatMap((effect) => (effect.type === 'post' ? [effect.item.key] : []));
  }
}

describe('the queue of a tablet', () => {
  it('sends a record at once, and the next one only after the answer', () => {
    const q = new Driven().take({ type: 'add', item: item(1) });
    expect(q.posted()).toEqual(['key-1']);
    expect(q.take({ type: 'add', item: item(2) }).posted()).toEqual([]);
    q.take({ type: 'recorded', key: 'key-1', answer: {} });
    expect(q.posted()).toEqual(['key-2']);
    expect(q.effects).toContainEqual({ type: 'forget', key: 'key-1' });
  });
  it('goes in the order in which the records were made, also after a restart', () => {
    const q = new Driven([item(3), item(1), item(2)]).take({ type: 'wake', reached: true });
    const sent: string[] = [];
    for (let i = 0; i < 3; ++i) {
      const [key] = q.posted();
      sent.push(key ?? '');
      q.take({ type: 'recorded', key: key ?? '', answer: {} });
    }
    expect(sent).toEqual(['key-1', 'key-2', 'key-3']);
    expect(q.queue.items).toEqual([]);
  });
  it('sends what was made while nobody was signed in under whoever signs in next', () => {
    const q = new Driven([item(1, 0), item(2, 2)], 0).take({ type: 'person', person: 1 });
    expect(q.posted()).toEqual(['key-1']);
    q.take({ type: 'recorded', key: 'key-1', answer: {} });
    expect(q.posted()).toEqual([]);
    expect(of_others(q.queue).map((one) => one.key)).toEqual(['key-2']);
  });
  it('sends the very same key and body again when the agent did not answer', () => {
    const q = new Driven().take({ type: 'add', item: item(1) });
    q.take({ type: 'failed', key: 'key-1', problem: problem(0) });
    expect(q.queue.items).toHaveLength(1);
    q.now_ms = kFirstPause_ms;
    q.take({ type: 'wake', reached: false });
    const again = q.effects.find((effect) => effect.type === 'post');
    expect(again).toMatchObject({ item: { key: 'key-1', body: { seal: 'NZ1' }, tries: 1 } });
  });
  it('waits longer each time, up to a limit, and asks to be woken', () => {
    const q = new Driven().take({ type: 'add', item: item(1) });
    const pauses: number[] = [];
    for (let i = 0; i < 8; ++i) {
      q.take({ type: 'failed', key: 'key-1', problem: problem(503) });
      const wake = q.effects.find((effect) => effect.type === 'wake_at');
      pauses.push((wake?.type === 'wake_at' ? wake.at_ms : 0) - q.now_ms);
      q.now_ms = q.queue.not_before_ms;
      q.take({ type: 'wake', reached: false });
    }
    expect(pauses.slice(0, 3)).toEqual([1_000, 2_000, 4_000]);
    expect(pauses.at(-1)).toBe(kLongestPause_ms);
  });
  it('waits as long as the agent asks for', () => {
    const q = new Driven().take({ type: 'add', item: item(1) }).take({ type: 'failed', key: 'key-1', problem: problem(503, 7) });
    expect(q.queue.not_before_ms).toBe(7_000);
  });
  it('goes on at once when the agent is reached again', () => {
    const q = new Driven().take({ type: 'add', item: item(1) }).take({ type: 'failed', key: 'key-1', problem: problem(0) });
    expect(q.take({ type: 'wake', reached: true }).posted()).toEqual(['key-1']);
  });
  it('puts a record aside that the agent will not take, keeps it, and goes on with the next', () => {
    const q = new Driven().take({ type: 'add', item: item(1) });
    q.take({ type: 'add', item: item(2) });
    q.take({ type: 'failed', key: 'key-1', problem: problem(400) });
    expect(parked(q.queue).map((one) => one.key)).toEqual(['key-1']);
    expect(q.effects.some((effect) => effect.type === 'keep' && effect.item.problem?.status === 400)).toBe(true);
    expect(q.posted()).toEqual(['key-2']);
  });
  it('keeps everything when nobody is signed in any more, and goes on after the sign-in', () => {
    const q = new Driven().take({ type: 'add', item: item(1) });
    q.take({ type: 'failed', key: 'key-1', problem: problem(401) });
    expect(q.effects).toContainEqual({ type: 'signed_out' });
    expect(q.take({ type: 'wake', reached: true }).posted()).toEqual([]);
    expect(q.take({ type: 'person', person: 1 }).posted()).toEqual(['key-1']);
  });
  it("waits for the session's new secret, asks who is signed in, and does not hurry", () => {
    const q = new Driven().take({ type: 'add', item: item(1) });
    q.take({ type: 'failed', key: 'key-1', problem: { ...problem(403), code: 'access.foreign' } });
    expect(q.effects).toContainEqual({ type: 'signed_out' });
    expect(q.take({ type: 'person', person: 1 }).posted()).toEqual([]);
    q.now_ms = kFirstPause_ms;
    expect(q.take({ type: 'wake', reached: false }).posted()).toEqual(['key-1']);
  });
  it("never sends one person's record under another's name", () => {
    const q = new Driven([item(1, 1), item(2, 2)], 2).take({ type: 'wake', reached: true });
    expect(q.posted()).toEqual(['key-2']);
    q.take({ type: 'recorded', key: 'key-2', answer: {} });
    expect(q.posted()).toEqual([]);
    expect(of_others(q.queue).map((one) => one.key)).toEqual(['key-1']);
    expect(q.take({ type: 'person', person: 1 }).posted()).toEqual(['key-1']);
  });
  it('takes the same record twice as one', () => {
    const q = new Driven().take({ type: 'add', item: item(1) });
    expect(q.take({ type: 'add', item: item(1) }).queue.items).toHaveLength(1);
  });
  it('does not drop what is on its way, and drops what a person takes out', () => {
    const q = new Driven().take({ type: 'add', item: item(1) });
    expect(q.take({ type: 'drop', key: 'key-1' }).queue.items).toHaveLength(1);
    q.take({ type: 'failed', key: 'key-1', problem: problem(422) });
    expect(q.take({ type: 'drop', key: 'key-1' }).queue.items).toHaveLength(0);
  });
  it('sends a record again that was put aside, when a person says so', () => {
    const q = new Driven().take({ type: 'add', item: item(1) }).take({ type: 'failed', key: 'key-1', problem: problem(409) });
    expect(q.take({ type: 'again', key: 'key-1' }).posted()).toEqual(['key-1']);
    expect(waiting(q.queue)).toHaveLength(1);
  });
  it('loses and doubles nothing on any way through failures', () => {
    // A small generator of its own: the same run every time.
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff) % below;
    for (let round = 0; round < 200; ++round) {
      const q = new Driven();
      const agent: string[] = [];
      let made = 0;
      let flying: string | undefined;
      for (let i = 0; i < 120 || q.queue.items.length > 0; ++i) {
        if (i > 5_000) throw new Error('does not come to an end');
        q.now_ms += 500;
        const event: Event =
          flying === undefined
            ? made < 12 && random(2) === 0
              ? { type: 'add', item: item(++made) }
              : { type: 'wake', reached: random(3) === 0 }
            : (() => {
                const key: string = flying ?? '';
                flying = undefined;
                // The agent may have recorded it although the answer was lost: a key that it knows is one record.
                if (random(3) > 0 && !agent.includes(key)) agent.push(key);
                if (agent.includes(key) && random(2) === 0) return { type: 'recorded', key, answer: {} } as const;
                return { type: 'failed', key, problem: problem(random(2) === 0 ? 0 : 503) } as const;
              })();
        q.take(event);
        flying = q.posted()[0] ?? flying;
      }
      expect(agent).toEqual(Array.from({ length: made }, (_, i) => `key-${i + 1}`));
    }
  });
});
