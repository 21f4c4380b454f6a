// SPDX-License-Identifier: Apache-2.0
import { fill, placeholders, translate } from '@common/i18n';
import { kUnreachable, ask, problem_of, query } from '@common/http';

describe('translate', () => {
  const words = { 'n.one': 'x', wait_one: '{n} waits', wait_other: '{n} wait', hello: 'Kia ora {name}' };
  const english = { hello: 'Hello {name}', bye: 'Bye' };
  it('fills placeholders in, and leaves one that is not given', () => {
    expect(fill('{a} of {b}', { a: 1, b: 2 })).toBe('1 of 2');
    expect(fill('{a} of {b}', { a: 1 })).toBe('1 of {b}');
  });
  it('counts as the language does', () => {
    expect(translate(words, english, 'en', 'wait', { n: 1 })).toBe('1 waits');
    expect(translate(words, english, 'en', 'wait', { n: 3 })).toBe('3 wait');
    expect(translate(words, english, 'zh-Hans', 'wait', { n: 1 })).toBe('1 wait');
  });
  it('falls back to English, then to the words of the agent, then to the key', () => {
    expect(translate(words, english, 'mi', 'hello', { name: 'Mere' })).toBe('Kia ora Mere');
    expect(translate(words, english, 'mi', 'bye')).toBe('Bye');
    expect(translate(words, english, 'mi', 'error.new_one', {}, "the agent's words")).toBe("the agent's words");
    expect(translate(words, english, 'mi', 'error.new_one')).toBe('error.new_one');
  });
  it('lists placeholders once, sorted', () => expect(placeholders('{b} {a} {b}')).toEqual(['a', 'b']));
});

describe('asking the agent', () => {
  const answer = (status: number, body: string, headers: Record<string, string> = {}) => vi.stubGlobal('fetch', vi.fn(async () => new Response(body, { status, headers })));
  afterEach(() => vi.unstubAllGlobals());

  it('gives the value of a success', async () => {
    answer(200, '{"recorded":"x"}');
    expect(await ask('api/v1/x')).toEqual({ ok: true, value: { recorded: 'x' } });
  });
  it('gives problem details with the time to wait', async () => {
    answer(503, '{"code":"store.busy","title":"busy","detail":"d","next":"n"}', { 'Retry-After': '3' });
    expect(await ask('api/v1/x')).toMatchObject({ ok: false, problem: { status: 503, code: 'store.busy', title: 'busy', detail: 'd', next: 'n', retry_after_s: 3 } });
  });
  it("takes a proxy's page for no answer of the agent, even with 200", async () => {
    answer(200, '<html>log in to the Wi-Fi</html>');
    expect(await ask('api/v1/x')).toMatchObject({ ok: false, problem: { status: 502 } });
  });
  it('says when the agent was not reached', async () => {
    vi.stubGlobal('fetch', vi.fn(async () => Promise.reject(new TypeError('network'))));
    expect(await ask('api/v1/x')).toMatchObject({ ok: false, problem: { status: 0, code: kUnreachable } });
  });
  it('makes a problem of anything', () => {
    expect(problem_of(500, null)).toMatchObject({ code: 'http.500', retry_after_s: 0 });
    expect(problem_of(400, { code: 7, title: [] }, 'soon')).toMatchObject({ code: 'http.400', title: '', retry_after_s: 0 });
  });
  it('writes options into the address', () => expect(query({ text: 'a b&c', limit: 5, none: undefined, empty: '' })).toBe('?text=a%20b%26c&limit=5'));
});
