// SPDX-License-Identifier: Apache-2.0
/// What a tablet goes through: no wire, no agent, a reload, a power cut, another person, a session that ends, badges.
import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Scanner, Tablet, Touch, kPassword, kPeople, kPhone, kWide, open, seal, site, unit, until, world } from './setup.mjs';
import { launch_kept } from './tablet.mjs';

const kBadges = { 108: 1, 109: 1 };
site(kBadges);

const sync_words = (tablet) => tablet.page.locator('header .sync');

test('the agent is killed in the middle of a flow: the tablet goes on, and each record arrives once', async () => {
  const tablet = await open({ ...kWide, name: 'killed', as: kPeople.packer, may_fail: true });
  const scanner = new Scanner(tablet);
  await tablet.keep_shell();
  await scanner.begin('apply');
  await scanner.asked_number('seal', seal(30));
  await scanner.asks('unit');
  await world.kill(world.agent_daemon);
  await scanner.number(unit(30));
  await tablet.reads('done.here');
  await tablet.look('kept');
  await scanner.begin('apply');
  await scanner.asked_number('seal', seal(31));
  await scanner.asks('unit');
  // Off and on again.
  await tablet.page.goto('about:blank');
  await tablet.page.goto(world.url);
  await tablet.says(tablet.t('home.left_off', { what: tablet.t('flow.apply') }));
  await tablet.look('again');
  await tablet.tap_words('home.go_on');
  await scanner.asked_number('unit', unit(31));
  await tablet.reads('done.here');
  await tablet.says(tablet.t('sync.here', { n: 2 }));
  await world.serve();
  await tablet.sent();
  await sync_words(tablet).filter({ hasText: /head office/ }).waitFor();
  await tablet.close();
  for (const n of [30, 31]) assert.equal(world.times(seal(n), /put on/), 1, seal(n));
});

test('the power of the tablet goes: what was recorded and what was typed are there when it is back', async () => {
  const folder = join(world.folder, 'tablet');
  mkdirSync(folder);
  const open = async () => {
    const context = await launch_kept(folder);
    return { context, tablet: Object.assign(new Tablet(world, context, context.pages()[0] ?? (await context.newPage()), 'power'), { may_fail: true }) };
  };
  let { context, tablet } = await open();
  const client = await world.client(kPeople.packer);
  await tablet.carry(client);
  await tablet.page.goto(world.url);
  await tablet.home();
  await tablet.keep_shell();
  const records = world.records();
  await world.wire.cut();
  let scanner = new Scanner(tablet);
  for (const n of [32, 33]) {
    await scanner.begin('apply');
    await scanner.asked_number('seal', seal(n));
    await scanner.asked_number('unit', unit(n));
    await tablet.reads('done.here');
  }
  await scanner.begin('check');
  await scanner.asked_number('unit', unit(32));
  await scanner.asked_number('door_seal', seal(32));
  await scanner.asks('halves');
  await until('the tablet keeps what was said', async () => (await tablet.kept('drafts'))?.[0]?.values['door-seal'] === seal(32));
  // The browser's own process, ended without a word.
  const session = await context.newCDPSession(tablet.page);
  const { processInfo } = await (await context.browser()?.newBrowserCDPSession?.() ?? session).send('SystemInfo.getProcessInfo');
  const closed = new Promise((resolve) => context.once('close', resolve));
  process.kill(processInfo.find((one) => one.type === 'browser').id, 'SIGKILL');
  await closed;
  for (const lock of ['SingletonLock', 'SingletonCookie', 'SingletonSocket']) rmSync(join(folder, lock), { force: true });

  ({ context, tablet } = await open());
  await tablet.page.goto(world.url);
  await tablet.says(tablet.t('home.left_off', { what: tablet.t('flow.check') }));
  assert.equal(await tablet.waiting(), 2);
  await tablet.says(kPeople.packer);
  await tablet.tap_words('home.go_on');
  scanner = new Scanner(tablet);
  await scanner.asks('halves');
  // The session ended with the browser: signing in again sends what waits.
  await world.wire.mend();
  await tablet.page.waitForSelector('dialog[open]');
  await tablet.says(tablet.t('sign.ended'));
  await tablet.shot('sign-in-again');
  await tablet.sign_in(kPeople.packer);
  await tablet.sent();
  await scanner.asks('halves');
  await context.close();
  assert.deepEqual(tablet.faults, []);
  assert.ok(world.records() >= records + 2);
  for (const n of [32, 33]) assert.equal(world.times(seal(n), /put on/), 1, seal(n));
});

