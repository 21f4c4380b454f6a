// SPDX-License-Identifier: Apache-2.0
/// The main job: load, close, seal, check, hand to the driver. By scanner alone, by keyboard alone, by touch alone; and the
/// stop signs on the way with both answers.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Keys, Scanner, Touch, kPeople, kPhone, kWide, open, seal, site, unit, world } from './setup.mjs';

site();

const irregular = (number) => world.history(number).filter((line) => line.irregular !== undefined).map((line) => line.irregular);

test('a newcomer signs in with a one-time code and finds the first page whole, without scrolling and without a fault', async () => {
  const tablet = await open({ ...kWide, name: 'first' });
  await tablet.look('who');
  await tablet.sign_in(kPeople.newcomer);
  await tablet.home();
  await tablet.says('Dock box 2');
  await tablet.look('dock');
  const over = await tablet.page.evaluate(() => document.documentElement.scrollHeight - innerHeight);
  assert.ok(over <= 0, `the first page scrolls by ${over} px`);
  await tablet.page.reload();
  await tablet.home();
  await tablet.says(kPeople.newcomer);
  await tablet.close();
});

test('by scanner alone: close, seal; another person checks it, and the driver takes it', async () => {
  const box = unit(1);
  const mere = await open({ ...kWide, name: 'scanner', as: kPeople.packer });
  let scanner = new Scanner(mere);
  await mere.scan(box);
  await scanner.asked_choice('load_act', 5);
  await mere.reads('done.recorded');
  await mere.scan(seal(6));
  await scanner.asked_number('unit', box);
  await mere.reads('done.recorded');
  await mere.look('sealed');
  await mere.close();

  const tama = await open({ ...kWide, name: 'scanner', as: kPeople.checker });
  scanner = new Scanner(tama);
  await tama.scan(box);
  await scanner.asked_number('door_seal', seal(6));
  await scanner.asked_choice('halves', 1);
  await scanner.asks('paper_seal');
  assert.equal(await tama.page.getByText(seal(6)).count(), 0, 'the door shows beside the paper');
  await scanner.number(seal(6));
  await scanner.asked_number('paper_unit', box);
  for (const step of ['view', 'verify', 'tug', 'twist']) {
    await scanner.asks(step);
    await scanner.yes();
  }
  await scanner.asked_next('photos');
  await tama.reads('done.recorded');
  await scanner.choose(1);
  await scanner.operator(1);
  await scanner.asks('driver');
  await scanner.choose(1);
  for (let i = 0; i < 4; ++i) await scanner.yes();
  // Without a glass to sign on: the driver's name is asked, the signature cannot be given.
  await scanner.next();
  await scanner.no();
  await tama.reads('stop.title');
  await tama.look('not-signed');
  await scanner.yes();
  await scanner.choose(2);
  await tama.reads('done.recorded');
  await tama.close();
  const last = world.history(seal(6)).at(-1);
  assert.match(last.what, /taken by the driver.*pass|taken by the driver/);
  assert.match(last.irregular, /sign/);
  assert.equal(last.reason, 'The truck could not wait');
});

