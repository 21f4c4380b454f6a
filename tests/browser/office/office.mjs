// SPDX-License-Identifier: Apache-2.0
/// Head office for real: a hub with its pages and five agents, each behind a wire of its own to the hub, on a clock that a
/// test may move on. Everything lies in a folder of its own and ends with end().
import { execFile, spawn } from 'node:child_process';
import { closeSync, cpSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { free_port, pause, until, Wire } from '../ground.mjs';

const kBin = process.env.SEALKEEP_BIN_DIR ?? new URL('../../../build/dev/bin', import.meta.url).pathname;
const kPages = process.env.SEALKEEP_HUB_PAGES ?? new URL('../../../build/dev/share/hub-web', import.meta.url).pathname;
const kClock = process.env.SEALKEEP_CLOCK_LIBRARY ?? new URL('../../../build/dev/tests/libmoved_clock.so', import.meta.url).pathname;
const kAnswerBytes = 64 * 1024 * 1024;
const kHour_ms = 3_600_000;
/// A connected site is heard again within that when the clock jumps so far.
const kStep_ms = 8 * kHour_ms;

const run = promisify(execFile);
export const verify_pack = (file) => run(join(kBin, 'sealkeep-verify'), [file]);

/// The clock of every program of one office.
class Clock {
  moved_ms = 0;

  constructor(folder) {
    this.path = join(folder, 'clock');
    this.move_to(0);
  }
  move_to(ms) {
    this.moved_ms = ms;
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(ms));
    // In place: the programs hold the file open.
    const file = openSync(this.path, this.made ? 'r+' : 'w');
    this.made = true;
    writeSync(file, bytes, 0, 8, 0);
    closeSync(file);
  }
  now_ms() {
    return Date.now() + this.moved_ms;
  }
  get environment() {
    return { ...process.env, TZ: 'Pacific/Auckland', LD_PRELOAD: kClock, SEALKEEP_MOVED_CLOCK: this.path };
  }
}

/// An invitation that leads over the site's own wire; ports have the same number of digits.
function over_wire(invitation, from, to) {
  const [head, body] = invitation.trim().split(/\.(?=[^.]*$)/);
  const bytes = Buffer.from(body, 'base64');
  const at = bytes.indexOf(`127.0.0.1:${from}`);
  if (at < 0 || String(from).length !== String(to).length) throw new Error('the invitation does not name the hub as expected');
  bytes.write(`127.0.0.1:${to}`, at, 'latin1');
  return `${head}.${bytes.toString('base64').replaceAll('=', '')}\n`;
}

/// An agent at a load site.
export class Site {
  /// Its network is cut.
  out = false;

  constructor(office, code, folder = code) {
    Object.assign(this, { office, code, folder: join(office.folder, folder) });
  }
  async run(...args) {
    return (await run(join(kBin, 'sealkeep-agent'), ['--data', this.folder, ...args], { env: this.office.clock.environment, maxBuffer: kAnswerBytes })).stdout;
  }
  async ask(...args) {
    return JSON.parse(await this.run('--json', ...args));
  }
  async serve() {
    this.daemon = this.office.start(this.code, 'sealkeep-agent', ['--data', this.folder, 'serve']);
    await until(`${this.code} answers`, () => this.ask('status'));
  }
  async stop() {
    await this.office.kill(this.daemon);
  }
  async lose_network() {
    this.out = true;
    await this.wire.cut();
  }
  async find_network() {
    await this.wire.mend();
    this.out = false;
  }
  /// As somebody who copies the disk of the machine.
  copy(name) {
    const copy = new Site(this.office, this.code, name);
    cpSync(this.folder, copy.folder, { recursive: true, filter: (path) => !path.endsWith('.sock') });
    return copy;
  }
  async safe() {
    await until(`${this.code} is safe at head office`, async () => (await this.ask('status')).unsafe_records === 0);
  }
}

export class Office {
  sites = new Map();
  #children = [];

