// SPDX-License-Identifier: Apache-2.0
/// The load-site terminal on this machine: from a scan to "recorded" with four terminals at once, by program and on the screen,
/// the dock, search as one types, and the first page on a slow CPU (docs/performance.md).
///   node tests/bench/terminal.mjs [quick]     SEALKEEP_BIN_DIR, SEALKEEP_PAGES: a release build; TMPDIR: on the disk to be measured
/// Exit: 0 every figure is met, 1 one is not.
import { Agent, request } from 'node:http';
import { kPassword, kPeople, World } from '../browser/world.mjs';

const kQuick = process.argv[2] === 'quick';
const kFacts = kQuick ? 100 : 400; // of each terminal
const kAsked = kQuick ? 100 : 400;
const kPauseMs = 25;
const kMillion = kQuick ? 2 : 10; // times 100,000 seals
const kUnits = 40;
const kScans = kQuick ? 5 : 50; // of each terminal, on its screen
// Between two records of one person at their quickest: a seal, a walk round the container, a scan.
const kWalkMs = [600, 1_400];

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const rows = [];
let missed = false;

/// A browser's requests without a browser: its own loopback address, one connection that is kept.
class Terminal {
  constructor(world, no) {
    Object.assign(this, { world, no, cookies: new Map(), csrf: '', keys: 0 });
    this.agent = new Agent({ keepAlive: true, maxSockets: 2 });
    this.address = `127.0.2.${no}`;
  }
  async ask(method, path, body) {
    const bytes = body === undefined ? undefined : JSON.stringify(body);
    const headers = { cookie: [...this.cookies].map((pair) => pair.join('=')).join('; '), origin: `http://127.0.0.1:${this.world.agent_port}`, 'x-sealkeep-csrf': this.csrf, ...(bytes === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(bytes), 'idempotency-key': `bench-${this.no}-${process.pid}-${++this.keys}` }) };
    const options = { host: '127.0.0.1', port: this.world.agent_port, method, path: `/api/v1${path}`, headers, agent: this.agent, localAddress: this.address };
    for (;;) {
      const answer = await this.#send(options, bytes);
      // One address asks faster than a person could: it waits as it is told, and that is not part of an answer's time.
      if (answer?.status === 429) await pause(1_000);
      else if (answer?.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
      else if (answer !== undefined) return { ms: answer.ms, json: JSON.parse(answer.text) };
    }
  }
  /// Undefined: the agent had ended the connection, which had rested too long, before this came.
  #send(options, bytes) {
    return new Promise((resolve, reject) => {
      const begun = performance.now();
      const sent = request(options, (response) => {
        const parts = [];
        response.on('data', (part) => parts.push(part));
        response.on('end', () => {
          for (const cookie of response.headers['set-cookie'] ?? []) this.cookies.set(...cookie.split(';')[0].split('='));
          resolve({ ms: performance.now() - begun, status: response.statusCode, text: Buffer.concat(parts).toString('utf8') });
        });
      });
      sent.on('error', (error) => (sent.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(error.code) ? resolve(undefined) : reject(error)));
      sent.end(bytes);
    });
  }
  async sign_in(person) {
    const code = this.world.codes[person];
    const { json } = await this.ask('POST', '/session', { person, secret: code ?? kPassword, ...(code === undefined ? {} : { new_password: kPassword }) });
    delete this.world.codes[person];
    this.csrf = json.csrf;
    return this;
  }
  listen() {
    request({ host: '127.0.0.1', port: this.world.agent_port, path: '/api/v1/events', headers: { cookie: [...this.cookies].map((pair) => pair.join('=')).join('; ') }, localAddress: this.address }, (response) => response.resume()).end();
  }
}

function row(what, times, asked = {}) {
  const sorted = [...times].sort((a, b) => a - b);
  const share = (p) => sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))];
  const met = Object.entries(asked).every(([name, ms]) => share(Number(name.slice(1)) / 100) < ms);
  missed ||= !met;
  const wanted = Object.entries(asked).map(([name, ms]) => `${name} < ${ms} ms`).join(', ');
  rows.push([what, sorted.length, share(0.5).toFixed(1), share(0.95).toFixed(1), share(0.99).toFixed(1), sorted.at(-1).toFixed(1), wanted === '' ? '-' : wanted, wanted === '' ? '-' : met ? 'met' : 'MISSED']);
  console.error(rows.at(-1).join(' | '));
}

