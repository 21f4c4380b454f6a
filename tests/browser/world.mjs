// SPDX-License-Identifier: Apache-2.0
/// A real site for the pages: a hub, an agent that serves terminals, people, two places and 400 seals. Everything lies in
/// a folder of its own and ends with end(). Between tablets and agent there is a wire that can be cut.
import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { free_port, pause, unit, until, Wire } from './ground.mjs';

export { pause, unit, until };

export const kBin = process.env.SEALKEEP_BIN_DIR ?? new URL('../../build/dev/bin', import.meta.url).pathname;
const kPages = process.env.SEALKEEP_PAGES ?? new URL('../../build/dev/share/agent-web', import.meta.url).pathname;

const kBeginsAtMost = 3;

export const kPassword = 'wet gloves on a cold dock';
export const kPeople = { packer: 'Mere Tipene', checker: 'Tama Ngata', manager: 'Ana Ruiz', newcomer: 'Wei Chen' };

/// The seal number `n` of the delivery.
export const seal = (n) => `NZ${300_000 + n}`;

export class World {
  children = [];
  codes = {};

  /// `settings`: of the security plan, by number.
  static async begin(settings = {}) {
    for (let tries = 1; ; ++tries) {
      const world = new World();
      world.folder = mkdtempSync(join(tmpdir(), 'sealkeep-browser-'));
      try {
        await world.#begin(settings);
        return world;
      } catch (error) {
        const gone = world.children.some((child) => child.exitCode !== null);
        await world.end();
        // A port that was free a moment ago was taken by somebody else's program.
        if (!gone || tries === kBeginsAtMost) throw error;
      }
    }
  }
  async #begin(settings) {
    [this.hub_port, this.enrol_port, this.agent_port] = [await free_port(), await free_port(), await free_port()];
    this.wire = await Wire.lay(this.agent_port);
    this.url = `http://127.0.0.1:${this.wire.port}/`;
    this.hub('init', '--name', 'hub.example.nz', '--address', `tcp://127.0.0.1:${this.hub_port}`, '--enrol-address', `tcp://127.0.0.1:${this.enrol_port}`);
    this.start_hub();
    await until('the hub serves', () => this.hub('site', 'list') !== undefined);
    const invitation = join(this.folder, 'invitation');
    this.hub('site', 'add', 'akl-01', '--out', invitation);
    this.agent('enrol', '--invitation', invitation);
    this.hub('site', 'approve', 'akl-01', '--fingerprint', this.agent_json('status').fingerprint);
    this.hub('approve', 'plan', '--plan-version', '3', '--from', '2026-01-01');
    this.hub('approve', 'customs', '--site', 'akl-01', '--from', '2026-01-01', '--plan-version', '3');
    this.hub('approve', 'operator', '--name', 'Harbour Haulage', '--number', '12', '--from', '2026-01-01', '--plan-version', '3');
    this.hub('approve', 'operator', '--name', 'Kiwi Carriers', '--number', '14', '--from', '2026-01-01', '--plan-version', '3');
    this.hub('approve', 'delivery', '--site', 'akl-01', '--approval', 'PO-118', '--first', seal(1), '--last', seal(999));
    for (const [setting, value] of Object.entries(settings)) this.hub('plan', 'set', '--setting', setting, '--value', String(value), '--plan-version', '3');
    writeFileSync(join(this.folder, 'agent.toml'), `[terminal]\nlisten = ["http://127.0.0.1:${this.agent_port}"]\npages = "${kPages}"\n`);
    await this.serve();
    await until('the site heard head office', () => this.agent_json('status').instructions >= 5 + Object.keys(settings).length);
    for (const person of Object.values(kPeople)) {
      this.agent('person', 'add', person);
      this.agent('record', 'keep', 'training_seals', '--person', person, '--by', person);
    }
    this.agent('store', 'add', 'Safe');
    this.agent('store', 'add', 'Dock box 2', '--kind', 'dock-box');
    this.agent('seal', 'receive', seal(1), seal(400), '--approval', 'PO-118', '--delivery', 'DN-881', '--place', 'Safe', '--by', kPeople.packer);
    this.agent('seal', 'store', `${seal(6)}..${seal(250)}`, '--place', 'Dock box 2', '--by', kPeople.packer);
    for (const [role, person] of Object.entries({ packer: kPeople.packer, checker: kPeople.checker, 'site-manager': kPeople.manager, supervisor: kPeople.newcomer })) {
      this.codes[person] = this.agent_json('user', 'add', person, '--role', role).one_time_code;
    }
    await Promise.all([kPeople.packer, kPeople.checker, kPeople.manager].map((person) => this.client(person)));
  }

  #start(name, program, args) {
    const log = openSync(join(this.folder, `${name}.log`), 'a');
    const child = spawn(join(kBin, program), args, { stdio: ['ignore', log, log] });
    this.children.push(child);
    return child;
  }
  start_hub() {
    this.hub_daemon = this.#start('hub', 'sealkeep-hub', ['--data', join(this.folder, 'hub'), 'serve', '--main-port', String(this.hub_port), '--enrol-port', String(this.enrol_port)]);
  }
  async serve() {
    this.agent_daemon = this.#start('agent', 'sealkeep-agent', ['--config', join(this.folder, 'agent.toml'), '--data', join(this.folder, 'akl-01'), 'serve']);
    const ended = new Promise((_, reject) => this.agent_daemon.once('exit', () => reject(new Error(`the agent ended: ${this.log()}`))));
    await Promise.race([ended, until('the agent serves terminals', async () => (await fetch(`http://127.0.0.1:${this.agent_port}/api/v1/session`)).ok)]);
  }
  /// As it began: the wire is laid and both programs run, whatever a test took away.
  async make_whole() {
    await this.wire.mend();
    const gone = (child) => child.exitCode !== null || child.signalCode !== null;
    if (gone(this.hub_daemon)) this.start_hub();
    if (gone(this.agent_daemon)) await this.serve();
  }
  /// kill -9, as a power cut does.
  async kill(child) {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }
  hub(...args) {
    return execFileSync(join(kBin, 'sealkeep-hub'), ['--data', join(this.folder, 'hub'), ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }
  agent(...args) {
    return execFileSync(join(kBin, 'sealkeep-agent'), ['--data', join(this.folder, 'akl-01'), ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }
  agent_json(...args) {
    return JSON.parse(this.agent('--json', ...args));
  }
  /// A program that speaks the terminals' API as a tablet does, signed in as that person.
  async client(person) {
    const client = new Client(this, person);
    await client.sign_in();
    return client;
  }
  /// Records in the register.
  records() {
    return this.agent_json('status').records;
  }
  seal(number) {
    return this.agent_json('seal', 'show', number);
  }
  /// The seal's history, oldest first, as the register has it.
  history(number) {
    return this.seal(number).history;
  }
  /// How often the seal's history says this.
  times(number, what) {
    return this.history(number).filter((line) => what.test(line.what)).length;
  }
  /// A container on the dock, so far along: closed, sealed, checked.
  stand(container, state, number) {
    this.agent('container', 'close', container, '--by', kPeople.packer);
    if (state === 'closed') return;
    this.agent('seal', 'apply', number, '--container', container, '--source', 'scanned', '--by', kPeople.packer);
    if (state === 'sealed') return;
    const read = ['--door-seal', number, '--door-container', container, '--paper-seal', number, '--paper-container', container];
    this.agent('seal', 'check', '--container', container, ...read, '--view', 'pass', '--verify', 'pass', '--tug', 'pass', '--twist', 'pass', '--source', 'scanned', '--by', kPeople.checker);
  }
  log() {
    return readFileSync(join(this.folder, 'agent.log'), 'utf8').split('\n').slice(-20).join('\n');
  }
  async end() {
    await this.wire?.cut().catch(() => undefined);
    for (const child of this.children) if (child.exitCode === null && child.signalCode === null) await this.kill(child);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

class Client {
  constructor(world, person) {
    Object.assign(this, { world, person, cookies: {} });
  }
  get cookie() {
    return Object.entries(this.cookies).map(([name, value]) => `${name}=${value}`).join('; ');
  }
  async #ask(method, path, body, headers = {}) {
    const answer = await fetch(`http://127.0.0.1:${this.world.agent_port}/api/v1/${path}`, {
      method,
      headers: { Cookie: this.cookie, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      this.cookies[name] = value;
    }
    const text = await answer.text();
    return { status: answer.status, value: text === '' ? null : JSON.parse(text) };
  }
  async sign_in() {
    const code = this.world.codes[this.person];
    const answer = await this.#ask('POST', 'session', code === undefined ? { person: this.person, secret: kPassword } : { person: this.person, secret: code, new_password: kPassword });
    if (answer.status !== 200) throw new Error(`${this.person} cannot sign in: ${JSON.stringify(answer.value)}`);
    delete this.world.codes[this.person];
    this.session = answer.value;
  }
  async sign_out() {
    await this.#ask('DELETE', 'session', undefined, { 'X-Sealkeep-Csrf': this.session.csrf });
  }
  read(path) {
    return this.#ask('GET', path);
  }
  async record(command, body, key = randomUUID()) {
    const answer = await this.#ask('POST', command, body, { 'X-Sealkeep-Csrf': this.session.csrf, 'Idempotency-Key': key });
    if (answer.status !== 200) throw new Error(`${command} ${JSON.stringify(body)}: ${JSON.stringify(answer.value)}`);
    return answer.value;
  }
}
