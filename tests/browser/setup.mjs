// SPDX-License-Identifier: Apache-2.0
/// What a file of tests begins with: site() gives it a site and a browser of its own for all its tests; `world` is the
/// site while they run, open() a tablet there. After each test the site is whole again and no tablet is left, so that a
/// test that fails takes no other with it and each may be played alone (--test-name-pattern).
import { after, afterEach, before } from 'node:test';
import { launch, Screen } from './screen.mjs';
import { Tablet } from './tablet.mjs';
import { World } from './world.mjs';

export { Keys, Scanner, Touch } from './hands.mjs';
export { kPhone, kWide, Tablet } from './tablet.mjs';
export { kPassword, kPeople, pause, seal, unit, until } from './world.mjs';

export let world;
let browser;

/// `settings`: of the security plan, by number.
export function site(settings = {}) {
  before(async () => {
    browser = await launch();
    world = await World.begin(settings);
  });
  afterEach(async () => {
    await Promise.all((browser?.contexts() ?? []).map((context) => context.close()));
    await world?.make_whole();
  });
  after(async () => {
    await browser?.close();
    await world?.end();
  });
}

/// A tablet of the site (options: Tablet.open).
export const open = (options) => Tablet.open(browser, world, options);
/// A screen with nothing on it: for a page that is no terminal.
export async function open_bare({ width, height, name, touch: _, ...options }) {
  const context = await browser.newContext({ viewport: { width, height }, ...options });
  return new Screen(context, await context.newPage(), `${name}-${width}`);
}
