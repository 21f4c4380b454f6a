// SPDX-License-Identifier: Apache-2.0
/// People at head office: what their programs ask over the API, and what they see at a desk or on a phone.
import { createHmac, randomUUID } from 'node:crypto';
import assert from 'node:assert/strict';
import { pause } from '../ground.mjs';
import { Screen } from '../screen.mjs';

export const kPassword = 'eleven ferries at low tide';
const kStep_s = 30;

/// The six digits of an authenticator app (RFC 6238) for a secret in base 32.
export function digits(secret, at_ms) {
  const bits = [...secret].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const count = Buffer.alloc(8);
  count.writeBigUInt64BE(BigInt(Math.floor(at_ms / 1000 / kStep_s)));
  const mac = createHmac('sha1', key).update(count).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/// Somebody with an account at head office.
export class Person {
  cookies = {};

  constructor(office, name, role) {
    Object.assign(this, { office, name, role });
  }
  /// With a new account: chooses a password, sets the second factor up, and is signed in.
  static async come(office, name, role, ...options) {
    const person = new Person(office, name, role);
    const code = (await office.hub_json('user', 'add', name, '--role', role, ...options)).one_time_code;
    const first = person.#must(await person.ask('POST', 'session', { person: name, secret: code, new_password: kPassword }));
    person.csrf = first.csrf;
    person.secret = first.secret;
    person.csrf = person.#must(await person.ask('POST', 'session/second-factor', { totp: person.digits() })).csrf;
    return person;
  }
  digits() {
    return digits(this.secret, this.office.clock.now_ms());
  }
  #must(answer) {
    assert.equal(answer.status, 200, `${this.name}: ${JSON.stringify(answer.value)}`);
    return answer.value;
  }
  async ask(method, path, body) {
    const answer = await fetch(`${this.office.url}api/v1/${path}`, {
      method,
      headers: {
        Cookie: Object.entries(this.cookies).map(([name, value]) => `${name}=${value}`).join('; '),
        'X-Sealkeep-Csrf': this.csrf ?? '',
        ...(method === 'GET' ? {} : { 'Content-Type': 'application/json', 'Idempotency-Key': randomUUID() }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      this.cookies[name] = value;
    }
    const text = await answer.text();
    return { status: answer.status, value: /json/.test(answer.headers.get('Content-Type') ?? '') ? JSON.parse(text) : text };
  }
  async read(path) {
    return this.#must(await this.ask('GET', path));
  }
  async decide(path, body) {
    return this.#must(await this.ask('POST', path, body));
  }
  /// The one open alert that says this.
  async alert(words) {
    const found = (await this.read('alerts/list')).alerts.filter((alert) => words.test(`${alert.rule_name} ${alert.site} ${alert.why}`));
    assert.equal(found.length, 1, `alerts that say ${words}: ${found.map((alert) => alert.why).join('; ')}`);
    return found[0];
  }
  /// Sits down: a browser of their own, signed in.
  async sits(browser, { width = 1280, height = 860, dark = false, language = 'en', signed_in = true } = {}) {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme: dark ? 'dark' : 'light', locale: 'en-NZ', timezoneId: 'Pacific/Auckland', reducedMotion: 'reduce', acceptDownloads: true });
    await context.addCookies(Object.entries(this.cookies).map(([name, value]) => ({ name, value, url: this.office.url, httpOnly: true, sameSite: 'Strict' })));
    await context.addInitScript((code) => localStorage.setItem('sealkeep.language', code), language);
    const desk = new Desk(context, await context.newPage(), `office-${this.role}-${width}${dark ? '-dark' : ''}${language === 'en' ? '' : `-${language}`}`);
    desk.office = this.office;
    if (signed_in) await desk.go('overview');
    else await desk.page.goto(this.office.url);
    return desk;
  }
}

/// A browser at head office.
export class Desk extends Screen {
  constructor(context, page, name) {
    super(context, page, name);
    page.on('console', (message) => {
      if (message.type() === 'error' && /Content Security|Refused to/.test(message.text())) this.faults.push(message.text());
    });
  }
  /// The page is there, and nothing of it is still grey.
  async go(path) {
    await this.page.goto(`${this.office.url}#${path}`);
    await this.settled();
  }
  async settled() {
    await pause(150);
    await this.page.waitForFunction(() => document.querySelector('main h1') !== null && document.querySelector('.grey') === null);
  }
  async reads(words) {
    await this.page.getByText(words).first().waitFor();
  }
  async reads_not(words) {
    assert.equal(await this.page.locator('main').getByText(words).count(), 0, `${this.name} shows ${words}`);
  }
  button(name) {
    return this.page.getByRole('button', { name, exact: true });
  }
  /// Opens a decision, fills its fields in by their labels, sends it, and waits until it is done.
  async decide(button, fields = {}, then = undefined) {
    await this.button(button).first().click();
    const dialog = this.page.locator('dialog[open]');
    for (const [label, value] of Object.entries(fields)) {
      const field = dialog.getByLabel(label, { exact: false }).first();
      if (value === true) await field.check();
      else if ((await field.evaluate((node) => node.tagName)) === 'SELECT') await field.selectOption(value);
      else await field.fill(value);
    }
    await dialog.locator('form .row .btn').first().click();
    await dialog.waitFor({ state: 'detached' });
    if (then !== undefined) await this.reads(then);
  }
  /// When the page says this, by the clock of the browser; asked before it happens.
  appears(words) {
    return this.page.evaluate(
      (wanted) =>
        new Promise((resolve, reject) => {
          setTimeout(() => reject(new Error(`${wanted} did not appear`)), 40_000);
          const look = () => {
            if (!(document.querySelector('main')?.textContent ?? '').includes(wanted)) return;
            watch.disconnect();
            resolve(Date.now());
          };
          const watch = new MutationObserver(look);
          watch.observe(document.body, { subtree: true, childList: true, characterData: true });
          look();
        }),
      words,
    );
  }
  /// Signs in at the page, as somebody who opens it in the morning.
  async sign_in(person) {
    const { page } = this;
    const name = page.getByLabel('Name', { exact: true });
    await name.fill(person.name);
    await page.getByLabel('Password').fill(kPassword);
    await this.button('Sign in').click();
    await page.getByLabel('Code', { exact: true }).fill(person.digits());
    await this.button('Sign in').click();
    await page.locator('dialog').waitFor({ state: 'detached' });
    await this.settled();
  }
  async saves(button) {
    const [download] = await Promise.all([this.page.waitForEvent('download'), this.button(button).click()]);
    return { name: download.suggestedFilename(), path: await download.path() };
  }
}
