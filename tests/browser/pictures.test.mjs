// SPDX-License-Identifier: Apache-2.0
/// Pictures in the flows, with the real sealkeep-vision: one that agrees, one that shows another container, a reader that dies in
/// the middle, a tablet out of reach. The doors are drawn.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, test } from 'node:test';
import { Scanner, Touch, kPeople, kPhone, kWide, open, open_bare, seal, site, unit, until, world } from './setup.mjs';
import { kBin } from './world.mjs';

const kModels = join(process.env.SEALKEEP_VISION_PREFIX ?? '/opt/sealkeep/vision', 'models');
const kVision = join(kBin, 'sealkeep-vision');
const missing = !existsSync(kVision) ? 'sealkeep-vision is not built here: deploy/install.sh --vision' : !existsSync(kModels) ? `no models in ${kModels}: deploy/install.sh --vision` : undefined;
const with_vision = { skip: missing ?? false };

site();
let vision;
let folder;

async function read_pictures() {
  // What one that was killed left behind.
  rmSync(join(folder, 'command.sock'), { force: true });
  vision = spawn(kVision, ['--config', join(world.folder, 'vision.toml'), '--data', folder, 'serve'], { stdio: 'ignore' });
  world.children.push(vision);
  await until('sealkeep-vision listens', () => existsSync(join(folder, 'command.sock')));
}
async function give_eyes() {
  folder = join(world.folder, 'vision');
  mkdirSync(folder, { mode: 0o700 });
  appendFileSync(join(world.folder, 'agent.toml'), `[vision]\nfolder = "${folder}"\ncameras = ["gate"]\n`);
  writeFileSync(join(world.folder, 'vision.toml'), `[cameras.gate]\nkind = "file"\naddress = "${join(world.folder, 'gate.jpg')}"\nsimulated = true\n`);
  await world.kill(world.agent_daemon);
  await world.serve();
}
beforeEach(async () => {
  if (folder === undefined) await give_eyes();
  const lives = vision !== undefined && vision.exitCode === null && vision.signalCode === null;
  if (missing === undefined && !lives) await read_pictures();
});

/// A door with these numbers, as a camera might see it.
async function door(container, number) {
  const screen = await open_bare({ width: 1280, height: 720, name: 'door' });
  await screen.page.goto(`file://${new URL('../../deploy/demo/door.html', import.meta.url).pathname}#${container},${number}`);
  const buffer = await screen.page.screenshot({ type: 'jpeg', quality: 85 });
  await screen.close();
  return { name: 'door.jpg', mimeType: 'image/jpeg', buffer };
}
const take = (tablet, picture) => tablet.page.locator('.picture input[type=file]').setInputFiles(picture);
const kept = (picture) => join(world.folder, 'akl-01', 'pictures', createHash('sha256').update(picture.buffer).digest('hex'));
const verdict = (tablet, key, what) => tablet.page.locator('.picture, .pictured').getByText(tablet.t(`picture.${key}`, { what: tablet.t(`differ.${what}`) })).waitFor();

test('a picture that shows what was scanned agrees, stands in the history, and its bytes are as the camera made them', with_vision, async () => {
  const [box, number] = [unit(501), seal(6)];
  world.stand(box, 'closed');
  const picture = await door(box, number);
  const tablet = await open({ ...kWide, name: 'picture', as: kPeople.packer });
  const scanner = new Scanner(tablet);
  await tablet.scan(number);
  await scanner.asks('unit');
  await take(tablet, picture);
  await verdict(tablet, 'agrees', 'seal');
  await verdict(tablet, 'read', 'unit');
  await tablet.look('agrees');
  await scanner.number(box);
  await tablet.reads('done.recorded');
  const line = world.history(number).at(-1);
  assert.equal(line.irregular, undefined);
  assert.equal(line.pictures[0].container.number, box);
  assert.deepEqual(line.pictures[0].differs, []);
  assert.ok(readFileSync(kept(picture)).equals(picture.buffer), 'the original is another one');
  await tablet.go(`history/${number}`);
  await tablet.page.locator('main ol img').first().waitFor();
  await until('the photo is shown', () => tablet.page.locator('main ol img').first().evaluate((image) => image.naturalWidth > 0));
  await tablet.look('history');
  await tablet.close();
});

