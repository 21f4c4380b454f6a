// SPDX-License-Identifier: Apache-2.0
/// From morning to evening with the site cut off from head office, and for an hour of it the tablet cut off from the agent.
/// The day is compressed: what takes nine hours on a dock is played in a minute, in the same order, by two people at two
/// tablets and by programs that speak the API as other tablets do.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Scanner, Touch, kPeople, kPhone, kWide, open, seal, site, unit, until, world } from './setup.mjs';

const kLoads = 24;
site();

test('a day without head office, from the store opened to the day closed: everything is recorded at the site, and all of it is safe when the link is back', async () => {
  await until('all is safe before the day begins', () => world.agent_json('status').unsafe_records === 0);
  const began = world.records();
  await world.kill(world.hub_daemon);

  // Morning: two people sign in, the store is opened, a pallet comes.
  const dock = await open({ ...kWide, name: 'day', as: kPeople.packer, may_fail: true });
  const gate = await open({ ...kPhone, name: 'day-gate', as: kPeople.checker, may_fail: true });
  const mere = new Scanner(dock);
  const hand = new Touch(dock);
  const tama = new Scanner(gate);
  await dock.keep_shell();
  await hand.begin('store_open');
  await hand.asked_choice('store', 1);
  await dock.past_stop_sign();
  await dock.done();
  await hand.begin('receive');
  await hand.asked_choice('how_arrived', 2);
  await hand.asks('delivery');
  await hand.fill('PO-118', 'approval');
  await hand.next();
  await mere.asked_number('range', seal(600));
  await mere.number(seal(699));
  await mere.asked_number('box', 'BOX-6');
  await hand.asked_choice('place', 1);
  await dock.done();
  let made = 2;

  // Until noon: other tablets load, seal and check.
  const packer = await world.client(kPeople.packer);
  const checker = await world.client(kPeople.checker);
  const load = async (n) => {
    const container = unit(200 + n);
    const number = seal(20 + n);
    await packer.record('container/checked-empty', { container });
    await packer.record('container/start', { container });
    await packer.record('container/close', { container });
    await packer.record('seal/apply', { seal: number, container, source: 'scanned' });
    await checker.record('seal/check', { container, 'door-seal': number, 'door-container': container, 'paper-seal': number, 'paper-container': container, view: 'pass', verify: 'pass', tug: 'pass', twist: 'pass', source: 'scanned' });
    made += 5;
  };
  for (let n = 0; n < kLoads / 2; ++n) await load(n);
  await dock.page.locator('header .sync', { hasText: /not yet at head office/ }).waitFor();
  await dock.look('noon');

  // An hour after lunch the tablet at the dock has no Wi-Fi: it seals three containers all the same.
  await world.wire.cut();
  for (const n of [40, 41, 42]) {
    await dock.scan('SK:HOME');
    await mere.begin('apply');
    await mere.asked_number('seal', seal(60 + n));
    await mere.asked_number('unit', unit(200 + n));
    await dock.reads('done.here');
  }
  made += 3;
  await dock.look('no-wifi');
  for (let n = kLoads / 2; n < kLoads; ++n) await load(n);
  await world.wire.mend();
  await dock.sent();

  // Afternoon: drivers come; one container is handed over at the page, the others elsewhere.
  for (let n = 1; n < kLoads; ++n) {
    await checker.record('seal/uplift', { container: unit(200 + n), operator: 'Harbour Haulage', driver: 'R. Singh', truck: 'KLM482', view: 'pass', verify: 'pass', tug: 'pass', twist: 'pass', signed: true });
    ++made;
  }
  await gate.page.reload();
  await gate.home();
  await gate.scan(unit(200));
  await tama.operator(1);
  await tama.asks('driver');
  await tama.choose(1);
  for (let i = 0; i < 4; ++i) await tama.yes();
  await gate.page.locator('.driver input').first().fill('P. Tau');
  await gate.page.locator('.driver input').nth(1).fill('QRS111');
  await tama.next();
  await new Touch(gate).sign();
  await tama.next();
  await gate.done();
  ++made;

  // Evening: the shift hands over, the box is counted, the day is closed.
  await dock.go('home');
  await dock.home();
  // The closed box by its label, the others by their first and last number: nothing differs.
  await hand.begin('count');
  await hand.asked_choice('count_place', 1);
  await hand.asks('count');
  await dock.scan('BOX-6');
  await dock.page.locator('.total strong', { hasText: /^100$/ }).waitFor();
  for (const [first, last] of [[1, 5], [251, 400]]) {
    await dock.page.locator('main fieldset input').first().fill(seal(first));
    await dock.page.locator('main fieldset input').nth(1).fill(seal(last));
    await dock.tap(dock.page.locator('main fieldset .btn.icon'));
  }
  await dock.page.locator('.total strong', { hasText: /^255$/ }).waitFor();
  await dock.look('counted');
  await hand.next();
  await hand.asked_next('witness');
  await dock.reads('done.recorded');
  assert.equal(await dock.page.getByText(dock.t('irregular.count_differs')).count(), 0);
  await dock.done();
  await hand.begin('hand_over');
  await hand.asked_choice('to', 2);
  await mere.asked_number('next', seal(150));
  await hand.asks('hand_over_rest');
  await hand.fill(seal(160), 'last');
  await hand.next();
  await dock.done();
  await hand.begin('store_close');
  await hand.asked_choice('store', 1);
  await dock.past_stop_sign();
  await dock.done();
  await mere.begin('day_close');
  await mere.asked_next('day');
  await dock.done();
  made += 4;
  await dock.look('evening');
  const status = world.agent_json('status');
  assert.equal(status.records - began >= made, true, `${status.records - began} of ${made}`);
  assert.ok(status.unsafe_records >= made);

  // The link is back: all of it is safe, and head office knows the day.
  world.start_hub();
  await dock.page.locator('header .sync', { hasText: dock.t('sync.safe') }).waitFor({ timeout: 60_000 });
  await until('everything is safe', () => world.agent_json('status').unsafe_records === 0);
  await dock.look('safe');
  await dock.close();
  await gate.close();
  for (let n = 0; n < kLoads; ++n) {
    assert.equal(world.times(seal(20 + n), /put on/), 1);
    assert.match(world.history(seal(20 + n)).at(-1).what, /taken by the driver/);
    assert.match(world.history(seal(20 + n)).at(-1).proof, /^safe at head office/);
  }
  for (const n of [100, 101, 102]) assert.equal(world.times(seal(n), /put on/), 1);
  const known = JSON.parse(world.hub('--json', 'seal', 'show', seal(20)));
  assert.match(JSON.stringify(known), new RegExp(unit(200)));
});
