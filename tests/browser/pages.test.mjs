// SPDX-License-Identifier: Apache-2.0
/// Every page, empty and full, on a phone and on a tablet, light, dark and in bright sun, in each language: looked at with
/// axe, no wider than the screen, kept as a picture.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Scanner, kPeople, kPhone, kWide, open, open_bare, seal, site, unit, world } from './setup.mjs';

const kPages = ['home', 'more', 'wrong', 'todo', 'sync', 'find', 'paper', 'card', 'settings', 'dock', `history/${seal(12)}`, `what/${seal(50)}`, `what/${unit(3)}`];
const kFlows = ['receive', 'check', 'count', 'hand_over', 'incident', 'concern', 'training', 'load'];
site();

/// What the pages show from the second test on.
let is_full = false;
function full_dock() {
  if (is_full) return;
  is_full = true;
  for (const [n, state] of [[1, 'closed'], [2, 'sealed'], [3, 'checked'], [4, 'sealed'], [5, 'checked'], [6, 'closed']]) world.stand(unit(n), state, seal(10 + n));
  world.agent('container', 'start', unit(7), '--by', kPeople.packer);
  world.agent('container', 'pause', unit(8), '--how', 'padlock', '--by', kPeople.packer);
  world.agent('container', 'opened', unit(5), '--opened-by', 'customs', '--where', 'site', '--by', kPeople.packer);
  world.agent('seal', 'tampered', seal(14), '--container', unit(4), '--story', 'cut', '--by', kPeople.packer);
  world.agent('container', 'close', unit(9), '--happened', new Date(Date.now() - 3_000_000).toISOString().slice(0, 19) + 'Z', '--by', kPeople.packer);
}

async function walk(tablet, paths) {
  for (const path of paths) {
    await tablet.go(path);
    await tablet.page.locator('main h1, main nav').first().waitFor();
    await tablet.answered();
    await tablet.look(`${tablet.language}-${path.replaceAll('/', '-')}`);
  }
}

test('with nothing on the dock', async () => {
  const tablet = await open({ ...kPhone, name: 'empty', as: kPeople.packer });
  await tablet.says(tablet.t('home.empty'));
  await walk(tablet, ['home', 'dock', 'todo', 'sync', 'find']);
  await tablet.page.locator('#find').fill('ZZZZ99');
  await tablet.says(tablet.t('find.none'));
  await tablet.look('found-nothing');
  await tablet.close();
});

test('with a full dock, on a phone in the dark, in te reo Māori', async () => {
  full_dock();
  const tablet = await open({ ...kPhone, dark: true, name: 'full', as: kPeople.manager, language: 'mi' });
  await walk(tablet, [...kPages, ...kFlows.map((flow) => `flow/${flow}/0`)]);
  await tablet.close();
});

test('with a full dock, on a tablet, light, in Chinese and in Spanish', async () => {
  full_dock();
  const tablet = await open({ ...kWide, name: 'full', as: kPeople.manager, language: 'zh-Hans' });
  await walk(tablet, kPages);
  await tablet.speak('es');
  await walk(tablet, ['home', 'more', 'wrong', ...kFlows.map((flow) => `flow/${flow}/0`)]);
  await tablet.close();
});

test('in English, dark and in bright sun', async () => {
  full_dock();
  const tablet = await open({ ...kWide, dark: true, name: 'full', as: kPeople.manager });
  await walk(tablet, kPages);
  await tablet.go('home');
  const over = await tablet.page.evaluate(() => document.documentElement.scrollHeight - innerHeight);
  assert.ok(over <= 0, `the first page scrolls by ${over} px`);
  await tablet.light('sun');
  await walk(tablet, ['home', 'wrong', 'todo']);
  await tablet.close();
});

