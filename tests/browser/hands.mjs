// SPDX-License-Identifier: Apache-2.0
/// Three ways to answer the same questions: by scanner alone, by touch alone, by keyboard alone.
import { kPhoto } from './tablet.mjs';
import { pause } from './world.mjs';

/// The same code sooner is a second reading of the first.
const kSameCode_ms = 420;

class Hands {
  constructor(tablet) {
    this.tablet = tablet;
    this.page = tablet.page;
  }
  /// Waits until the page asks this; the first time it is looked at, where `looks` is a set.
  async asks(key) {
    await this.tablet.reads(`ask.${key}`);
    if (this.looks === undefined || this.looks.has(key)) return;
    this.looks.add(key);
    await this.tablet.look(`ask-${key}`);
  }
  async asked_number(key, text) {
    await this.asks(key);
    await this.number(text);
  }
  async asked_choice(key, n) {
    await this.asks(key);
    await this.choose(n);
  }
  /// One of the plan's operators, once they are offered.
  async operator(n) {
    await this.asks('operator');
    await this.page.locator('main .stack > .cards .btn').nth(n - 1).waitFor();
    await this.choose(n);
  }
  async asked_next(key) {
    await this.asks(key);
    await this.next();
  }
}

export class Scanner extends Hands {
  #last = '';
  // The same code again is a second reading, unless some time has passed.
  async #scan(text) {
    if (text === this.#last) await pause(kSameCode_ms);
    this.#last = text;
    await this.tablet.scan(text);
  }
  async begin(flow) {
    const code = { apply: 'SEAL', check: 'CHECK', uplift: 'DRIVER', lost: 'LOST', count: 'COUNT', receive: 'RECEIVE', hand_over: 'HANDOVER', load: 'LOAD', day_close: 'DAY' }[flow];
    await this.#scan(`SK:${code}`);
  }
  number(text) {
    return this.#scan(text);
  }
  choose(n) {
    return this.#scan(`SK:${n}`);
  }
  next() {
    return this.#scan('SK:OK');
  }
  yes() {
    return this.#scan('SK:YES');
  }
  no() {
    return this.#scan('SK:NO');
  }
}

export class Keys extends Hands {
  async begin(flow) {
    const key = { apply: '1', check: '2', uplift: '3' }[flow];
    if (key !== undefined) {
      await this.tablet.quiet();
      await this.page.evaluate(() => document.activeElement?.blur?.());
      await this.page.keyboard.press(key);
      return this.tablet.quiet();
    }
    await this.tablet.go('more');
    await this.page.getByRole('button', { name: this.tablet.t(`flow.${flow}`), exact: true }).press('Enter');
  }
  /// Slower than any scanner.
  async number(text) {
    await this.tablet.quiet();
    await this.page.keyboard.type(text, { delay: 56 });
    await this.page.keyboard.press('Enter');
  }
  async choose(n) {
    await this.tablet.quiet();
    await this.page.keyboard.press(String(n));
    await this.tablet.quiet();
  }
  async next() {
    await this.tablet.quiet();
    await this.page.keyboard.press('Enter');
  }
  yes() {
    return this.choose(1);
  }
  no() {
    return this.choose(2);
  }
}

export class Touch extends Hands {
  /// Where the page offers it: the first page, "something is wrong", or "more".
  async begin(flow) {
    const nth = ['apply', 'check', 'uplift'].indexOf(flow);
    if (nth >= 0) return this.tablet.tap(this.page.locator('nav .act').nth(nth));
    const words = { replace: 'o.broke', found_broken: 'o.found-broken', correct_seal: 'flow.correct_seal', correct_unit: 'flow.correct_unit', looked_at: 'flow.looked_at' }[flow];
    if (words !== undefined) {
      await this.tablet.tap(this.page.locator('nav .act.wrong'));
      return this.tablet.tap(this.page.locator('main button').getByText(this.tablet.t(words), { exact: true }));
    }
    await this.tablet.tap_words('home.more');
    await this.tablet.tap(this.page.locator('main .list button').getByText(this.tablet.t(`flow.${flow}`), { exact: true }));
  }
  /// With the keyboard on the glass; then "next".
  async number(text) {
    await this.fill(text);
    await this.next();
  }
  fill(text, name) {
    const field = name === undefined ? this.page.locator('main input[data-field]').first() : this.page.locator(`#f-${name}`);
    return field.fill(text);
  }
  choose(n) {
    return this.tablet.tap(this.page.locator('main .options .btn, main fieldset .cards .btn, main .stack > .cards .btn, .judge .btn, .driver-languages .btn').nth(n - 1));
  }
  next() {
    return this.tablet.tap(this.page.locator('main .go'));
  }
  yes() {
    return this.choose(1);
  }
  no() {
    return this.choose(2);
  }
  /// Why a seal is replaced: begin() answered it already.
  async cause() {}
  async take_photo(label) {
    await this.page.locator('.photo', { hasText: this.tablet.t(label) }).locator('input[type=file]').setInputFiles(kPhoto);
    await this.page.locator('.photo img').first().waitFor();
  }
  async sign() {
    const box = await this.page.locator('canvas').boundingBox();
    await this.page.mouse.move(box.x + 30, box.y + 50);
    await this.page.mouse.down();
    for (let i = 0; i < 20; ++i) await this.page.mouse.move(box.x + 30 + i * 10, box.y + 50 + 20 * Math.sin(i / 2));
    await this.page.mouse.up();
    await this.page.locator('.driver .btn.main:not([disabled])').waitFor();
  }
}
