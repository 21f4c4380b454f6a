// SPDX-License-Identifier: Apache-2.0
/// What people and devices send that they should not: nothing typed is lost, nothing is recorded twice, and the page says
/// what to do.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Scanner, Touch, kPeople, kPhone, kWide, open, pause, seal, site, unit, world } from './setup.mjs';

site();

/// The same code after so long is read anew (App.take_scan).
const kNewReading_ms = 450;

test('codes that are no numbers are shown, never followed, never taken', async () => {
  const tablet = await open({ ...kPhone, name: 'codes', as: kPeople.packer });
  const { page } = tablet;
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  const notice = page.locator('.notice, main [role=alert]').first();
  const bad = [
    [']E09421023610112', tablet.t('scan.goods', { text: '9421023610112' })],
    ['javascript:alert(document.cookie)', 'javascript:alert(document.cookie)'],
    ['https://evil.example/login', 'https://evil.example/login'],
    ['NZ3\u000100\u0007006', '\u2401'],
    ['<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
    ['N'.repeat(70) + '1', tablet.t('scan.strange', { text: '' }).trim()],
    ['7'.repeat(5_000), tablet.t('scan.strange', { text: '' }).trim()],
  ];
  for (const [text, said] of bad) {
    await tablet.scan(text);
    await notice.filter({ hasText: said }).waitFor();
    await tablet.home();
  }
  await tablet.look('strange');
  // In the middle of a flow as well.
  const scanner = new Scanner(tablet);
  await scanner.begin('apply');
  await scanner.asks('seal');
  for (const [text, said] of bad) {
    await tablet.scan(text);
    await notice.filter({ hasText: said }).waitFor();
    await scanner.asks('seal');
  }
  await tablet.scan(unit(1));
  await notice.filter({ hasText: tablet.t('scan.not_seal', { text: unit(1) }) }).waitFor();
  await tablet.look('strange-in-flow');
  // A seal sold with a web address as its code: the number at its end counts, and the address is never asked for.
  await tablet.scan(`https://seals.example/s/${seal(10)}`);
  await scanner.asks('unit');
  await tablet.scan(seal(10));
  await notice.filter({ hasText: tablet.t('scan.not_unit', { text: seal(10) }) }).waitFor();
  await tablet.scan('SK:9');
  await notice.filter({ hasText: tablet.t('scan.no_question') }).waitFor();
  await tablet.scan(`]C1${unit(1)}`);
  await tablet.done();
  assert.deepEqual(asked.filter((url) => !url.startsWith(world.url)), []);
  await tablet.close();
  assert.equal(world.seal(seal(10)).container, unit(1));
});

test('a scanner that reads twice: no question is answered by the second reading of the first', async () => {
  const tablet = await open({ ...kWide, name: 'twice', as: kPeople.checker });
  const scanner = new Scanner(tablet);
  await scanner.begin('apply');
  await scanner.asks('seal');
  await tablet.scan(seal(11));
  await tablet.scan(seal(11));
  await scanner.asks('unit');
  assert.equal(await tablet.page.locator('main [role=alert]').count(), 0);
  await pause(kNewReading_ms);
  await tablet.scan(seal(11));
  await tablet.says(tablet.t('scan.not_unit', { text: seal(11) }));
  await tablet.scan(unit(2));
  await tablet.scan(unit(2));
  await tablet.reads('done.recorded');
  await tablet.answered();
  await tablet.reads('done.recorded');
  assert.equal(world.times(seal(11), /put on/), 1);
  await tablet.go('flow/count/0');
  await new Touch(tablet).asked_choice('count_place', 2);
  await scanner.asks('count');
  for (const number of [seal(12), seal(12), seal(13)]) await tablet.scan(number);
  await tablet.page.locator('.total strong', { hasText: /^2$/ }).waitFor();
  await pause(kNewReading_ms);
  await tablet.scan(seal(13));
  await tablet.says(tablet.t('scan.twice', { text: seal(13) }));
  await tablet.close();
});

test('a tap that trembled is one tap', async () => {
  const box = unit(3);
  world.stand(box, 'sealed', seal(14));
  const tablet = await open({ ...kWide, name: 'tremble', as: kPeople.checker });
  const records = world.records();
  const { page } = tablet;
  const scanner = new Scanner(tablet);
  await page.locator('section button', { hasText: box.slice(4, 10) }).dblclick({ delay: 5 });
  await scanner.asked_number('door_seal', seal(14));
  await scanner.asked_choice('halves', 1);
  await scanner.asked_number('door_unit', box);
  await scanner.asked_number('paper_seal', seal(14));
  await scanner.asked_number('paper_unit', box);
  for (const step of ['view', 'verify', 'tug', 'twist']) {
    await scanner.asks(step);
    await tablet.settled();
    await page.locator('.judged .good').dblclick({ delay: 5 });
  }
  await scanner.asks('photos');
  await tablet.settled();
  await page.locator('main .go').dblclick({ delay: 5 });
  await tablet.done();
  assert.equal(await page.locator('.left').count(), 0, 'nobody was in the middle of anything');
  await tablet.close();
  assert.equal(world.records(), records + 1);
});

test('the back button: a step back keeps what was said, and nothing is recorded twice', async () => {
  const tablet = await open({ ...kPhone, name: 'back', as: kPeople.packer });
  const { page } = tablet;
  const touch = new Touch(tablet);
  await tablet.tap(page.locator('nav .act').first());
  await touch.asked_number('seal', seal(15));
  await touch.asks('unit');
  await page.goBack();
  await touch.asks('seal');
  assert.equal(await page.locator('#f-seal').inputValue(), seal(15));
  await page.goBack();
  await tablet.home();
  await tablet.says(tablet.t('home.left_off', { what: tablet.t('flow.apply') }));
  await tablet.look('left-off');
  // Forward again: on with what is not answered yet.
  await page.goForward();
  await touch.asked_number('unit', unit(4));
  await tablet.past_stop_sign();
  await tablet.reads('done.recorded');
  const records = world.records();
  await page.goBack();
  await tablet.reads('done.recorded');
  await page.goBack();
  await tablet.home();
  await page.goForward();
  await tablet.answered();
  assert.equal(world.records(), records);
  assert.equal(world.times(seal(15), /put on/), 1);
  await tablet.close();
});

test('the session ends in the middle of a flow: the record is kept, and goes after signing in again', async () => {
  const box = unit(5);
  world.stand(box, 'sealed', seal(16));
  const client = await world.client(kPeople.checker);
  const tablet = await open({ ...kWide, name: 'ended', as: kPeople.packer, may_fail: true });
  await tablet.carry(client);
  await tablet.page.reload();
  await tablet.says(kPeople.checker);
  const scanner = new Scanner(tablet);
  await tablet.scan(box);
  await scanner.asked_number('door_seal', seal(16));
  await scanner.asked_choice('halves', 1);
  await scanner.asks('paper_seal');
  const asked = await tablet.page.locator('main h1').innerText();
  await client.sign_out();
  // The page hears of it: it asks who is there before it goes on, at the question where it was.
  await tablet.page.waitForSelector('dialog[open]');
  await tablet.look('ended');
  await tablet.scan('SK:OK');
  assert.equal(await tablet.page.locator('main h1').innerText(), asked, 'nobody answers without a sign-in');
  assert.equal(await tablet.waiting(), 0);
  await tablet.sign_in(kPeople.checker);
  await scanner.asked_number('paper_seal', seal(16));
  await scanner.asked_number('paper_unit', box);
  for (const step of ['view', 'verify', 'tug', 'twist']) await scanner.asked_choice(step, 1);
  // And it ends once more just as the record is made: before the page heard of it.
  await scanner.asks('photos');
  await tablet.settled();
  await tablet.page.evaluate(async () => {
    const { csrf } = await (await fetch('api/v1/session')).json();
    const ended = await fetch('api/v1/session', { method: 'DELETE', headers: { 'X-Sealkeep-Csrf': csrf } });
    if (!ended.ok) throw new Error(`not signed out: ${ended.status}`);
    document.querySelector('main .go').click();
  });
  await tablet.page.waitForSelector('dialog[open]');
  await tablet.look('ended-again');
  assert.equal(await tablet.waiting(), 1);
  await tablet.sign_in(kPeople.checker);
  await tablet.sent();
  await tablet.reads('done.recorded');
  await tablet.close();
  assert.equal(world.times(seal(16), /checked: door/), 1);
  assert.equal(world.history(seal(16)).at(-1).who, kPeople.checker);
});

test('two people on one seal at once: one has it, the other is told before; together the mark is there', async () => {
  const tablets = [];
  for (const person of [kPeople.packer, kPeople.checker]) {
    const tablet = await open({ ...kWide, name: 'both', as: person });
    await new Scanner(tablet).begin('apply');
    await new Scanner(tablet).asked_number('seal', seal(17));
    await new Scanner(tablet).asks('unit');
    tablets.push(tablet);
  }
  const [mere, tama] = tablets;
  await mere.scan(unit(6));
  await mere.done();
  await tama.scan(unit(7));
  await tama.reads('stop.title');
  await tama.says(tama.t('irregular.seal_in_use'));
  await tama.scan('SK:NO');
  await tama.reads('done.avoided');
  // Neither can be told before: both ask, then both record.
  let recording = 0;
  let both;
  const together = new Promise((resolve) => (both = resolve));
  for (const tablet of tablets) {
    await tablet.scan(seal(18));
    await new Scanner(tablet).asks('unit');
    await tablet.page.route('**/api/v1/seal/apply', async (route) => {
      if (!route.request().postDataJSON()['stop-sign']) {
        if (++recording === tablets.length) both();
        await together;
      }
      await route.continue();
    });
  }
  await Promise.all([mere.scan(unit(8)), tama.scan(unit(9))]);
  await Promise.all(tablets.map((tablet) => tablet.page.locator('.result h1').waitFor()));
  const told = await Promise.all(tablets.map((tablet) => tablet.page.getByText(tablet.t('irregular.seal_in_use')).count()));
  await Promise.all(tablets.map((tablet) => tablet.close()));
  assert.equal(world.times(seal(17), /put on/), 1);
  assert.equal(world.times(seal(18), /put on/), 2);
  assert.equal(world.history(seal(18)).filter((line) => line.irregular !== undefined).length, 1);
  assert.deepEqual([...told].sort(), [0, 1]);
});

test("the tablet's clock is wrong, and moves: records carry the agent's time", async () => {
  const tablet = await open({ ...kWide, name: 'clock', as: kPeople.packer, may_fail: true });
  const scanner = new Scanner(tablet);
  const move = (hours) => tablet.page.evaluate((ms) => {
    const now = Date.now.bind(Date);
    Date.now = () => now() + ms;
  }, hours * 3_600_000);
  await tablet.keep_shell();
  await world.wire.cut();
  await move(-3);
  await scanner.begin('apply');
  await scanner.asked_number('seal', seal(19));
  await scanner.asked_number('unit', unit(10));
  await tablet.reads('done.here');
  await world.wire.mend();
  await tablet.sent();
  await scanner.begin('apply');
  await scanner.asks('seal');
  await tablet.answered();
  await move(5);
  // The page looks at its clock every few seconds, and asks the agent when it moved.
  await tablet.page.waitForResponse(/\/api\/v1\/dock$/);
  await tablet.answered();
  await scanner.number(seal(20));
  await scanner.asked_number('unit', unit(11));
  await tablet.done();
  await tablet.close();
  for (const n of [19, 20]) {
    const line = world.history(seal(n)).at(-1);
    assert.ok(Math.abs(Date.parse(line.happened) - Date.now()) < 120_000, `${line.happened} is the tablet's time`);
    assert.equal(line.irregular, undefined);
  }
});

test('what is empty, huge or of another world is asked for again, and the agent says why it cannot take it', async () => {
  const tablet = await open({ ...kPhone, name: 'odd', as: kPeople.packer, may_fail: true });
  const { page } = tablet;
  const touch = new Touch(tablet);
  await touch.begin('receive');
  await touch.asked_choice('how_arrived', 3);
  await touch.asked_next('delivery');
  await touch.asks('range');
  await touch.next();
  await tablet.says(tablet.t('flow.answer_first'));
  await touch.fill(seal(500), 'first');
  await touch.fill(seal(450), 'last');
  await tablet.says(tablet.t('scan.range'));
  await tablet.look('range');
  await touch.next();
  await touch.asked_next('missing');
  await touch.asked_choice('place', 1);
  await page.locator('main .say.bad').waitFor();
  await tablet.look('refused');
  assert.equal(await tablet.waiting(), 0, 'what the agent refused is not kept as waiting');
  await page.goBack();
  await page.goBack();
  await touch.asks('range');
  assert.equal(await page.locator('#f-first').inputValue(), seal(500));
  await touch.fill(seal(501), 'last');
  await touch.next();
  await touch.asked_next('missing');
  await touch.asks('place');
  await touch.choose(1);
  await tablet.done();
  await tablet.go('%E0%A4%A');
  await tablet.home();
  await tablet.go('flow/no-such-flow/7');
  await tablet.go('home');
  await tablet.home();
  await tablet.close();
});