test('by keyboard alone, in te reo: seal, check, uplift', async () => {
  const box = unit(2);
  world.stand(box, 'closed');
  const mere = await open({ ...kWide, name: 'keys', as: kPeople.packer, language: 'mi' });
  let keys = new Keys(mere);
  await keys.begin('apply');
  await keys.asked_number('seal', 'nz 300 007');
  await keys.asks('unit');
  await mere.look('unit');
  await keys.number(box.toLowerCase());
  await mere.page.locator('.result h1, h1', { hasText: new RegExp(`${mere.t('done.recorded')}|${mere.t('stop.title')}`) }).first().waitFor();
  if (await mere.page.locator('h1', { hasText: mere.t('stop.title') }).isVisible()) {
    // Typed, and a seal with swapped digits is here too.
    await keys.choose(2);
    await keys.choose(1);
  }
  await mere.reads('done.recorded');
  await mere.close();

  const tama = await open({ ...kWide, name: 'keys', as: kPeople.checker, language: 'mi' });
  keys = new Keys(tama);
  await keys.begin('check');
  await keys.asked_number('unit', box);
  await keys.asked_number('door_seal', seal(7));
  await keys.asked_choice('halves', 1);
  await keys.asked_number('paper_seal', seal(7));
  await keys.asked_number('paper_unit', box);
  for (const step of ['view', 'verify', 'tug', 'twist']) await keys.asked_choice(step, 1);
  await keys.asked_next('photos');
  await tama.reads('done.recorded');
  await keys.choose(1);
  await keys.operator(2);
  await keys.asks('driver');
  await keys.choose(1);
  for (let i = 0; i < 4; ++i) await keys.choose(1);
  await keys.number('J Brown');
  await keys.number('abc123');
  await tama.tap(tama.page.locator('.driver .quiet').last());
  await tama.reads('stop.title');
  await keys.choose(2);
  await keys.choose(3);
  await tama.reads('done.recorded');
  await tama.close();
  assert.match(world.history(seal(7)).at(-1).driver, /J Brown.*Kiwi Carriers.*ABC123/);
});

test('the paper that says another number is read once more, shown, and stops the check', async () => {
  const box = unit(3);
  world.stand(box, 'sealed', seal(17));
  const tablet = await open({ ...kPhone, name: 'differs', as: kPeople.checker });
  const scanner = new Scanner(tablet);
  await tablet.scan(box);
  await scanner.asked_number('door_seal', seal(17));
  await scanner.asked_choice('halves', 1);
  await scanner.asked_number('paper_seal', seal(71));
  await scanner.asked_number('paper_unit', box);
  await scanner.asks('paper_again');
  assert.equal(await tablet.page.getByText(tablet.t('differ.odd_paper')).count(), 0);
  await scanner.number(seal(71));
  await scanner.asks('differ');
  await tablet.says(tablet.t('differ.odd_paper'));
  await tablet.look('differ');
  await scanner.next();
  for (const step of ['view', 'verify', 'tug', 'twist']) await scanner.asked_choice(step, 1);
  await scanner.asked_next('photos');
  await tablet.reads('stop.title');
  await tablet.look('stop');
  await scanner.yes();
  await scanner.choose(5);
  await tablet.reads('done.recorded');
  await tablet.look('recorded');
  await tablet.close();
  const line = world.history(seal(17)).at(-1);
  assert.match(line.irregular, /paper/);
  assert.equal(line.reason, 'I found it like this');
  assert.ok(world.agent_json('dock').units.find((one) => one.unit === box).differs);
});

test('the scanned code of a printed load sheet is the paper', async () => {
  const box = unit(4);
  world.stand(box, 'sealed', seal(18));
  const tablet = await open({ ...kWide, name: 'sheet', as: kPeople.checker });
  const scanner = new Scanner(tablet);
  await tablet.scan(box);
  await scanner.asked_number('door_seal', seal(18));
  await scanner.asked_choice('halves', 1);
  await scanner.asked_number('paper_seal', `SEALKEEP-LOAD 1 ${box} ${seal(18)}`);
  for (const step of ['view', 'verify', 'tug', 'twist']) await scanner.asked_choice(step, 1);
  await scanner.asked_next('photos');
  await tablet.reads('done.recorded');
  await tablet.close();
  assert.match(world.history(seal(18)).at(-1).what, new RegExp(`paper ${seal(18)} on ${box}`));
  assert.deepEqual(irregular(seal(18)), []);
});

