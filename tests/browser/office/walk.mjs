// SPDX-License-Identifier: Apache-2.0
/// Somebody who has never seen a page walks by what it says: links and buttons by their words, fields by their labels.
/// Counts what they read, point at and type, and estimates their time from it by the keystroke-level model (Card, Moran,
/// Newell 1980). An estimate: nobody's time is measured.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kOut } from '../screen.mjs';

/// Seconds: a key or a click; to point at something; from the mouse to the keyboard or back; to think before an act.
const kKey_s = 0.28;
const kPoint_s = 1.1;
const kHand_s = 0.4;
const kThink_s = 1.35;
/// Slow reading, as of something unknown and official.
const kWordsAMinute = 200;
const kSettleAtMost_ms = 5_000;

export class Walk {
  steps = [];
  /// Lines that had to be read, and all that were on the screen.
  #read = new Set();
  #seen = new Set();
  #desk;

  constructor(desk) {
    this.#desk = desk;
  }
  /// A page or dialog that just appeared, once it says `sign`. `where`: its name. What must be read to go on is read, each
  /// line once in the whole walk: `parts` of it (selectors), or all. Returns what all of it says.
  async reads(where, sign, parts = undefined) {
    const { page } = this.#desk;
    const open = page.locator('dialog[open]');
    const ground = (await open.count()) > 0 ? open : page.locator('main');
    await ground.getByText(sign).first().waitFor();
    await this.#desk.look(`walk-${where.replaceAll(/\W+/g, '-').toLowerCase()}`);
    const all = await ground.innerText();
    const needed = parts === undefined ? [all] : await Promise.all(parts.map((part) => ground.locator(part).first().innerText()));
    this.#step({ where, did: 'reads', words: this.#unread(needed.join('\n'), this.#read), more: this.#unread(all, this.#seen) });
    return all;
  }
  /// A paper: every word of it.
  studies(where, text) {
    this.#step({ where, did: 'reads', words: this.#unread(text, this.#read), more: this.#unread(text, this.#seen) });
  }
  #unread(text, before) {
    let words = 0;
    for (const line of text.split('\n').map((one) => one.trim()).filter((one) => /\p{L}|\d/u.test(one))) {
      if (before.has(line)) continue;
      before.add(line);
      words += line.split(/\s+/).length;
    }
    return words;
  }
  /// Clicks the one link or button on the screen that has these words.
  async clicks(words, within = undefined) {
    const { page } = this.#desk;
    const open = page.locator('dialog[open]');
    const ground = within ?? ((await open.count()) > 0 ? open : page.locator('main'));
    const one = ground.getByRole('link', { name: words, exact: true }).or(ground.getByRole('button', { name: words, exact: true }));
    assert.equal(await one.filter({ visible: true }).count(), 1, `"${words}" is not one thing that can be clicked`);
    const began_ms = performance.now();
    await one.click();
    await this.#done();
    this.#step({ where: '', did: `clicks "${words}"`, points: 1, keys: 1, machine_ms: performance.now() - began_ms });
  }
  /// Types into a field of the dialog that is open.
  async types(label, text) {
    await this.#desk.page.locator('dialog[open]').getByLabel(label).fill(text);
    this.#step({ where: '', did: `types "${text}" beside "${label}"`, points: 1, keys: 1 + text.length, hands: 2 });
  }
  async saves(button) {
    const began_ms = performance.now();
    const saved = await this.#desk.saves(button);
    this.#step({ where: '', did: `saves "${button}"`, points: 1, keys: 1, machine_ms: performance.now() - began_ms });
    return saved;
  }
  /// What is done outside these pages, as it is assumed.
  elsewhere(did, counts) {
    this.#step({ where: 'elsewhere', did, ...counts });
  }
  /// A dialog that was sent is gone, and no part of the page is grey.
  async #done() {
    await this.#desk.page.waitForFunction(() => document.querySelector('.grey') === null && document.querySelector('dialog[open] button[disabled]') === null, undefined, { timeout: kSettleAtMost_ms, polling: 'raf' });
  }
  #step({ where, did, words = 0, more = words, points = 0, keys = 0, hands = 0, machine_ms = 0 }) {
    // Reading is one thought; so is each act.
    const act_s = kThink_s + points * kPoint_s + keys * kKey_s + hands * kHand_s;
    const person_s = (read) => act_s + (read / kWordsAMinute) * 60;
    this.steps.push({ where: where || this.steps.at(-1)?.where, did, words, points, keys, person_s: person_s(words), slow_s: person_s(more), more, machine_ms });
  }
  /// `person_s`: reading what must be read; `slow_s`: every word on every page.
  get sum() {
    const total = (name) => Math.round(this.steps.reduce((sum, step) => sum + step[name], 0));
    const pages = new Set(this.steps.filter((step) => step.did === 'reads').map((step) => step.where)).size;
    return { pages, words: total('words'), more: total('more'), points: total('points'), keys: total('keys'), person_s: total('person_s'), slow_s: total('slow_s'), machine_ms: total('machine_ms') };
  }
  /// The walk as a table, beside the pictures.
  write(name) {
    const sum = this.sum;
    const row = (step) => `| ${step.where} | ${step.did} | ${step.words || ''} | ${step.more || ''} | ${step.points || ''} | ${step.keys || ''} | ${step.person_s.toFixed(1)} | ${step.machine_ms ? Math.round(step.machine_ms) : ''} |`;
    mkdirSync(kOut, { recursive: true });
    const rows = ['| page | the person | words that must be read | all words | points | keys | person, s | machine, ms |', '|---|---|---|---|---|---|---|---|', ...this.steps.map(row)];
    writeFileSync(join(kOut, `${name}.md`), [...rows, `| ${sum.pages} | all | ${sum.words} | ${sum.more} | ${sum.points} | ${sum.keys} | ${sum.person_s}; ${sum.slow_s} with all words | ${sum.machine_ms} |`, ''].join('\n'));
  }
}