  /// `config`: what stands in hub.toml beside the pages; `hours_ago`: when the story begins.
  static async begin({ codes, config = '', secrets = {}, hours_ago = 0 }) {
    const office = new Office();
    office.folder = mkdtempSync(join(tmpdir(), 'sealkeep-office-'));
    office.clock = new Clock(office.folder);
    office.clock.move_to(-hours_ago * kHour_ms);
    try {
      await office.#open(config, secrets);
      for (const code of codes) await office.#enrol(code);
    } catch (error) {
      await office.end();
      throw error;
    }
    return office;
  }
  async #open(config, secrets) {
    [this.main_port, this.enrol_port, this.web_port] = [await free_port(), await free_port(), await free_port()];
    this.url = `http://127.0.0.1:${this.web_port}/`;
    const data = join(this.folder, 'hub');
    await this.hub('init', '--name', 'hub.example.nz', '--address', `tcp://127.0.0.1:${this.main_port}`, '--enrol-address', `tcp://127.0.0.1:${this.enrol_port}`);
    writeFileSync(join(this.folder, 'hub.toml'), `[web]\nlisten = ["http://127.0.0.1:${this.web_port}"]\npages = "${kPages}"\n${config}`);
    mkdirSync(join(data, 'secrets'), { recursive: true, mode: 0o700 });
    for (const [name, text] of Object.entries(secrets)) writeFileSync(join(data, 'secrets', name), text, { mode: 0o600 });
    await this.serve();
  }
  async serve() {
    this.daemon = this.start('hub', 'sealkeep-hub', ['--config', join(this.folder, 'hub.toml'), '--data', join(this.folder, 'hub'), 'serve', '--main-port', String(this.main_port), '--enrol-port', String(this.enrol_port)]);
    await until('the hub serves its pages', async () => (await fetch(`${this.url}api/v1/session`)).ok);
  }
  async #enrol(code) {
    const site = new Site(this, code);
    let wire = await Wire.lay(this.main_port);
    while (String(wire.port).length !== String(this.main_port).length) {
      await wire.cut();
      wire = await Wire.lay(this.main_port);
    }
    site.wire = wire;
    this.sites.set(code, site);
    const file = join(this.folder, `${code}.invitation`);
    await this.hub('site', 'add', code, '--out', file);
    writeFileSync(file, over_wire(readFileSync(file, 'utf8'), this.main_port, site.wire.port));
    await site.run('enrol', '--invitation', file);
  }
  async fingerprint(code) {
    return (await this.sites.get(code).ask('status')).fingerprint;
  }
  start(name, program, args) {
    const log = openSync(join(this.folder, `${name}.log`), 'a');
    const child = spawn(join(kBin, program), args, { stdio: ['ignore', log, log], env: this.clock.environment });
    closeSync(log);
    this.#children.push(child);
    return child;
  }
  async kill(child, signal = 'SIGKILL') {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await gone;
  }
  async hub(...args) {
    return (await run(join(kBin, 'sealkeep-hub'), ['--data', join(this.folder, 'hub'), ...args], { env: this.clock.environment, maxBuffer: kAnswerBytes })).stdout;
  }
  async hub_json(...args) {
    return JSON.parse(await this.hub('--json', ...args));
  }
  site(code) {
    return this.sites.get(code);
  }
  /// Lets time pass up to so long after now (negative: before it). Whoever is connected is heard on the way.
  async pass_to(ms) {
    while (this.clock.moved_ms < ms) {
      this.clock.move_to(Math.min(ms, this.clock.moved_ms + kStep_ms));
      await this.#all_heard();
    }
  }
  async #all_heard() {
    const since_ms = this.clock.now_ms();
    await until('the connected sites are heard after the clock moved', async () => {
      const { sites } = await this.hub_json('site', 'list');
      return sites.every((site) => this.site(site.site).out || site.heard_ms >= since_ms);
    });
  }
  log(name) {
    return readFileSync(join(this.folder, `${name}.log`), 'utf8');
  }
  async end() {
    for (const child of this.#children) await this.kill(child);
    for (const site of this.sites.values()) await site.wire?.cut().catch(() => undefined);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