test('a picture of another container is a stop sign with both answers, and the characters that differ are marked', with_vision, async () => {
  const [box, other, number] = [unit(502), unit(503), seal(7)];
  world.stand(box, 'closed');
  const tablet = await open({ ...kPhone, dark: true, name: 'differs', as: kPeople.packer });
  const hand = new Touch(tablet);
  const until_stop = async () => {
    await hand.begin('apply');
    await hand.asked_number('seal', number);
    await hand.asks('unit');
    await take(tablet, await door(other, number));
    await verdict(tablet, 'read', 'unit');
    await hand.number(box);
    await tablet.reads('stop.title');
    await verdict(tablet, 'differs', 'unit');
    const marks = await tablet.page.locator('.pictured mark').allInnerTexts();
    assert.ok(marks.length > 0 && marks.join('').length < 11, `the marks are ${marks}`);
  };
  await until_stop();
  await tablet.look('stop');
  await tablet.tap(tablet.page.getByText(tablet.t('stop.avoid'), { exact: true }));
  await tablet.done('done.avoided');
  assert.equal(world.times(number, /on container/), 0);
  await until_stop();
  await tablet.tap(tablet.page.getByText(tablet.t('stop.happened'), { exact: true }));
  await tablet.tap(tablet.page.getByText(tablet.t('reason.label'), { exact: true }));
  await tablet.done();
  const line = world.history(number).at(-1);
  assert.deepEqual(line.irregular_codes, ['door_differs']);
  assert.deepEqual(line.pictures[0].differs, [{ what: 'unit', pictured: other, recorded: box }]);
  await tablet.go(`history/${number}`);
  await tablet.page.locator('main ol mark').first().waitFor();
  await tablet.look('history-differs');
  await tablet.close();
});

test('a camera of the site takes the picture, byte for byte, and a simulated one is called so', with_vision, async () => {
  const [box, number] = [unit(506), seal(10)];
  world.stand(box, 'checked', number);
  const picture = await door(box, number);
  writeFileSync(join(world.folder, 'gate.jpg'), picture.buffer);
  const tablet = await open({ ...kWide, dark: true, name: 'gate', as: kPeople.checker });
  await new Touch(tablet).begin('uplift');
  await tablet.reads('ask.unit_uplift');
  await tablet.tap(tablet.page.locator('.picture button', { hasText: 'gate' }));
  await tablet.page.locator('.picture img').waitFor();
  await tablet.says(tablet.t('picture.simulated'));
  await verdict(tablet, 'read', 'unit');
  await tablet.look('camera');
  assert.ok(readFileSync(kept(picture)).equals(picture.buffer), 'the original is another one');
  await tablet.close();
});

test('the one who reads dies in the middle of a check: the check is recorded, the picture kept', with_vision, async () => {
  const [box, number] = [unit(504), seal(8)];
  world.stand(box, 'sealed', number);
  const picture = await door(box, number);
  const tablet = await open({ ...kWide, name: 'dies', as: kPeople.checker });
  const scanner = new Scanner(tablet);
  await tablet.scan(box);
  await scanner.asks('door_seal');
  vision.kill('SIGSTOP');
  await take(tablet, picture);
  await until('the picture is whole at the agent', () => existsSync(kept(picture)));
  await world.kill(vision);
  await scanner.number(number);
  await scanner.asked_choice('halves', 1);
  await scanner.asked_number('paper_seal', number);
  await scanner.asked_number('paper_unit', box);
  for (const step of ['view', 'verify', 'tug', 'twist']) {
    await scanner.asks(step);
    await scanner.yes();
  }
  await scanner.asked_next('photos');
  await tablet.reads('done.recorded');
  const line = world.history(number).at(-1);
  assert.equal(line.irregular, undefined);
  assert.equal(line.pictures[0].here, true);
  await tablet.close();
});

test('out of reach the picture stays in the tablet and follows the record, and without a reader it is kept as well', async () => {
  const [box, number] = [unit(505), seal(9)];
  world.stand(box, 'closed');
  if (vision !== undefined) await world.kill(vision);
  const picture = await door(box, number);
  const tablet = await open({ ...kWide, name: 'away', as: kPeople.packer, may_fail: true });
  const scanner = new Scanner(tablet);
  await tablet.scan(number);
  await scanner.asks('unit');
  await world.wire.cut();
  await take(tablet, picture);
  await tablet.says(tablet.t('picture.later'));
  await scanner.number(box);
  await tablet.page.locator('h1', { hasText: tablet.t('done.here') }).waitFor();
  await world.wire.mend();
  await tablet.sent();
  await until('the original has followed', () => existsSync(kept(picture)), 60_000);
  assert.ok(readFileSync(kept(picture)).equals(picture.buffer));
  const line = world.history(number).at(-1);
  assert.equal(line.pictures[0].picture, createHash('sha256').update(picture.buffer).digest('hex'));
  await tablet.close();
});