function container(n) {
  const text = `BENU${String(n).padStart(6, '0')}`;
  const value = (c) => (c >= '0' && c <= '9' ? Number(c) : 10 + c.charCodeAt(0) - 65 + (c >= 'B') + (c >= 'L') + (c >= 'V'));
  const sum = [...text].reduce((total, c, i) => total + value(c) * 2 ** i, 0);
  return `${text}${(sum % 11) % 10}`;
}
const seal = (prefix, n) => `${prefix}${String(100_000 + n)}`;

// What a dock does with a container: closed, sealed, checked, gone.
async function work(terminal, prefix, from, count, times) {
  for (let i = 0; i < count; i += 4) {
    const unit = container(from + i);
    const number = seal(prefix, from + i);
    const steps = [
      ['/container/close', { container: unit, source: 'scanned' }],
      ['/seal/apply', { seal: number, container: unit, source: 'scanned' }],
      ['/seal/check', { container: unit, 'door-seal': number, 'door-container': unit, 'paper-seal': number, 'paper-container': unit, view: 'pass', verify: 'pass', tug: 'pass', twist: 'pass', source: 'scanned' }],
      ['/seal/uplift', { container: unit, operator: '12', driver: 'R. Singh', truck: 'KLM482', view: 'pass', verify: 'pass', tug: 'pass', twist: 'pass', signed: true, source: 'scanned' }],
    ];
    for (const [path, body] of steps) {
      times.push((await terminal.ask('POST', path, body)).ms);
      await pause(kPauseMs);
    }
  }
}

async function facts(terminals, prefix, from, what) {
  const times = [];
  const begun = performance.now();
  await Promise.all(terminals.map((one, i) => work(one, prefix, from + i * 10_000, kFacts, times)));
  const seconds = (performance.now() - begun) / 1_000;
  row(`request to "recorded", 4 terminals at once (${(times.length / seconds).toFixed(0)} facts/s), ${what}`, times, { p50: 100, p99: 250 });
}

async function repeated(terminal, path, count) {
  const times = [];
  for (let i = 0; i < count; ++i) {
    times.push((await terminal.ask('GET', typeof path === 'string' ? path : path(i))).ms);
    await pause(kPauseMs);
  }
  return times;
}

// As many as it answers, from enough addresses that no limit of one is reached.
async function rate(world, person, path) {
  const many = await Promise.all(Array.from({ length: 40 }, (_, i) => new Terminal(world, 100 + i)));
  const first = await many[0].sign_in(person);
  for (const one of many) [one.cookies, one.csrf] = [first.cookies, first.csrf];
  const end = performance.now() + 4_000;
  let count = 0;
  const begun = performance.now();
  await Promise.all(Array.from({ length: 8 }, async (_, lane) => {
    for (let i = lane; performance.now() < end; i += 8) {
      await many[i % many.length].ask('GET', path);
      ++count;
    }
  }));
  const per_s = count / ((performance.now() - begun) / 1_000);
  rows.push([`GET ${path}, 8 at once: ${per_s.toFixed(0)} answers/s`, count, '', '', '', '', '-', '-']);
  console.error(rows.at(-1)[0]);
}

// What a person waits for: from the last scan of a flow to "recorded" drawn on the screen. One Chromium, four tablets that
// hear of each other's records; each begins its next record as soon as the last is there, or after a walk.
async function on_the_screens(world) {
  const [{ launch }, { Tablet }, { Scanner }] = await Promise.all([import('../browser/screen.mjs'), import('../browser/tablet.mjs'), import('../browser/hands.mjs')]);
  const browser = await launch();
  const tablets = await Promise.all(Object.values(kPeople).map((as, i) => Tablet.open(browser, world, { name: `bench-${i}`, as })));
  for (const [how, walk, from] of [['as people work', true, 0], ['without a pause', false, 500]]) {
    const times = [];
    const begun = performance.now();
    await Promise.all(tablets.map(async (tablet, t) => {
      const scanner = new Scanner(tablet);
      for (let i = from; i < from + kScans; ++i) {
        if (walk) await pause(kWalkMs[0] + Math.random() * (kWalkMs[1] - kWalkMs[0]));
        await scanner.begin('apply');
        await scanner.asked_number('seal', seal('BA', 80_000 + 1_000 * t + i));
        await scanner.asks('unit');
        times.push(await tablet.scan(container(400_000 + 1_000 * t + i), '.result h1'));
      }
    }));
    const each_s = (performance.now() - begun) / 1_000 / kScans;
    row(`scan to "recorded" on the screen, 4 terminals at once ${how} (a record every ${each_s.toFixed(1)} s each), 100,000 seals`, times, { p50: 100, p99: 250 });
  }
  await browser.close();
}

