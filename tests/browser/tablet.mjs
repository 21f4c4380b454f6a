// SPDX-License-Identifier: Apache-2.0
/// One tablet: a browser with its own storage, a scanner, and eyes that look at each page with axe.
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import assert from 'node:assert/strict';
import { kPassword } from './world.mjs';

const kAxe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const kOut = process.env.SEALKEEP_SHOTS ?? new URL('../../build/dev/browser', import.meta.url).pathname;
const kFlags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: kFlags });

export class Tablet {
  constructor(page, context, name) {
    Object.assign(this, { page, context, name, shots: 0 });
    this.faults = [];
    page.on('pageerror', (error) => this.faults.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' && /Content Security|Refused to/.test(message.text())) this.faults.push(message.text());
    });
  }

  static async open(browser, world, { width = 1280, height = 800, name = 'tablet' } = {}) {
    const context = await browser.newContext({ viewport: { width, height } });
    const page = await context.newPage();
    const tablet = new Tablet(page, context, `${name}-${width}`);
    tablet.world = world;
    await page.goto(world.url);
    await page.waitForSelector('dialog[open]');
    return tablet;
  }

  /// Signs in: the first time with the one-time code, then with the password that was chosen.
  async sign_in(person) {
    const { page, world } = this;
    const other = page.getByRole('button', { name: person, exact: true });
    if (await other.isVisible().catch(() => false)) {
      await other.click();
      await page.locator('input[type=password]').fill(kPassword);
    } else {
      const another = page.locator('dialog .quiet.name');
      if (await another.isVisible().catch(() => false)) await another.click();
      const code = world.codes[person];
      await page.locator('input[autocomplete=username]').fill(person);
      await page.locator('input[type=password]').fill(code ?? kPassword);
      if (code !== undefined) {
        await page.locator('dialog form .btn.main').click();
        await page.locator('input[autocomplete=new-password]').fill(kPassword);
        delete world.codes[person];
      }
    }
    await page.locator('dialog form .btn.main').click();
    await page.waitForSelector('dialog', { state: 'detached' });
  }

  /// A scan as a keyboard wedge makes it: quick keys, ended by Enter.
  async scan(text) {
    await this.page.waitForTimeout(120);
    await this.page.evaluate((scanned) => {
      for (const key of [...scanned, 'Enter']) (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    }, text);
    await this.page.waitForTimeout(80);
  }
  /// Waits until the page asks or says this.
  async reads(title) {
    await this.page.locator('h1', { hasText: title }).first().waitFor({ timeout: 25_000 });
  }
  async says(words) {
    await this.page.getByText(words).first().waitFor({ timeout: 15_000 });
  }
  /// Keeps a picture and asks axe; nothing may be wrong.
  async look(what) {
    mkdirSync(kOut, { recursive: true });
    await this.page.screenshot({ path: join(kOut, `${this.name}-${String(++this.shots).padStart(2, '0')}-${what}.png`) });
    // Not a script of the page: the page's own policy allows none but its own.
    const client = await this.context.newCDPSession(this.page);
    const run = async (expression) => (await client.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true, allowUnsafeEvalBlockedByCSP: true })).result.value;
    await run(`${kAxe};0`);
    const found = await run(`axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then((r) => r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.target.join(' ')).slice(0, 3).join(', ')))`);
    await client.detach();
    assert.deepEqual(found, [], `axe, ${what}`);
    const over = await this.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(over <= 0, `${what} is ${over} px too wide`);
  }
  async close() {
    await this.context.close();
    assert.deepEqual(this.faults, []);
  }
}