test('records wait for the person who made them, and another person goes on meanwhile', async () => {
  const tablet = await open({ ...kWide, name: 'two', as: kPeople.packer, may_fail: true });
  const scanner = new Scanner(tablet);
  await tablet.keep_shell();
  await world.wire.cut();
  await scanner.begin('apply');
  await scanner.asked_number('seal', seal(34));
  await scanner.asked_number('unit', unit(34));
  await tablet.reads('done.here');
  // Mere's session is over when the wire is back, and Tama signs in.
  await tablet.context.clearCookies();
  await world.wire.mend();
  await tablet.page.waitForSelector('dialog[open]', { timeout: 40_000 });
  await tablet.sign_in(kPeople.checker);
  await tablet.go('sync');
  await tablet.says(tablet.t('safe.others', { names: kPeople.packer }));
  await tablet.look('others');
  assert.equal(await tablet.waiting(), 1);
  await scanner.begin('apply');
  await scanner.asked_number('seal', seal(35));
  await scanner.asked_number('unit', unit(35));
  await tablet.reads('done.recorded');
  await tablet.tap(tablet.page.locator('header .person'));
  await tablet.sign_in(kPeople.packer);
  await tablet.sent();
  await tablet.close();
  assert.equal(world.history(seal(34)).at(-1).who, kPeople.packer);
  assert.equal(world.history(seal(35)).at(-1).who, kPeople.checker);
});

test('head office is not reached: the first page says how many records are not yet there, and carry on', async () => {
  const tablet = await open({ ...kPhone, name: 'no-hub', as: kPeople.packer });
  const scanner = new Scanner(tablet);
  await sync_words(tablet).filter({ hasText: tablet.t('sync.safe') }).waitFor();
  await world.kill(world.hub_daemon);
  await tablet.scan(unit(36));
  await scanner.asked_choice('load_act', 2);
  await tablet.done();
  await sync_words(tablet).filter({ hasText: tablet.t('sync.unsafe', { n: 1 }) }).waitFor();
  await tablet.look('not-yet-there');
  await tablet.go('sync');
  await tablet.says(tablet.t('safe.not_connected'));
  await tablet.look('sync');
  world.start_hub();
  await tablet.go('home');
  await sync_words(tablet).filter({ hasText: tablet.t('sync.safe') }).waitFor({ timeout: 60_000 });
  await tablet.close();
});

test('a badge and a PIN sign in at a terminal that has a name, where the plan allows it', async () => {
  world.agent('user', 'badge', kPeople.checker, '--badge', 'BADGE-0042');
  const tablet = await open({ ...kPhone, name: 'badge', may_fail: true });
  const { page } = tablet;
  await tablet.scan('BADGE-0042');
  await tablet.page.locator('dialog [role=alert]').waitFor();
  await tablet.look('no-badge-here');
  await tablet.tap(page.getByRole('button', { name: tablet.t('back'), exact: true }).first());
  await tablet.sign_in(kPeople.packer);
  await tablet.home();
  const session = await page.evaluate(() => fetch('api/v1/session').then((answer) => answer.json()));
  world.agent('terminal', 'name', String(session.terminal), 'Dock north');
  // A PIN of one's own, then the badge of somebody else.
  await tablet.go('settings');
  await tablet.tap_words('sign.new_password');
  await page.locator('input[autocomplete=current-password]').fill(kPassword);
  await page.locator('dialog input[inputmode=numeric]').fill('739164');
  await tablet.look('new-pin');
  await tablet.tap(page.locator('dialog form .btn.main'));
  await page.waitForSelector('dialog', { state: 'detached' });
  await tablet.go('home');
  // The tablet has never seen a badge: the agent says that it is one.
  await tablet.scan('BADGE-0042');
  await page.locator('header .person', { hasText: kPeople.checker }).waitFor();
  await tablet.tap(page.locator('header .person'));
  await tablet.tap(page.getByRole('button', { name: kPeople.packer, exact: true }));
  await tablet.look('pin');
  for (const digit of '739164') await tablet.tap(page.locator('.pad .digit', { hasText: digit }));
  await tablet.tap(page.locator('dialog form .btn.main'));
  await page.locator('header .person', { hasText: kPeople.packer }).waitFor();
  const recorder = (person) => page.locator('header .person', { hasText: person }).waitFor();
  await page.waitForSelector('dialog', { state: 'detached' });
  await tablet.scan('BADGE-0042');
  await recorder(kPeople.checker);
  await tablet.home();
  // In the middle of a flow it asks, for what was said would be recorded under the other name.
  world.agent('user', 'badge', kPeople.manager, '--badge', 'BADGE-0917');
  const scanner = new Scanner(tablet);
  await scanner.begin('apply');
  await scanner.asked_number('seal', seal(70));
  await scanner.asks('unit');
  await scanner.number('BADGE-0917');
  await tablet.says(tablet.t('scan.badge'));
  await tablet.look('badge-in-flow');
  await scanner.number('BADGE-0917');
  await recorder(kPeople.manager);
  await page.waitForSelector('dialog', { state: 'detached' });
  await scanner.asked_number('unit', unit(70));
  await tablet.done();
  await tablet.close();
});

