// SPDX-License-Identifier: Apache-2.0
/// Every page, empty and full, on a phone and on a tablet, light, dark and in bright sun, in each language: looked at with
/// axe, no wider than the screen, kept as a picture.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Scanner } from './hands.mjs';
import { kPhone, kWide, launch, Tablet } from './tablet.mjs';
import { kPeople, pause, seal, unit, World } from './world.mjs';

const kPages = ['home', 'more', 'wrong', 'todo', 'sync', 'find', 'paper', 'card', 'settings', 'dock', `history/${seal(12)}`, `what/${seal(50)}`, `what/${unit(3)}`];
const kFlows = ['receive', 'check', 'count', 'hand_over', 'incident', 'concern', 'training', 'load'];
let world;
let browser;
before(async () => {
  world = await World.begin();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await world?.end();
});

async function walk(tablet, paths) {
  for (const path of paths) {
    await tablet.go(path);
    await tablet.page.locator('main h1, main nav').first().waitFor();
    await pause(180);
    await tablet.look(`${tablet.language}-${path.replaceAll('/', '-')}`);
  }
}

test('with nothing on the dock', async () => {
  const tablet = await Tablet.open(browser, world, { ...kPhone, name: 'empty', as: kPeople.packer });
  await tablet.says(tablet.t('home.empty'));
  await walk(tablet, ['home', 'dock', 'todo', 'sync', 'find']);
  await tablet.page.locator('#find').fill('ZZZZ99');
  await tablet.says(tablet.t('find.none'));
  await tablet.look('found-nothing');
  await tablet.close();
});

test('with a full dock, on a phone in the dark, in te reo Māori', async () => {
  for (const [n, state] of [[1, 'closed'], [2, 'sealed'], [3, 'checked'], [4, 'sealed'], [5, 'checked'], [6, 'closed']]) world.stand(unit(n), state, seal(10 + n));
  world.agent('container', 'start', unit(7), '--by', kPeople.packer);
  world.agent('container', 'pause', unit(8), '--how', 'padlock', '--by', kPeople.packer);
  world.agent('container', 'opened', unit(5), '--opened-by', 'customs', '--where', 'site', '--by', kPeople.packer);
  world.agent('seal', 'tampered', seal(14), '--container', unit(4), '--story', 'cut', '--by', kPeople.packer);
  world.agent('container', 'close', unit(9), '--happened', new Date(Date.now() - 3_000_000).toISOString().slice(0, 19) + 'Z', '--by', kPeople.packer);
  const tablet = await Tablet.open(browser, world, { ...kPhone, dark: true, name: 'full', as: kPeople.manager, language: 'mi' });
  await walk(tablet, [...kPages, ...kFlows.map((flow) => `flow/${flow}/0`)]);
  await tablet.close();
});

test('with a full dock, on a tablet, light, in Chinese and in Spanish', async () => {
  const tablet = await Tablet.open(browser, world, { ...kWide, name: 'full', as: kPeople.manager, language: 'zh-Hans' });
  await walk(tablet, kPages);
  await tablet.speak('es');
  await walk(tablet, ['home', 'more', 'wrong', ...kFlows.map((flow) => `flow/${flow}/0`)]);
  await tablet.close();
});

test('in English, dark and in bright sun', async () => {
  const tablet = await Tablet.open(browser, world, { ...kWide, dark: true, name: 'full', as: kPeople.manager });
  await walk(tablet, kPages);
  await tablet.go('home');
  const over = await tablet.page.evaluate(() => document.documentElement.scrollHeight - innerHeight);
  assert.ok(over <= 0, `the first page scrolls by ${over} px`);
  await tablet.light('sun');
  await walk(tablet, ['home', 'wrong', 'todo']);
  await tablet.close();
});

test('search as you type leads to the history of a seal with what is safe at head office', async () => {
  const tablet = await Tablet.open(browser, world, { ...kPhone, name: 'find', as: kPeople.packer });
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
  await tablet.close();
});

test('a check, question by question, on a tablet in the dark; and the printed card fits one page', async () => {
  const tablet = await Tablet.open(browser, world, { ...kWide, dark: true, name: 'check', as: kPeople.checker });
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
