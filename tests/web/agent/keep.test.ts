// SPDX-License-Identifier: Apache-2.0
import { IDBFactory } from 'fake-indexeddb';
import { in_memory, open_keep } from '@/lib/db';
import type { Answer } from '@common/http';
import type { Item, Queue } from '@/lib/queue';
import { new_key, Sender } from '@/lib/sender';

const record = (n: number) => ({ key: `key-${n}`, command: 'seal/apply', body: { seal: `NZ${n}` }, made_ms: n, person: 1, person_name: 'Mere', words: '' });
const gone: Answer<unknown> = { ok: false, problem: { status: 0, code: 'web.unreachable', title: '', detail: '', next: '', retry_after_s: 0 } };

async function tablet(post: (item: Item) => Promise<Answer<unknown>>) {
  const seen: { queue?: Queue } = {};
  const sender = await Sender.open({ keep: await open_keep(), now_ms: () => Date.now(), post, changed: (queue) => (seen.queue = queue), signed_out: () => undefined, reached: () => undefined, not_kept: () => undefined });
  return { sender, seen };
}

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

describe('what a tablet keeps', () => {
  it('has a record on disk before it is sent', async () => {
    let on_disk: Item[] = [];
    const { sender } = await tablet(async () => {
      on_disk = await (await open_keep()).items();
      return { ok: true, value: { recorded: 'x' } };
    });
    sender.take({ type: 'person', person: 1 });
    const outcome = await sender.add(record(1), 2_000);
    expect(outcome).toMatchObject({ what: 'recorded' });
    expect(on_disk.map((item) => item.key)).toEqual(['key-1']);
  });
  it('sends nothing while the disk is slow', async () => {
    let written: () => void = () => undefined;
    const posted: string[] = [];
    const keep = { ...in_memory(), put_item: () => new Promise<void>((resolve) => (written = resolve)) };
    const sender = await Sender.open({ keep, now_ms: () => Date.now(), post: async (item) => (posted.push(item.key), { ok: true, value: {} }), changed: () => undefined, signed_out: () => undefined, reached: () => undefined, not_kept: () => undefined });
    sender.take({ type: 'person', person: 1 });
    expect(await sender.add(record(1), 50)).toMatchObject({ what: 'waiting' });
    expect(posted).toEqual([]);
    written();
    await vi.waitFor(() => expect(posted).toEqual(['key-1']));
  });
  it('goes on after a power cut with the same keys, in order, each recorded once', async () => {
    const first = await tablet(async () => gone);
    first.sender.take({ type: 'person', person: 1 });
    expect(await first.sender.add(record(1), 1_000)).toMatchObject({ what: 'waiting' });
    expect(await first.sender.add(record(2), 50)).toMatchObject({ what: 'waiting' });
    // The page is gone; a new one opens the same disk.
    const keys: string[] = [];
    const second = await tablet(async (item) => {
      keys.push(item.key);
      return { ok: true, value: {} };
    });
    expect(second.sender.queue.items.map((item) => item.key)).toEqual(['key-1', 'key-2']);
    second.sender.take({ type: 'person', person: 1 });
    await vi.waitFor(() => expect(second.seen.queue?.items).toEqual([]));
    expect(keys).toEqual(['key-1', 'key-2']);
    await vi.waitFor(async () => expect(await (await open_keep()).items()).toEqual([]));
  });
  it('keeps a draft, and forgets it when it is done with', async () => {
    const keep = await open_keep();
    await keep.set('draft', { flow: 'check', values: { unit: 'MSCU6639870' } });
    expect(await (await open_keep()).get('draft')).toEqual({ flow: 'check', values: { unit: 'MSCU6639870' } });
    await keep.set('draft', undefined);
    expect(await keep.get('draft')).toBeUndefined();
  });
  it('says so when the browser keeps nothing', async () => {
    Object.defineProperty(globalThis, 'indexedDB', { value: undefined, configurable: true, writable: true });
    expect((await open_keep()).durable).toBe(false);
    expect(in_memory().durable).toBe(false);
  });
  it('makes keys that the agent takes and that never repeat', () => {
    const keys = new Set(Array.from({ length: 500 }, new_key));
    expect(keys.size).toBe(500);
    for (const key of keys) expect(key).toMatch(/^[\x21-\x7e]{8,64}$/);
  });
});
