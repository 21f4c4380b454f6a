// SPDX-License-Identifier: Apache-2.0
/// Every flow of the terminal as somebody plays it by touch, in the order of a working day. `k` keeps the numbers of two
/// plays apart. Each row: the flow; what stands at the site before it; how it is played; what the register has after it, and
/// `at_once` what a later row changes again.
/// What `before` leaves in its second argument is there when the flow is played.
import assert from 'node:assert/strict';
import { kPeople, seal, unit } from './world.mjs';

export function script(k) {
  const base = 10 + k * 120;
  const s = (n) => seal(base + n);
  const u = (n) => unit(k * 100 + n);
  const first_new = 401 + k * 60;
  const box = `B-${700 + k}`;
  const in_history = (number, what) => (world) => assert.equal(world.times(number, what), 1, `${number}: ${JSON.stringify(world.history(number).map((line) => line.what))}`);
  const at = (number, place) => (world) => assert.equal(world.seal(number).place, place);
  const of_unit = (h, key, container) => h.asked_number(key, container);
  const good = async (h) => {
    for (const step of ['view', 'verify', 'tug', 'twist']) await h.asked_choice(step, 1);
  };

  return [
    { flow: 'store_open', play: async (h) => h.asked_choice('store', 1) },
    {
      flow: 'receive',
      play: async (h) => {
        await h.asked_choice('how_arrived', 1);
        await h.asks('delivery');
        await h.fill(`DN-${900 + k}`, 'delivery');
        await h.fill('PO-118', 'approval');
        await h.next();
        await h.asks('range');
        await h.fill(seal(first_new), 'first');
        await h.fill(seal(first_new + 19), 'last');
        await h.tablet.says(h.tablet.t('go_on.count', { n: 20 }));
        await h.next();
        await h.asked_number('box', box);
        await h.asked_choice('place', 1);
      },
      then: in_history(seal(first_new + 3), new RegExp(`received .*box ${box}`)),
    },
    {
      flow: 'receive',
      play: async (h) => {
        await h.asked_choice('how_arrived', 3);
        await h.asked_next('delivery');
        await h.asks('range');
        await h.fill(seal(first_new + 30), 'first');
        await h.fill(seal(first_new + 34), 'last');
        await h.next();
        await h.asks('missing');
        await h.fill(seal(first_new + 32), 'missing');
        await h.tablet.tap(h.page.getByRole('button', { name: h.tablet.t('flow.add'), exact: true }));
        await h.next();
        await h.asked_choice('place', 1);
      },
      then: (world) => assert.match(world.seal(seal(first_new + 32)).state, /not in the box/),
    },
    {
      flow: 'open_box',
      play: async (h) => {
        await h.asked_number('box', box);
        await h.asked_next('missing');
      },
    },
    {
      flow: 'store',
      play: async (h) => {
        await h.asks('range');
        await h.fill(seal(first_new), 'first');
        await h.fill(seal(first_new + 9), 'last');
        await h.next();
        await h.asked_choice('place_to', 2);
      },
      then: at(seal(first_new + 5), 'Dock box 2'),
    },
    {
      flow: 'issue',
      play: async (h) => {
        await h.asks('range');
        await h.fill(s(0), 'first');
        await h.fill(s(3), 'last');
        await h.next();
        await h.asked_choice('to', 2);
      },
      then: at(s(1), `in the hand of ${kPeople.checker}`),
    },
    {
      flow: 'return',
      play: async (h) => {
        await h.asks('range');
        await h.fill(s(2), 'first');
        await h.fill(s(3), 'last');
        await h.next();
        await h.asked_choice('place_to', 2);
      },
      then: at(s(2), 'Dock box 2'),
    },
    { flow: 'store_close', play: (h) => h.asked_choice('store', 1) },
    ...[[1, 'photo'], [2], [3, 'secured'], [5]].map(([act, more]) => ({
      flow: 'load',
      play: async (h) => {
        await of_unit(h, 'unit', u(1));
        await h.asked_choice('load_act', act);
        if (more === 'photo') {
          await h.asks('photo');
          await h.take_photo('f.photo_inside');
          await h.next();
        }
        if (more === 'secured') await h.asked_choice('secured', 1);
      },
      at_once: (world) => act === 5 && assert.equal(world.agent_json('look', u(1)).flow, 'apply'),
    })),
    {
      flow: 'apply',
      play: async (h) => {
        await h.asked_number('seal', s(10));
        await of_unit(h, 'unit', u(1));
      },
      then: in_history(s(10), /put on/),
    },
    {
      flow: 'check',
      before: (world) => world.stand(u(2), 'sealed', s(11)),
      play: async (h) => {
        await of_unit(h, 'unit', u(2));
        await h.asked_number('door_seal', s(11));
        await h.asked_choice('halves', 1);
        await h.asked_number('paper_seal', s(11));
        await h.asked_number('paper_unit', u(2));
        await good(h);
        await h.asks('photos');
        await h.take_photo('f.photo_door');
        await h.next();
      },
      then: in_history(s(11), /checked: door/),
    },
    {
      flow: 'uplift',
      before: (world) => world.stand(u(3), 'checked', s(12)),
      play: async (h) => {
        await of_unit(h, 'unit_uplift', u(3));
        await h.operator(1);
        await h.asks('driver');
        await h.choose(1);
        for (let i = 0; i < 4; ++i) await h.choose(1);
        await h.page.locator('.driver input').first().fill('R. Singh');
        await h.page.locator('.driver input').nth(1).fill('klm482');
        await h.tablet.tap(h.page.locator('.driver .btn.main'));
        await h.sign();
        await h.tablet.tap(h.page.locator('.driver .btn.main'));
      },
      then: (world) => {
        const line = world.history(s(12)).at(-1);
        assert.match(line.what, /taken by the driver.*, signed/);
        assert.match(line.driver, /R\. Singh.*KLM482/);
      },
    },
    {
      flow: 'replace',
      before: (world) => world.stand(u(4), 'sealed', s(13)),
      play: async (h) => {
        await h.cause();
        await h.asked_number('old', s(13));
        await h.asked_choice('new_seal', 1);
        await h.asked_number('new', s(14));
        await of_unit(h, 'unit', u(4));
        await h.asked_next('story');
      },
      then: (world) => assert.equal(world.seal(s(14)).container, u(4)),
    },
    {
      flow: 'found_broken',
      before: (world) => world.stand(u(5), 'sealed', s(15)),
      play: async (h) => {
        await h.asked_number('seal_found_broken', s(15));
        await of_unit(h, 'unit', u(5));
        await h.asks('story');
        await h.page.locator('#f-story').fill('cut through');
        await h.next();
      },
      then: in_history(s(15), /tampered/),
    },
    {
      flow: 'looked_at',
      play: async (h) => {
        await of_unit(h, 'unit', u(5));
        await h.asked_choice('in_order', 1);
        await h.asked_next('story');
      },
      then: (world) => assert.equal(world.agent_json('dock').units.find((one) => one.unit === u(5))?.held, false),
    },
    {
      flow: 'removed',
      before: (world) => world.stand(u(6), 'sealed', s(16)),
      play: async (h) => {
        await h.asked_number('seal', s(16));
        await of_unit(h, 'unit', u(6));
        await h.asked_choice('why', 1);
      },
      then: in_history(s(16), /taken off/),
    },
    {
      flow: 'correct_seal',
      before: (world) => world.stand(u(7), 'sealed', s(17)),
      play: async (h) => {
        await h.asked_number('wrong', s(17));
        await h.asked_number('right', s(18));
        await of_unit(h, 'unit', u(7));
      },
      then: in_history(s(18), new RegExp(`is ${s(18)}, not ${s(17)}`)),
    },
    { flow: 'papers_corrected', play: (h) => of_unit(h, 'unit', u(7)) },
    {
      flow: 'correct_unit',
      before: (world) => world.stand(u(9), 'sealed', s(20)),
      play: async (h) => {
        await h.asked_number('wrong_unit', u(9));
        await h.asked_number('right_unit', u(10));
      },
      then: (world) => assert.equal(world.seal(s(20)).container, u(10)),
    },
    {
      flow: 'opened',
      before: (world) => world.stand(u(8), 'checked', s(19)),
      play: async (h) => {
        await of_unit(h, 'unit', u(8));
        await h.asked_choice('opened_by', 1);
        await h.asked_choice('where', 3);
        await h.asks('reference');
        await h.fill('C-991', 'reference');
        await h.next();
      },
      then: in_history(s(19), /opened by Customs at the port/),
    },
    {
      flow: 'resealed',
      play: async (h) => {
        await of_unit(h, 'unit', u(8));
        await h.asked_number('seal_theirs', 'CUS0071');
        await h.asked_choice('whose', 1);
      },
    },
    {
      flow: 'other_seal',
      play: async (h) => {
        await of_unit(h, 'unit', u(8));
        await h.asked_number('seal_theirs', 'ML88123');
        await h.asked_choice('whose', 1);
      },
    },
    {
      flow: 'hand_over',
      play: async (h) => {
        await h.asked_choice('to', 1);
        await h.asked_number('next', s(40));
        await h.asks('hand_over_rest');
        await h.fill(s(39), 'last-used');
        await h.fill(s(45), 'last');
        await h.next();
      },
      then: in_history(s(42), /handed over/),
    },
    {
      flow: 'count',
      play: async (h) => {
        await h.asked_choice('count_place', 2);
        await h.asks('count');
        await h.tablet.tap(h.page.locator('main details summary'));
        await h.page.locator('main details input').fill('240');
        await h.next();
        await h.asked_next('witness');
      },
    },
    {
      flow: 'lost',
      play: async (h) => {
        await h.asks('lost');
        await h.fill(s(50), 'first');
        await h.next();
        await h.asked_next('last_seen');
      },
      then: in_history(s(50), /lost/),
    },
    {
      flow: 'found',
      play: async (h) => {
        await h.asked_number('seal', s(50));
        await h.asked_choice('place', 1);
      },
      then: at(s(50), 'Safe'),
    },
    {
      flow: 'transfer_out',
      play: async (h) => {
        await h.asks('range');
        await h.fill(s(60), 'first');
        await h.fill(s(64), 'last');
        await h.next();
        await h.asks('transfer');
        await h.fill('wlg-02', 'site');
        await h.next();
      },
      then: (world) => assert.notEqual(world.seal(s(62)).place, 'Dock box 2'),
    },
    {
      flow: 'transfer_in',
      play: async (h) => {
        await h.asks('range');
        await h.fill(seal(first_new + 40), 'first');
        await h.fill(seal(first_new + 44), 'last');
        await h.next();
        await h.asks('transfer');
        await h.fill('wlg-02', 'site');
        await h.next();
        await h.asked_choice('place', 1);
      },
      then: at(seal(first_new + 42), 'Safe'),
    },
    {
      flow: 'roll_use',
      play: async (h) => {
        await h.asks('roll');
        await h.fill(`ROLL-${k}`, 'batch');
        await h.page.locator('#f-quantity').fill('3');
        await h.next();
        await h.asks('unit');
        await h.fill(u(2));
        await h.next();
      },
    },
    {
      flow: 'incident',
      play: async (h) => {
        await h.asked_choice('incident', 2);
        await h.asks('story');
        await h.page.locator('#f-story').fill('a man in the store who is not on the list');
        await h.next();
        await h.asked_next('incident_about');
      },
    },
    {
      flow: 'concern',
      play: async (h) => {
        await h.asks('concern');
        await h.page.locator('#f-story').fill('padlock codes hang on the wall');
        await h.next();
        await h.asks('quiet');
        await h.tablet.tap(h.page.locator('main .flag').first());
        await h.next();
      },
    },
    {
      flow: 'training',
      play: async (h) => {
        await h.asked_choice('training', 5);
        await h.asked_choice('who', 1);
        await h.asked_choice('task', 2);
        await h.asked_next('trainer');
      },
    },
    {
      flow: 'qa',
      play: async (h) => {
        await h.asked_choice('qa', 1);
        await h.asks('note');
        await h.page.locator('#f-note').fill('all as the plan says');
        await h.next();
      },
    },
    {
      flow: 'keep',
      play: async (h) => {
        await h.asked_choice('record', 3);
        await h.asked_choice('who', 1);
        await h.asks('label');
        await h.fill(`Safe, key ${k}`, 'label');
        await h.next();
        await h.asked_next('note');
      },
    },
    {
      flow: 'contingency_start',
      play: async (h) => {
        await h.asks('plan');
        await h.fill('CP-2', 'plan');
        await h.next();
        await h.asks('held_units');
        await h.fill(u(2), 'unit_list');
        await h.tablet.tap(h.page.getByRole('button', { name: h.tablet.t('flow.add'), exact: true }));
        await h.next();
        await h.asks('story');
        await h.page.locator('#f-story').fill('the port is closed');
        await h.next();
      },
    },
    {
      flow: 'contingency_look',
      play: async (h) => {
        await of_unit(h, 'unit', u(2));
        await h.asked_choice('in_order', 1);
      },
    },
    {
      flow: 'contingency_end',
      before: (world, said) => (said.contingency = world.agent_json('contingency', 'start', 'CP-9', '--unit', u(3), '--story', 'flooded road', '--by', kPeople.packer).entry),
      play: async (h, said) => {
        await h.asks('about');
        await h.fill(said.contingency, 'about');
        await h.next();
      },
    },
    {
      flow: 'customs_told',
      before: (world, said) => (said.lost = world.agent_json('seal', 'lost', s(51), '--by', kPeople.packer).entry),
      play: async (h, said) => {
        await h.asks('about');
        await h.fill(said.lost, 'about');
        await h.next();
        await h.asked_choice('told_how', 2);
        await h.asks('reference');
        await h.fill('C-17', 'reference');
        await h.next();
      },
    },
    {
      flow: 'explain',
      before: (world, said) => (said.count = world.agent_json('seal', 'count', '--place', 'Safe', '--found', '1', '--by', kPeople.packer).entry),
      play: async (h, said) => {
        await h.asks('about');
        await h.fill(said.count, 'about');
        await h.next();
        await h.asked_choice('explain', 1);
        await h.asked_next('story');
      },
    },
    {
      flow: 'internet_down',
      play: async (h) => {
        await h.asks('internet');
        await h.page.locator('#f-until').fill('2030-01-31T18:00');
        await h.next();
      },
    },
    { flow: 'day_close', play: (h) => h.asked_next('day'), then: (world) => assert.notEqual(world.agent_json('status').day_closed, '-') },
  ];
}

