// SPDX-License-Identifier: Apache-2.0
/// Every flow, by touch on a phone, with the agent there: each question looked at with axe, each record in the register.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { office, play, script } from './script.mjs';
import { Touch, kPeople, kPhone, kWide, open, site, world } from './setup.mjs';

const kKeysAsked = { 104: 1 };
site(kKeysAsked);

test('every flow on a phone, in English: asked, recorded, in the register', async () => {
  const tablet = await open({ ...kPhone, name: 'flow', as: kPeople.checker });
  const hands = new Touch(tablet);
  hands.looks = new Set();
  const stopped = await play(tablet, hands, script(0));
  assert.ok(stopped.includes('store_open'), 'who holds no key of the store on record is stopped');
  assert.equal(await tablet.waiting(), 0);
  await tablet.close();
});

test('what a supervisor does in the office, on a wide screen, in Chinese', async () => {
  const tablet = await open({ ...kWide, name: 'office', as: kPeople.manager, language: 'zh-Hans' });
  const hands = new Touch(tablet);
  hands.looks = new Set();
  await play(tablet, hands, office(0, 5));
  await tablet.close();
});
