// SPDX-License-Identifier: Apache-2.0
/// A real site for the pages: a hub, an agent that serves terminals, people, a store and 200 seals. Everything lies in a
/// folder of its own and ends with end().
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const kBin = process.env.SEALKEEP_BIN_DIR ?? new URL('../../build/dev/bin', import.meta.url).pathname;
const kPages = process.env.SEALKEEP_PAGES ?? new URL('../../build/dev/share/agent-web', import.meta.url).pathname;
const kPatience_ms = 30_000;

export const kPassword = 'wet gloves on a cold dock';
export const kPeople = { packer: 'Mere Tipene', checker: 'Tama Walker', manager: 'Ana Ruiz' };

function free_port() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function until(what, ready) {
  const end = Date.now() + kPatience_ms;
  for (;;) {
    if (await ready()) return;
    if (Date.now() > end) throw new Error(`gave up waiting until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export class World {
  static async begin() {
    const world = new World();
    world.folder = mkdtempSync(join(tmpdir(), 'sealkeep-browser-'));
    world.children = [];
    const [main, enrol, port] = [await free_port(), await free_port(), await free_port()];
    world.port = port;
    world.url = `http://127.0.0.1:${port}/`;
    world.hub('init', '--name', 'hub.example.nz', '--address', `tcp://127.0.0.1:${main}`, '--enrol-address', `tcp://127.0.0.1:${enrol}`);
    world.start('hub', 'sealkeep-hub', ['--data', join(world.folder, 'hub'), 'serve', '--main-port', String(main), '--enrol-port', String(enrol)]);
    await until('the hub serves', () => world.try(() => world.hub('site', 'list')));
    const invitation = join(world.folder, 'invitation');
    world.hub('site', 'add', 'akl-01', '--out', invitation);
    world.agent('enrol', '--invitation', invitation);
    world.hub('site', 'approve', 'akl-01', '--fingerprint', world.agent_json('status').fingerprint);
    world.hub('approve', 'plan', '--plan-version', '3', '--from', '2026-01-01');
    world.hub('approve', 'customs', '--site', 'akl-01', '--from', '2026-01-01', '--plan-version', '3');
    world.hub('approve', 'operator', '--name', 'Harbour Haulage', '--number', '12', '--from', '2026-01-01', '--plan-version', '3');
    world.hub('approve', 'delivery', '--site', 'akl-01', '--approval', 'PO-118', '--first', 'NZ300001', '--last', 'NZ300200');
    writeFileSync(join(world.folder, 'agent.toml'), `[terminal]\nlisten = ["http://127.0.0.1:${port}"]\npages = "${kPages}"\n`);
    await world.serve();
    await until('the site heard head office', () => world.agent_json('status').instructions >= 4);
    for (const person of Object.values(kPeople)) {
      world.agent('person', 'add', person);
      world.agent('record', 'keep', 'training_seals', '--person', person, '--by', person);
    }
    world.agent('store', 'add', 'Safe');
    world.agent('store', 'add', 'Dock box 2', '--kind', 'dock-box');
    world.agent('seal', 'receive', 'NZ300001', 'NZ300200', '--approval', 'PO-118', '--delivery', 'DN-881', '--place', 'Safe', '--by', kPeople.packer);
    world.agent('seal', 'store', 'NZ300006..NZ300050', '--place', 'Dock box 2', '--by', kPeople.packer);
    world.codes = {};
    for (const [role, person] of Object.entries({ packer: kPeople.packer, checker: kPeople.checker, 'site-manager': kPeople.manager })) {
      world.codes[person] = world.agent_json('user', 'add', person, '--role', role).one_time_code;
    }
    return world;
  }

  start(name, program, args) {
    const log = openSync(join(this.folder, `${name}.log`), 'a');
    const child = spawn(join(kBin, program), args, { stdio: ['ignore', log, log] });
    this.children.push(child);
    return child;
  }
  async serve() {
    this.server = this.start('agent', 'sealkeep-agent', ['--config', join(this.folder, 'agent.toml'), '--data', join(this.folder, 'akl-01'), 'serve']);
    await until('the agent serves terminals', async () => (await fetch(`${this.url}api/v1/session`).catch(() => undefined))?.ok === true);
  }
  /// The tablet loses the agent: kill -9, as a power cut does.
  async stop_serving() {
    const gone = new Promise((resolve) => this.server.once('exit', resolve));
    this.server.kill('SIGKILL');
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
  /// The seal's history, oldest first, as the register has it.
  history(seal) {
    return this.agent_json('seal', 'show', seal).history;
  }
  try(act) {
    try {
      act();
      return true;
    } catch {
      return false;
    }
  }
  log() {
    return readFileSync(join(this.folder, 'agent.log'), 'utf8').split('\n').slice(-20).join('\n');
  }
  async end() {
    for (const child of this.children) child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