// The first page as somebody sees it who opens it: signed in, its store warm, the CPU four times slower.
async function first_page(world) {
  const [{ launch }, { Tablet }] = await Promise.all([import('../browser/screen.mjs'), import('../browser/tablet.mjs')]);
  const browser = await launch();
  const tablet = await Tablet.open(browser, world, { name: 'bench', as: kPeople.packer });
  await tablet.keep_shell();
  const client = await tablet.context.newCDPSession(tablet.page);
  await client.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  for (const [what, cold] of [['first page at 4x CPU throttle, as it is opened every day', false], ['the same on a tablet that has kept nothing: no cache, no service worker, no last dock', true]]) {
    const times = [];
    for (let i = 0; i < (kQuick ? 3 : 10); ++i) {
      if (cold) {
        await client.send('Network.clearBrowserCache');
        await client.send('Storage.clearDataForOrigin', { origin: world.url.replace(/\/$/, ''), storageTypes: 'service_workers,cache_storage,indexeddb' });
      }
      const begun = performance.now();
      await tablet.page.goto(world.url, { waitUntil: 'commit' });
      await tablet.page.locator('h1', { hasText: 'Now on the dock' }).first().waitFor({ timeout: 30_000 });
      await tablet.page.locator('section ul button').first().waitFor({ timeout: 30_000 });
      times.push(performance.now() - begun);
    }
    row(`${what}, 100,000 seals`, times, { p50: 1_000 });
  }
  await browser.close();
}

const world = await World.begin();
// No wire between: nothing is cut here, and it would be one process more.
world.url = `http://127.0.0.1:${world.agent_port}/`;
try {
  const hold = (prefix) => world.agent('seal', 'receive', seal(prefix, 0), '--count', '100000', '--place', 'Safe', '--by', kPeople.packer);
  hold('BA');
  const people = Object.values(kPeople);
  const terminals = [];
  for (const [i, person] of people.entries()) {
    const terminal = await new Terminal(world, i + 1).sign_in(person);
    terminal.listen();
    terminals.push(terminal);
  }
  const manager = terminals[people.indexOf(kPeople.manager)];
  for (let i = 0; i < kUnits; ++i) {
    const unit = container(i);
    await manager.ask('POST', '/container/close', { container: unit });
    if (i % 2 === 0) await manager.ask('POST', '/seal/apply', { seal: seal('BA', 90_000 + i), container: unit });
    await pause(kPauseMs);
  }
  await facts(terminals, 'BA', 1_000, '100,000 seals');
  row('dock, 100,000 seals, 40 containers on it', await repeated(manager, '/dock', kAsked));
  row('status, 100,000 seals', await repeated(manager, '/status', kAsked));
  await rate(world, kPeople.manager, '/status');
  await rate(world, kPeople.manager, '/session');
  if (process.env.CHROMIUM !== '') {
    await on_the_screens(world);
    await first_page(world);
  }
  for (let i = 1; i < kMillion; ++i) hold(`B${String.fromCharCode(65 + i)}`);
  const typed = ['B', 'BE', 'BE1', 'BE10', 'BE104', 'BE1044', 'BE10444', '1', '10', '104', '10444', '104447', 'BENU0', 'zz', 'NZ3000'];
  row(`search as one types, ${(kMillion * 100_000).toLocaleString('en')} seals`, await repeated(manager, (i) => `/find?text=${typed[i % typed.length]}`, kAsked), { p95: 50 });
  row(`look at a scan, ${(kMillion * 100_000).toLocaleString('en')} seals`, await repeated(manager, (i) => `/look?text=${seal('BC', i * 7)}`, kAsked));
  await facts(terminals, 'BB', 1_000, `${(kMillion * 100_000).toLocaleString('en')} seals`);
} finally {
  await world.end();
}
console.log('| what | asked | p50 ms | p95 | p99 | worst | wanted | |\n| --- | --- | --- | --- | --- | --- | --- | --- |');
for (const line of rows) console.log(`| ${line.join(' | ')} |`);
process.exitCode = missed ? 1 : 0;
