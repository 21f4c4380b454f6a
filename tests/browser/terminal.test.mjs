// SPDX-License-Identifier: Apache-2.0
/// The load-site terminal, end to end: a real hub, a real agent, a real browser.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { kPeople, World } from './world.mjs';
import { launch, Tablet } from './tablet.mjs';

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

const kWide = { width: 1280, height: 800 };
const kSmall = { width: 360, height: 740 };

test('a newcomer signs in with a one-time code and finds the first page whole, without scrolling', async () => {
  const tablet = await Tablet.open(browser, world, { ...kWide, name: 'first' });
  await tablet.look('who');
  await tablet.sign_in(kPeople.packer);
  await tablet.reads('Now on the dock');
  await tablet.says('Dock box 2');
  await tablet.look('dock');
  const over = await tablet.page.evaluate(() => document.documentElement.scrollHeight - innerHeight);
  assert.ok(over <= 0, `the first page scrolls by ${over} px`);
  await tablet.close();
});

test('by scanner alone: load, close, seal; another person checks it, and the driver takes it', async () => {
  const unit = 'MSCU6639870';
  const mere = await Tablet.open(browser, world, { ...kWide, name: 'scanner' });
  await mere.sign_in(kPeople.packer);
  await mere.scan(unit);
  await mere.reads('What happened?');
  await mere.scan('SK:5');
  await mere.reads('Recorded');
  await mere.scan('NZ300006');
  await mere.reads('Scan the container');
  await mere.scan(unit);
  await mere.reads('Recorded');
  await mere.look('sealed');
  await mere.close();

  const tama = await Tablet.open(browser, world, { ...kWide, name: 'scanner' });
  await tama.sign_in(kPeople.checker);
  await tama.scan(unit);
  await tama.reads('DOOR: read the seal number');
  await tama.scan('NZ300006');
  await tama.reads('Is the number the same');
  await tama.scan('SK:1');
  await tama.reads('PAPER: read the seal number');
  await tama.look('paper');
  await tama.scan('NZ300006');
  await tama.reads('PAPER: read the container number');
  await tama.scan(unit);
  for (const step of ['View', 'Verify', 'Tug', 'Twist']) {
    await tama.reads(step);
    await tama.scan('SK:YES');
  }
  await tama.reads('Photos');
  await tama.scan('SK:OK');
  await tama.reads('Recorded');
  await tama.scan('SK:1');
  await tama.reads('Which transport operator?');
  await tama.page.locator('#f-operator').fill('12');
  await tama.scan('SK:OK');
  await tama.reads('Give the tablet to the driver');
  await tama.scan('SK:4');
  await tama.look('driver');
  for (let i = 0; i < 4; ++i) await tama.scan('SK:YES');
  const fields = tama.page.locator('.driver input');
  await fields.first().fill('R. Singh');
  await fields.nth(1).fill('KLM482');
  await tama.scan('SK:OK');
  const box = await tama.page.locator('canvas').boundingBox();
  await tama.page.mouse.move(box.x + 40, box.y + 90);
  await tama.page.mouse.down();
  for (let i = 0; i < 24; ++i) await tama.page.mouse.move(box.x + 40 + i * 14, box.y + 90 + 30 * Math.sin(i / 2));
  await tama.page.mouse.up();
  await tama.page.locator('.driver .btn.main:not([disabled])').waitFor();
  await tama.scan('SK:OK');
  await tama.reads('Recorded');
  await tama.look('taken');
  await tama.close();
  const lines = world.history('NZ300006').map((line) => line.what);
  assert.match(lines.at(-1), /taken|uplift/i);
  assert.deepEqual(world.history('NZ300006').filter((line) => line.irregular !== undefined), []);
});

test('the paper that says another number is read once more, shown, and stops the check', async () => {
  world.agent('container', 'close', 'CSQU3054383', '--by', kPeople.packer);
  world.agent('seal', 'apply', 'NZ300017', '--container', 'CSQU3054383', '--by', kPeople.packer);
  const tablet = await Tablet.open(browser, world, { ...kSmall, name: 'differs' });
  await tablet.sign_in(kPeople.checker);
  await tablet.scan('CSQU3054383');
  await tablet.reads('DOOR: read the seal number');
  await tablet.scan('NZ300017');
  await tablet.reads('Is the number the same');
  await tablet.scan('SK:1');
  await tablet.reads('PAPER: read the seal number');
  await tablet.scan('NZ300071');
  await tablet.reads('PAPER: read the container number');
  assert.equal(await tablet.page.getByText('NZ300017').count(), 0, 'the door shows beside the paper');
  await tablet.scan('CSQU3054383');
  await tablet.reads('PAPER: read the seal number once more');
  await tablet.scan('NZ300071');
  await tablet.reads('They differ');
  await tablet.says('The paper is the odd one');
  await tablet.look('differ');
  await tablet.scan('SK:OK');
  for (const step of ['View', 'Verify', 'Tug', 'Twist']) {
    await tablet.reads(step);
    await tablet.scan('SK:YES');
  }
  await tablet.reads('Photos');
  await tablet.scan('SK:OK');
  await tablet.reads('Stop');
  await tablet.look('stop');
  await tablet.scan('SK:YES');
  await tablet.scan('SK:5');
  await tablet.reads('Recorded');
  await tablet.close();
  const line = world.history('NZ300017').at(-1);
  assert.match(line.irregular, /paperwork/);
  assert.equal(line.reason, 'I found it like this');
});