test('a step of the check that fails, with its photo, stops it and leads to a new seal', async () => {
  const box = unit(5);
  world.stand(box, 'sealed', seal(19));
  const tablet = await open({ ...kPhone, name: 'fails', as: kPeople.checker });
  const touch = new Touch(tablet);
  await tablet.go('dock');
  await tablet.tap(tablet.page.locator('main li button', { hasText: box.slice(4, 10) }));
  await touch.asked_number('door_seal', seal(19));
  await touch.asked_choice('halves', 1);
  await touch.asked_number('door_unit', box);
  await touch.asked_number('paper_seal', seal(19));
  await touch.asked_number('paper_unit', box);
  await touch.asked_choice('view', 1);
  await touch.asked_choice('verify', 1);
  await touch.asked_choice('tug', 2);
  await touch.asked_choice('twist', 1);
  await touch.asks('what_fails');
  await tablet.page.locator('#f-reason').fill('it opens when pulled');
  await touch.next();
  await touch.asks('photos');
  await touch.take_photo('f.photo_door');
  await touch.next();
  await tablet.reads('stop.title');
  await tablet.tap(tablet.page.locator('.answers .btn').nth(1));
  await tablet.tap(tablet.page.locator('.reason').nth(3));
  await tablet.reads('done.recorded');
  await tablet.tap(tablet.page.getByRole('button', { name: new RegExp(tablet.t('flow.replace')) }));
  await touch.asks('cause');
  await tablet.close();
  assert.match(world.history(seal(19)).at(-1).irregular, /failed/i);
});

test('a stop sign that is heeded is written down, and nothing else', async () => {
  const box = unit(6);
  world.stand(box, 'sealed', seal(20));
  const tablet = await open({ ...kWide, name: 'avoided', as: kPeople.packer });
  const scanner = new Scanner(tablet);
  await tablet.scan(seal(21));
  await scanner.asked_number('unit', box);
  await tablet.reads('stop.title');
  await scanner.no();
  await tablet.reads('done.avoided');
  await tablet.look('avoided');
  // Once more, and this time it has happened already.
  await tablet.scan(seal(21));
  await scanner.asked_number('unit', box);
  await tablet.reads('stop.title');
  assert.equal(world.seal(seal(21)).container, '');
  await scanner.yes();
  await scanner.choose(4);
  await tablet.reads('done.recorded');
  await tablet.close();
  assert.equal(world.seal(seal(21)).container, box);
  assert.equal(world.history(seal(21)).at(-1).reason, 'The supervisor said so');
});

test('by touch alone, on a small screen: a bolt that broke while closing', async () => {
  const box = unit(7);
  world.stand(box, 'sealed', seal(40));
  const tablet = await open({ ...kPhone, name: 'touch', as: kPeople.packer });
  const { page } = tablet;
  const touch = new Touch(tablet);
  await tablet.tap_words('home.wrong');
  await tablet.reads('wrong.title');
  await tablet.look('wrong');
  await tablet.tap(page.locator('.four .btn').first());
  await touch.asked_number('old', 'nz 300 040');
  await touch.asked_choice('new_seal', 1);
  await touch.asked_number('new', seal(41));
  await touch.asks('unit');
  await tablet.tap(page.locator('.offer', { hasText: box.slice(4, 10) }));
  await touch.asks('story');
  await tablet.look('story');
  await touch.next();
  await tablet.done();
  await tablet.close();
  assert.equal(world.seal(seal(41)).container, box);
});

test('found broken is tampering whoever replaces it: the container is held until somebody looked inside', async () => {
  const box = unit(8);
  world.stand(box, 'checked', seal(42));
  const tablet = await open({ ...kWide, name: 'broken', as: kPeople.checker });
  const touch = new Touch(tablet);
  await tablet.tap_words('home.wrong');
  await tablet.tap(tablet.page.locator('.four .btn').nth(3));
  await touch.asked_number('seal_found_broken', seal(42));
  await touch.asked_number('unit', box);
  await touch.asked_next('story');
  await tablet.done();
  await tablet.says(tablet.t('unit.held'));
  await tablet.look('held');
  const scanner = new Scanner(tablet);
  await tablet.scan(box);
  await scanner.asks('in_order');
  await scanner.yes();
  await scanner.asked_next('story');
  await tablet.done();
  await tablet.close();
  assert.equal(world.agent_json('dock').units.find((one) => one.unit === box).held, false);
  assert.match(world.history(seal(42)).map((line) => line.what).join('; '), /tampered/);
});
