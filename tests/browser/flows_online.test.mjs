// SPDX-License-Identifier: Apache-2.0
/// Every flow, by touch on a phone, with the agent there: each question looked at with axe, each record in the register.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Touch } from './hands.mjs';
import { play, script } from './script.mjs';
import { kPhone, launch, Tablet } from './tablet.mjs';
import { kPeople, World } from './world.mjs';

const kKeysAsked = { 104: 1 };
let world;
let browser;
before(async () => {
  world = await World.begin(kKeysAsked);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await world?.end();
});

test('every flow on a phone, in English: asked, recorded, in the register', async () => {
  const tablet = await Tablet.open(browser, world, { ...kPhone, name: 'flow', as: kPeople.checker });
  const hands = new Touch(tablet);
  hands.looks = new Set();
  const stopped = await play(tablet, hands, script(0));
  assert.ok(stopped.includes('store_open'), 'who holds no key of the store on record is stopped');
  assert.equal(await tablet.waiting(), 0);
  await tablet.close();
});