test('search as you type leads to the history of a seal with what is safe at head office', async () => {
  full_dock();
  const tablet = await open({ ...kPhone, name: 'find', as: kPeople.packer });
  await tablet.go('find');
  await tablet.page.locator('#find').fill('300012');
  await tablet.tap(tablet.page.locator('main .list button').first());
  await tablet.reads('page.history');
  await tablet.says(tablet.t('history.safe'));
  await tablet.look('history');
  await tablet.go('find');
  await tablet.page.locator('#find').fill(unit(3).slice(0, 8));
  await tablet.tap(tablet.page.locator('main .list button', { hasText: unit(3).slice(4, 10) }).first());
  await tablet.reads('what.title');
  await tablet.look('unit');
  // Both are offered again.
  await tablet.go('find');
  await tablet.page.locator('main .cards button').nth(1).waitFor();
  await tablet.look('before');
  await tablet.tap(tablet.page.locator('main .cards button').nth(1));
  await tablet.reads('page.history');
  await tablet.close();
});

test('a check, question by question, on a tablet in the dark; and the printed card fits one page', async () => {
  full_dock();
  const tablet = await open({ ...kWide, dark: true, name: 'check', as: kPeople.checker });
  const scanner = new Scanner(tablet);
  scanner.looks = new Set();
  await tablet.scan(unit(2));
  await scanner.asked_number('door_seal', seal(12));
  await scanner.asked_choice('halves', 1);
  await scanner.asked_number('paper_seal', seal(12));
  await scanner.asked_number('paper_unit', unit(2));
  for (const step of ['view', 'verify', 'tug', 'twist']) await scanner.asked_choice(step, 1);
  await scanner.asked_next('photos');
  await tablet.reads('done.recorded');
  await scanner.choose(1);
  await scanner.operator(1);
  await scanner.asks('driver');
  for (const language of [3, 4]) {
    await scanner.choose(language);
    await tablet.look(`driver-${language}`);
    await tablet.tap(tablet.page.locator('.driver .load .btn'));
  }
  await scanner.choose(1);
  for (let i = 0; i < 4; ++i) await scanner.yes();
  await tablet.look('driver-name');
  await scanner.next();
  await tablet.look('driver-sign');
  await tablet.go('card');
  await tablet.reads('page.card');
  const pdf = await tablet.page.pdf({ format: 'A4' });
  assert.ok((pdf.toString('latin1').match(/\/Type\s*\/Page\b/g) ?? []).length <= 2);
  await tablet.close();
});

test('the way to trust the agent, in the language of the address or of the browser, and without a script', async () => {
  const page_text = readFileSync(new URL('../../agent/api/trust.html', import.meta.url), 'utf8');
  const filled = { site: 'akl-01', page: `${world.url}trust`, fingerprint: Array(32).fill('AB').join(':'), in_words: Array(16).fill('AB').join(' '), valid_until: '2036-01-31' };
  for (const [locale, address, shown, scripts] of [['mi-NZ', 'trust', 'mi', true], ['zh-CN', 'trust', 'zh-Hans', true], ['fr-FR', 'trust', 'en', true], ['en-NZ', 'trust?lang=es', 'es', true], ['es-ES', 'trust', 'en', false], ['en-NZ', 'trust?lang=mi#mi', 'mi', false]]) {
    const screen = await open_bare({ ...(locale === 'zh-CN' ? kWide : kPhone), locale, javaScriptEnabled: scripts, name: `trust-${locale}` });
    // As the agent sends it, but for what it fills in (its own tests hold that): this site has no address for tablets.
    const policy = { 'Content-Security-Policy': "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:" };
    await screen.page.route(/\/trust(\?|$)/, (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', headers: policy, body: page_text.replace(/\{\{(\w+)\}\}/g, (_, name) => filled[name]) }));
    await screen.page.route(/\/trust\/page\.css$/, (route) => route.fulfill({ contentType: 'text/css', path: new URL('../../agent/api/trust.css', import.meta.url).pathname }));
    await screen.page.route(/\/trust\/address\.svg$/, (route) => route.fulfill({ contentType: 'image/svg+xml', body: '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>' }));
    await screen.page.goto(`${world.url}${address}`);
    await screen.page.locator(`section[lang="${shown}"] h1`).waitFor();
    assert.deepEqual(await screen.page.locator('section:visible').evaluateAll((all) => all.map((one) => one.lang)), [shown]);
    if (scripts) {
      assert.equal(await screen.page.evaluate(() => document.documentElement.lang), shown);
      await screen.look(shown);
    }
    await screen.close();
  }
});