/// What a supervisor does in the office. `leaves`: which of the people, in the order of the list, has left.
export function office(k, leaves) {
  const has = (list, name) => (world) => assert.ok(world.agent_json(list, 'list').some((one) => one.name === name), `${list} list has ${name}`);
  return [
    {
      flow: 'person_add',
      play: async (h) => {
        await h.asks('person_add');
        await h.fill(`Aroha Pene ${k}`, 'name');
        await h.next();
      },
      then: has('person', `Aroha Pene ${k}`),
    },
    {
      flow: 'store_add',
      play: async (h) => {
        await h.asks('store_add');
        await h.fill(`Cage ${k}`, 'name');
        await h.choose(1);
        await h.next();
      },
      then: has('store', `Cage ${k}`),
    },
    {
      flow: 'person_left',
      play: (h) => h.asked_choice('person_left', leaves),
      then: (world) => assert.notEqual(world.agent_json('person', 'list')[leaves - 1].left ?? '-', '-'),
    },
  ];
}

/// Plays every row: a stop sign on the way is answered with "it has already happened". Resolves with the flows that met
/// one. `done`: key of what the page says at the end of each.
export async function play(tablet, hands, rows, { done = 'done.recorded', between = async () => undefined, check } = {}) {
  const { world } = tablet;
  const stopped = [];
  const said = {};
  for (const [i, row] of rows.entries()) {
    row.before?.(world, said);
    await hands.begin(row.flow);
    await row.play(hands, said);
    if (await tablet.past_stop_sign(row.flow)) stopped.push(row.flow);
    await tablet.done(done);
    if (check !== false) {
      row.at_once?.(world);
      row.then?.(world);
    }
    await between(i, row);
  }
  return stopped;
}
