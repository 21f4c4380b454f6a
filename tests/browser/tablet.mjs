// SPDX-License-Identifier: Apache-2.0
/// One tablet: a browser with its own storage and a scanner.
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import assert from 'node:assert/strict';
import { kProgram, Screen } from './screen.mjs';
import { kPassword, until } from './world.mjs';

/// The page takes a tap so soon after it turned for the trembling of the one before (App.svelte).
const kTremble_ms = 320;
/// Longer than a scanner waits between two keys, and than the page waits for the second (burst.ts, scans.ts).
const kNoBurst_ms = 90;
const words_of = Object.fromEntries(['en', 'mi', 'zh-Hans', 'es'].map((code) => [code, JSON.parse(readFileSync(new URL(`../../agent/web/src/lang/${code}.json`, import.meta.url), 'utf8'))]));

export const kWide = { width: 1280, height: 800 };
export const kPhone = { width: 360, height: 740, touch: true };

/// A browser that keeps what it stores in `folder`, as a tablet does, and can be killed.
export const launch_kept = (folder, options = {}) => chromium.launchPersistentContext(folder, { ...kProgram, viewport: kWide, ...options });

export class Tablet extends Screen {
  language = 'en';

  constructor(world, context, page, name) {
    super(context, page, name);
    this.world = world;
    // Requests under way; the stream of events never ends.
    this.asked = new Set();
    page.on('request', (request) => !request.url().endsWith('/events') && this.asked.add(request));
    for (const end of ['requestfinished', 'requestfailed']) page.on(end, (request) => this.asked.delete(request));
    page.on('console', (message) => {
      if (message.type() !== 'error') return;
      const text = `${message.text()} ${message.location().url}`;
      // A wire that was cut, a session that ended and a record that was refused are meant; the browser says so.
      // The answer to a one-time code is "now choose a password".
      const meant = this.may_fail ? /Failed to load resource|ERR_/ : /status of 403 .*\/session$/;
      if (!meant.test(text)) this.faults.push(text);
    });
  }

  /// `as`: who is signed in already. `may_fail`: requests fail on purpose.
  static async open(browser, world, { width = kWide.width, height = kWide.height, touch = false, dark = false, name = 'tablet', as, language, may_fail = false } = {}) {
    const context = await browser.newContext({ viewport: { width, height }, hasTouch: touch, isMobile: touch, colorScheme: dark ? 'dark' : 'light', locale: 'en-NZ', timezoneId: 'Pacific/Auckland', reducedMotion: 'reduce' });
    const tablet = new Tablet(world, context, await context.newPage(), `${name}-${width}${dark ? '-dark' : ''}`);
    Object.assign(tablet, { may_fail, touch });
    if (as !== undefined) await tablet.carry(await world.client(as));
    await tablet.page.goto(world.url);
    if (as === undefined) await tablet.page.waitForSelector('dialog[open]');
    else await tablet.home();
    if (language !== undefined) await tablet.speak(language);
    return tablet;
  }
  /// The cookies of somebody who signed in elsewhere.
  async carry(client) {
    await this.context.addCookies(Object.entries(client.cookies).map(([name, value]) => ({ name, value, url: this.world.url, httpOnly: true, sameSite: 'Strict' })));
  }

  /// The words of a key in the language of this tablet.
  t(key, params = {}) {
    const book = words_of[this.language];
    const text = book[key] ?? book[`${key}_${params.n === 1 && book[`${key}_one`] !== undefined ? 'one' : 'other'}`];
    assert.ok(text !== undefined, `${this.language} has no ${key}`);
    return text.replace(/\{(\w+)\}/g, (whole, name) => (name in params ? String(params[name]) : whole));
  }
  async speak(language) {
    await this.go('settings');
    await this.tap(this.page.locator(`main [lang="${language}"]`));
    this.language = language;
    await this.reads('page.settings');
    await this.go('home');
    await this.home();
  }
  async light(theme) {
    await this.go('settings');
    await this.tap(this.page.getByRole('button', { name: this.t(`theme.${theme}`), exact: true }));
  }

  /// Signs in at the page: the first time with the one-time code, then with the password that was chosen.
  async sign_in(person) {
    const { page, world } = this;
    const known = page.getByRole('button', { name: person, exact: true });
    await page.waitForSelector('dialog .cards', { state: 'attached' });
    const code = world.codes[person];
    if (code === undefined && (await known.isVisible())) {
      await this.tap(known);
      const with_password = page.getByRole('button', { name: this.t('sign.with_password') });
      if (await with_password.isVisible()) await this.tap(with_password);
      await page.locator('input[type=password]').fill(kPassword);
    } else {
      const another = page.locator('dialog .quiet.name');
      if (await another.isVisible()) await this.tap(another);
      await page.locator('input[autocomplete=username]').fill(person);
      await page.locator('input[type=password]').fill(code ?? kPassword);
      if (code !== undefined) {
        await this.tap(page.locator('dialog form .btn.main'));
        await page.locator('input[autocomplete=new-password]').fill(kPassword);
        delete world.codes[person];
      }
    }
    await this.tap(page.locator('dialog form .btn.main'));
    await page.waitForSelector('dialog', { state: 'detached' });
  }

