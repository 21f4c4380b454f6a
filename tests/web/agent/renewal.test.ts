// SPDX-License-Identifier: Apache-2.0
import { Renewal } from '@/lib/renewal';

const kApart_ms = 500;

function renewed(fetch_ms = 20) {
  const begun: number[] = [];
  const renewal = new Renewal({
    fetch: () => {
      begun.push(performance.now());
      return new Promise((resolve) => setTimeout(resolve, fetch_ms));
    },
    apart_ms: kApart_ms,
  });
  return { renewal, begun };
}
const waits = (ms: number) => new Promise<string>((resolve) => setTimeout(() => resolve('recorded'), ms));

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('what the agent knows is asked for anew', () => {
  it('at once, when nothing was asked for a while', () => {
    const { renewal, begun } = renewed();
    renewal.want();
    expect(begun).toEqual([0]);
  });
  it('once for all that changed meanwhile, after a pause', async () => {
    const { renewal, begun } = renewed();
    for (let i = 0; i < 10; ++i) {
      renewal.want();
      await vi.advanceTimersByTimeAsync(7);
    }
    await vi.advanceTimersByTimeAsync(5_000);
    expect(begun).toEqual([0, kApart_ms]);
  });
  it('again for a change while it was on its way, though it failed', async () => {
    const begun: number[] = [];
    const renewal = new Renewal({ fetch: async () => (begun.push(performance.now()), Promise.reject(new Error('gone'))), apart_ms: kApart_ms });
    renewal.want();
    renewal.want();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(begun).toEqual([0, kApart_ms]);
  });
  it('never while somebody waits for an answer, and soon after it', async () => {
    const { renewal, begun } = renewed();
    renewal.want();
    const answer = renewal.after(waits(100));
    await vi.advanceTimersByTimeAsync(50);
    renewal.want();
    await vi.advanceTimersByTimeAsync(60);
    expect(await answer).toBe('recorded');
    expect(begun).toEqual([0]);
    await vi.advanceTimersByTimeAsync(50);
    expect(begun).toEqual([0, 140]);
  });
  it('after an answer that was an error too', async () => {
    const { renewal, begun } = renewed();
    const answer = renewal.after(waits(10).then(() => Promise.reject(new Error('refused')))).catch(() => 'refused');
    renewal.want();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await answer).toBe('refused');
    expect(begun).toHaveLength(1);
  });
  it('not at all when nothing changed', async () => {
    const { renewal, begun } = renewed();
    await Promise.all([renewal.after(waits(10)), vi.advanceTimersByTimeAsync(5_000)]);
    expect(begun).toEqual([]);
  });
});