test('many wrong passwords: the page says when to try again', async () => {
  const tablet = await open({ ...kPhone, name: 'wrong', may_fail: true });
  const { page } = tablet;
  const say = page.locator('dialog [role=alert]');
  await page.locator('input[autocomplete=username]').fill(kPeople.newcomer);
  await until('the agent asks to wait', async () => {
    await page.locator('input[type=password]').fill('not the one that was chosen');
    await page.locator('dialog form .btn.main').click();
    await say.waitFor();
    await page.locator('dialog form .btn.main[disabled]').waitFor();
    return (await say.innerText()).includes(tablet.t('error.access.wait'));
  });
  assert.match(await say.innerText(), new RegExp(tablet.t('error.wait', { n: 'N' }).replace('N', '\\d+')));
  await tablet.look('wait');
  await tablet.close();
});

test('the light follows the tablet until somebody chooses', async () => {
  const tablet = await open({ ...kPhone, name: 'light', as: kPeople.packer });
  const light = () => tablet.page.evaluate(() => document.documentElement.dataset.theme);
  assert.equal(await light(), 'light');
  await tablet.page.emulateMedia({ colorScheme: 'dark' });
  await until('the page is dark', async () => (await light()) === 'dark');
  await tablet.light('sun');
  await tablet.page.emulateMedia({ colorScheme: 'light' });
  await tablet.page.emulateMedia({ colorScheme: 'dark' });
  assert.equal(await light(), 'sun');
  await tablet.page.reload();
  await tablet.reads('page.settings');
  assert.equal(await light(), 'sun');
  await tablet.close();
});

test('what another terminal records is on this one at once', async () => {
  const tablet = await open({ ...kWide, name: 'live', as: kPeople.packer });
  await tablet.go('dock');
  await tablet.reads('home.dock');
  const other = await world.client(kPeople.checker);
  const began = Date.now();
  await other.record('container/start', { container: unit(60) });
  await tablet.page.locator('main li button', { hasText: unit(60).slice(4, 10) }).waitFor();
  // Told, not asked for: the page asks by itself every 20 seconds.
  assert.ok(Date.now() - began < 15_000);
  await tablet.close();
});

test('from paper: who and when come from the sheet, also after a reload', async () => {
  const tablet = await open({ ...kPhone, name: 'paper', as: kPeople.checker });
  const touch = new Touch(tablet);
  await tablet.go('paper');
  await tablet.page.locator('main input.number').fill('P-17');
  await tablet.page.locator('main select').selectOption({ label: kPeople.packer });
  await tablet.page.locator('main input[type=datetime-local]').fill('2026-02-01T09:30');
  await touch.take_photo('f.photo_sheet');
  await tablet.look('sheet');
  await tablet.tap_words('flow.apply');
  await touch.asked_number('seal', seal(60));
  await tablet.page.reload();
  await tablet.says(tablet.t('paper.from', { sheet: 'P-17' }));
  await touch.asked_number('unit', unit(61));
  await tablet.done();
  await tablet.go('paper');
  await tablet.tap_words('paper.put_away', { sheet: 'P-17' });
  await tablet.close();
  const line = world.history(seal(60)).at(-1);
  assert.equal(line.who, kPeople.packer);
  assert.equal(line.source, 'paper');
  assert.match(line.happened, /^2026-02-01T09:30/);
});