test('a stop sign that is heeded is written down, and nothing else', async () => {
  const tablet = await Tablet.open(browser, world, { ...kWide, name: 'avoided' });
  await tablet.sign_in(kPeople.packer);
  await tablet.scan('NZ300020');
  await tablet.reads('Scan the container');
  await tablet.scan('CSQU3054383');
  await tablet.reads('Stop');
  await tablet.scan('SK:NO');
  await tablet.reads('Not done, and written down');
  await tablet.close();
  assert.equal(world.agent_json('seal', 'show', 'NZ300020').container, '');
});

test('without the agent a tablet goes on, survives a restart, and each record arrives once', async () => {
  const tablet = await Tablet.open(browser, world, { ...kWide, name: 'offline' });
  await tablet.sign_in(kPeople.packer);
  await tablet.reads('Now on the dock');
  // The shell is in the tablet when the worker is.
  await tablet.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await tablet.page.reload();
  await tablet.reads('Now on the dock');
  await world.stop_serving();
  await tablet.scan('SK:SEAL');
  await tablet.reads('Scan the seal');
  await tablet.scan('NZ300030');
  await tablet.reads('Scan the container');
  await tablet.scan('TGHU7599330');
  await tablet.reads('Kept in this tablet');
  await tablet.look('kept');
  await tablet.scan('SK:SEAL');
  await tablet.reads('Scan the seal');
  await tablet.scan('NZ300031');
  await tablet.reads('Scan the container');
  await tablet.page.goto('about:blank');
  await tablet.page.goto(world.url);
  await tablet.says('You were in the middle of: Seal');
  await tablet.look('again');
  await tablet.page.getByRole('button', { name: 'Go on' }).click();
  await tablet.scan('MSKU9070323');
  await tablet.says('2 records wait in this tablet');
  await world.serve();
  await tablet.page.locator('header .sync', { hasText: /All safe|not yet at head office/ }).waitFor({ timeout: 40_000 });
  await tablet.close();
  for (const seal of ['NZ300030', 'NZ300031']) assert.equal(world.history(seal).filter((line) => /put on/.test(line.what)).length, 1, seal);
});

test('by touch alone, on a small screen: a bolt that broke while closing', async () => {
  world.agent('container', 'close', 'TCLU4265979', '--by', kPeople.packer);
  world.agent('seal', 'apply', 'NZ300040', '--container', 'TCLU4265979', '--by', kPeople.packer);
  const tablet = await Tablet.open(browser, world, { ...kSmall, name: 'touch' });
  const { page } = tablet;
  await tablet.sign_in(kPeople.packer);
  await page.getByRole('button', { name: 'Something is wrong' }).click();
  await tablet.reads('Something is wrong');
  await tablet.look('wrong');
  await page.getByRole('button', { name: 'Broke while we closed it' }).click();
  await page.locator('#f-old').fill('nz 300 040');
  await page.getByRole('button', { name: 'Next', exact: true }).click();
  await page.getByRole('button', { name: 'Yes' }).click();
  await page.locator('#f-new').fill('NZ300041');
  await page.getByRole('button', { name: 'Next', exact: true }).click();
  await page.getByRole('button', { name: /TCLU/ }).click();
  await tablet.reads('What is known?');
  await tablet.look('known');
  await page.locator('.go').click();
  await tablet.reads('Recorded');
  await tablet.close();
  assert.match(world.agent_json('seal', 'show', 'NZ300041').container, /TCLU4265979/);
});

test('every page is right for axe, small and wide, in two languages, light and dark', async () => {
  for (const size of [kSmall, kWide]) {
    const tablet = await Tablet.open(browser, world, { ...size, name: 'pages' });
    await tablet.sign_in(kPeople.manager);
    for (const language of size === kSmall ? ['mi', 'en'] : ['en']) {
      await tablet.page.goto(`${world.url}#settings`);
      await tablet.page.locator(`main [lang="${language}"]`).click();
      await tablet.page.locator('main .cards').nth(1).getByRole('button').nth(language === 'en' ? 1 : 2).click();
      for (const path of ['home', 'more', 'wrong', 'todo', 'sync', 'find', 'paper', 'card', 'settings', 'dock', 'history/NZ300006', 'what/NZ300050', 'what/CSQU3054383', 'flow/receive/0', 'flow/count/0', 'flow/incident/0', 'flow/concern/0', 'flow/training/0']) {
        await tablet.page.goto(`${world.url}#${path}`);
        await tablet.page.waitForTimeout(250);
        await tablet.look(`${language}-${path.replaceAll('/', '-')}`);
      }
    }
    await tablet.close();
  }
});
