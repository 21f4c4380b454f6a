// SPDX-License-Identifier: Apache-2.0
/// A screen of a real browser, with eyes that look at each page with axe.
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import assert from 'node:assert/strict';

const kAxe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
export const kOut = process.env.SEALKEEP_SHOTS ?? new URL('../../build/dev/browser-shots', import.meta.url).pathname;
const kFlags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'];
export const kProgram = { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: kFlags };
/// Long: other work may go on on this machine.
const kPatience_ms = 30_000;

export const launch = () => chromium.launch(kProgram);

export class Screen {
  faults = [];
  shots = 0;

  constructor(context, page, name) {
    Object.assign(this, { context, page, name });
    page.setDefaultTimeout(kPatience_ms);
    page.on('pageerror', (error) => this.faults.push(String(error)));
  }

  async shot(what) {
    mkdirSync(kOut, { recursive: true });
    await this.page.screenshot({ path: join(kOut, `${this.name}-${String(++this.shots).padStart(2, '0')}-${what}.png`) });
  }
  /// Keeps a picture and asks axe; nothing may be wrong, and nothing may be wider than the screen.
  async look(what) {
    await this.shot(what);
    // Not a script of the page: the page's own policy allows none but its own.
    const client = await this.context.newCDPSession(this.page);
    const run = async (expression) => (await client.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true, allowUnsafeEvalBlockedByCSP: true })).result.value;
    if ((await run('typeof axe')) === 'undefined') await run(`${kAxe};0`);
    const found = await run(`axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then((r) => r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.target.join(' ')).slice(0, 3).join(', ')))`);
    await client.detach();
    assert.deepEqual(found, [], `axe, ${this.name}, ${what}`);
    const over = await this.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(over <= 0, `${this.name}, ${what} is ${over} px too wide`);
  }
  async close() {
    await this.context.close();
    assert.deepEqual(this.faults, []);
  }
}