  go(path) {
    return this.page.goto(`${this.world.url}#${path}`);
  }
  /// A touch as a finger makes it: not before the page has settled.
  async tap(what) {
    await what.waitFor().catch((error) => this.#lost(`${what} is not there`, error));
    await this.settled();
    await (this.touch ? what.tap() : what.click()).catch((error) => this.#lost(`${what} cannot be touched`, error));
  }
  /// What the page was told is drawn, and it turned long enough ago to take a tap.
  async settled() {
    await this.page.evaluate(async (tremble_ms) => {
      const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
      await pause(30);
      for (let left_ms = 1; left_ms > 0; ) {
        left_ms = (performance.getEntriesByName('turned').at(-1)?.startTime ?? -tremble_ms) + tremble_ms - performance.now();
        if (left_ms > 0) await pause(left_ms);
      }
    }, kTremble_ms);
  }
  async tap_words(key, params) {
    await this.tap(this.page.getByRole('button', { name: this.t(key, params), exact: true }));
  }
  /// So long that what follows is no part of a burst, by the page's own clock: its timers that were due have run.
  quiet() {
    return this.page.evaluate((ms) => new Promise((resolve) => setTimeout(resolve, ms)), kNoBurst_ms);
  }
  /// A scan as a keyboard wedge makes it: a key every two milliseconds, ended by Enter. `shown`: resolves with the
  /// milliseconds from the keys until the frame with what this selector finds is drawn, by the page's own clock.
  async scan(text, shown) {
    await this.quiet();
    return this.page.evaluate(
      ([scanned, selector]) =>
        new Promise((resolve) => {
          const target = document.activeElement ?? document.body;
          const begun = performance.now();
          for (const [i, key] of [...scanned, 'Enter'].entries()) {
            const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true });
            // When the scanner sent it, however busy this machine is.
            Object.defineProperty(event, 'timeStamp', { value: begun + 2 * i });
            target.dispatchEvent(event);
          }
          if (selector === undefined) return resolve();
          // What is posted in a frame's callback comes when that frame is painted.
          const drawn = new MessageChannel();
          drawn.port1.onmessage = () => resolve(performance.now() - begun);
          const watch = new MutationObserver(() => {
            if (document.querySelector(selector) === null) return;
            watch.disconnect();
            requestAnimationFrame(() => drawn.port2.postMessage(0));
          });
          watch.observe(document.body, { childList: true, subtree: true });
        }),
      [text, shown],
    );
  }
  /// The first page is there.
  async home() {
    await this.page.locator('nav .act').first().waitFor();
    await this.page.locator('h1#dock', { hasText: this.t('home.dock') }).waitFor();
  }
  /// Waits until the page asks or says this.
  async reads(key) {
    await this.page.locator('h1', { hasText: this.t(key) }).first().waitFor().catch((error) => this.#lost(`"${this.t(key)}" is not asked`, error));
  }
  async #lost(what, error) {
    await this.shot('lost').catch(() => undefined);
    throw new Error(`${this.name}: ${what}; the page is ${this.page.url()}: ${(await this.page.locator('main, dialog').allInnerTexts()).join(' ').replace(/\s+/g, ' ')}`, { cause: error });
  }
  async says(words) {
    await this.page.getByText(words).first().waitFor();
  }
  /// "Recorded", or kept in this tablet; a tap leads back to the dock.
  async done(key = 'done.recorded') {
    await this.reads(key);
    await this.tap(this.page.locator('.next .btn.main'));
    await this.home();
  }
  /// The end of a flow. True: a stop sign stood before it, and was answered with "it has already happened" and a reason.
  async past_stop_sign(flow = '') {
    const stop = this.page.locator('h1', { hasText: this.t('stop.title') });
    await stop.or(this.page.locator('.result h1')).first().waitFor().catch((error) => this.#lost(`${flow} does not end`, error));
    if (!(await stop.isVisible())) return false;
    await this.tap(this.page.locator('.answers .btn').nth(1));
    await this.tap(this.page.locator('.reason').first());
    return true;
  }
  /// Nothing waits in this tablet any more.
  async sent(patience_ms = 40_000) {
    await until('the tablet has sent everything', async () => (await this.waiting()) === 0, patience_ms);
  }
  /// Records in the tablet's own database.
  waiting() {
    return this.page.evaluate(
      () =>
        new Promise((resolve, reject) => {
          const open = indexedDB.open('sealkeep-terminal');
          open.onerror = () => reject(open.error);
          open.onsuccess = () => {
            const count = open.result.transaction('queue').objectStore('queue').count();
            count.onsuccess = () => (open.result.close(), resolve(count.result));
          };
        }),
    );
  }
  /// What the tablet keeps under this name: 'drafts', 'session', 'paper' ...
  kept(name) {
    return this.page.evaluate(
      (wanted) =>
        new Promise((resolve, reject) => {
          const open = indexedDB.open('sealkeep-terminal');
          open.onerror = () => reject(open.error);
          open.onsuccess = () => {
            const value = open.result.transaction('kept').objectStore('kept').get(wanted);
            value.onsuccess = () => (open.result.close(), resolve(value.result));
          };
        }),
      name,
    );
  }
  /// The page has the answers that it asked for.
  async answered() {
    await until('the page has its answers', () => this.asked.size === 0);
    await this.settled();
  }
  /// Everything that the page needs without the agent is in the tablet.
  async keep_shell() {
    await this.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await until('the page is under its worker', async () => {
      await this.page.reload();
      return this.page.evaluate(() => navigator.serviceWorker.controller !== null);
    });
    await this.home();
  }
}

/// A picture that a camera might have taken, as a file.
export const kPhoto = {
  name: 'photo.png',
  mimeType: 'image/png',
  buffer: Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAEAAAAAwCAIAAAAuKetIAAAAY0lEQVR4nO3PwQkAIBDAsBvbIXw7r0P4CEKhA6Sz9vm64YIGtKABLWhACxrQgga0oAEtaEALGtCCBrSgAS1oQAsa0IIGtKABLWhACxrQgga0oAEtaEALGtCCBrSgAS1oQAseu11gOR47XtM2AAAAAElFTkSuQmCC', 'base64'),
};
