// SPDX-License-Identifier: Apache-2.0
/// Every flow with the wire to the agent cut: kept in the tablet, sent in order when the wire is mended, each once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { office, play, script } from './script.mjs';
import { Touch, kPeople, kPhone, kWide, open, seal, site, world } from './setup.mjs';

site();

/// Goes to the flow by its address: the menu is played elsewhere.
class Straight extends Touch {
  begin(flow) {
    return this.tablet.go(`flow/${flow}/0`);
  }
  cause() {
    return this.asked_choice('cause', 1);
  }
}

test('every flow without the agent, in Spanish: nothing is lost on a reload, and each record arrives once, in order', async () => {
  const tablet = await open({ ...kWide, name: 'offline', as: kPeople.checker, language: 'es', may_fail: true });
  await tablet.keep_shell();
  const rows = script(1);
  // What stands at the site is there before the wire is cut.
  const said = {};
  for (const row of rows) row.before?.(world, said);
  await tablet.page.reload();
  await tablet.home();
  const records = world.records();
  await world.wire.cut();
  await play(tablet, new Straight(tablet), rows.map(({ before: _, ...row }) => ({ ...row, play: (hands) => row.play(hands, said) })), {
    done: 'done.here',
    check: false,
    between: async (i) => {
      if (i !== 12) return;
      await tablet.page.reload();
      await tablet.home();
    },
  });
  assert.equal(await tablet.waiting(), rows.length);
  assert.equal(world.records(), records);
  await tablet.look('waits');
  await tablet.go('sync');
  await tablet.look('sync');
  await tablet.page.reload();
  await tablet.reads('page.sync');
  assert.equal(await tablet.waiting(), rows.length);
  await world.wire.mend();
  await tablet.sent();
  assert.equal(world.records(), records + rows.length);
  for (const row of rows) row.then?.(world);
  // In the order in which they were made: lost before found, received before put away.
  const lost_and_found = world.history(seal(180)).map((line) => line.what).filter((what) => / lost| found/.test(what));
  assert.deepEqual(lost_and_found.map((what) => (/ lost/.test(what) ? 'lost' : 'found')), ['lost', 'found']);
  const indexes = world.history(seal(466)).map((line) => line.index);
  assert.deepEqual(indexes, [...indexes].sort((a, b) => a - b));
  await tablet.close();
});

test('what a supervisor does in the office is kept and sent likewise, on a phone', async () => {
  const tablet = await open({ ...kPhone, name: 'offline-office', as: kPeople.manager, may_fail: true });
  await tablet.keep_shell();
  await world.wire.cut();
  const rows = office(1, 4);
  await play(tablet, new Straight(tablet), rows, { done: 'done.here', check: false });
  await world.wire.mend();
  await tablet.sent();
  for (const row of rows) row.then(world);
  await tablet.close();
});
