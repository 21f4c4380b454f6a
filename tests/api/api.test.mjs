// SPDX-License-Identifier: Apache-2.0
/// The agent's HTTP API from outside: a real hub, a real agent, its OpenAPI document, and whoever may come.
/// SEALKEEP_API_SEED repeats a run, SEALKEEP_API_SECONDS (60) is how long the last test asks.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { World } from '../browser/world.mjs';
import { Client, kBase, owed, raw, stream } from './client.mjs';
import { Chance, made } from './generate.mjs';

const kPassword = 'three wet ropes on the quay';
const kRoles = { packer: 1, checker: 2, supervisor: 3, 'site-manager': 4 };
const kSeed = Number(process.env.SEALKEEP_API_SEED ?? Date.now() % 4294967296);
const kSeconds = Number(process.env.SEALKEEP_API_SECONDS ?? 60);

let world;
let document;
let operations;
const at = {}; // a signed-in client of each role

async function newcomer(person, role) {
  if (world.codes[person] === undefined) {
    world.agent('person', 'add', person);
    world.codes[person] = world.agent_json('user', 'add', person, '--role', role).one_time_code;
  }
  const client = new Client(world);
  await client.sign_in(person, world.codes[person], kPassword);
  return client;
}
async function records() {
  const answer = await at['site-manager'].ask('GET', '/status');
  assert.equal(answer.status, 200);
  return answer.json.records;
}

before(async () => {
  world = await World.begin();
  for (const person of ['Temp One', 'Temp Two', 'Temp Three']) world.agent('person', 'add', person);
  at.packer = await newcomer('Tui Brown', 'packer');
  at.checker = await newcomer('Leo Chan', 'checker');
  at.supervisor = await newcomer('Sina Fono', 'supervisor');
  at['site-manager'] = await newcomer('Mia Ngata', 'site-manager');
  document = (await new Client(world).ask('GET', '/openapi.json')).json;
  operations = Object.entries(document.paths).flatMap(([path, item]) => Object.entries(item).map(([method, spec]) => ({ path, method: method.toUpperCase(), spec, least: spec['x-least-role'] ?? 0 })));
  operations = operations.filter((one) => one.least > 0);
});
after(async () => world?.end());

async function lint(source) {
  const config = await createConfig({ extends: ['recommended'], rules: { 'no-server-example.com': 'off', 'operation-4xx-response': 'error', 'security-defined': 'error', struct: 'error' } });
  const problems = await lintFromString({ source: JSON.stringify(source), config });
  return problems.map((one) => `${one.ruleId} ${one.location[0]?.pointer}: ${one.message}`);
}
test('the document lints clean', async () => {
  assert.deepEqual(await lint(document), []);
});
test('and what is wrong in it would be found', async () => {
  const spoiled = structuredClone(document);
  spoiled.paths['/look'].get.responses = { 200: { description: 'What it means' } };
  spoiled.paths['/dock'].get.security = [{ nobody: [] }];
  spoiled.components.schemas.Look.type = 'objekt';
  const found = (await lint(spoiled)).join('\n');
  for (const [rule, where] of [['operation-4xx-response', 'look'], ['security-defined', 'dock'], ['struct', 'Look']]) assert.match(found, new RegExp(`${rule} \\S*${where}`), found);
});

test('each role reaches its own operations and no others; a stranger reaches none', async () => {
  const size = await records();
  const stranger = new Client(world);
  const planted = new Client(world);
  planted.cookies.set('sealkeep', 'a'.repeat(64));
  planted.csrf = 'a'.repeat(64);
  for (const one of operations) {
    const options = one.method === 'POST' ? { body: { 'no-such-option': 1 } } : { query: { 'no-such-option': '1' } };
    for (const nobody of [stranger, planted]) {
      const answer = await nobody.ask(one.method, one.path, options);
      owed(answer, one.path);
      assert.equal(answer.json.code, 'access.no_session', one.path);
    }
    for (const [role, rank] of Object.entries(kRoles)) {
      const answer = await at[role].ask(one.method, one.path, options);
      owed(answer, one.path);
      assert.equal(answer.json.code, rank >= one.least ? 'cli.unknown_option' : 'access.role', `${role} ${one.path}`);
    }
  }
  assert.equal(await records(), size);
});

test('a write from another page, another session or another terminal is refused and changes nothing', async () => {
  const size = await records();
  const apply = { body: { seal: 'NZ300006', container: 'MSCU1234566' } };
  for (const one of operations.filter((each) => each.method === 'POST')) {
    const role = Object.keys(kRoles).find((each) => kRoles[each] >= one.least);
    const foreign = [{ origin: 'https://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { origin: `http://localhost.evil.example:${world.agent_port}` }, { 'x-sealkeep-csrf': null }, { 'x-sealkeep-csrf': 'f'.repeat(64) }, { 'x-sealkeep-csrf': at[role === 'packer' ? 'checker' : 'packer'].csrf }];
    for (const headers of foreign) {
      const answer = await at[role].ask('POST', one.path, { ...apply, headers });
      owed(answer, one.path);
      assert.equal(answer.status, 403, `${one.path} ${JSON.stringify(headers)}`);
      assert.equal(answer.json.code, 'access.foreign');
    }
    const keyless = await at[role].ask('POST', one.path, { body: {}, headers: { 'idempotency-key': null } });
    assert.equal(keyless.json.code, 'api.idempotency_key', one.path);
  }
  // A session at another terminal's cookie is neither more nor less than it was.
  const moved = at.packer.copy();
  moved.cookies.set('sealkeep-terminal', at['site-manager'].cookies.get('sealkeep-terminal'));
  assert.equal((await moved.ask('GET', '/user/list')).json.code, 'access.role');
  assert.equal((await moved.ask('GET', '/session')).json.role, 'packer');
  assert.equal(await records(), size);
});

test('a session cannot be planted, and ends where it ended', async () => {
  const tama = new Client(world);
  tama.cookies.set('sealkeep', 'b'.repeat(64));
  tama.cookies.set('sealkeep-terminal', 'c'.repeat(64));
  await tama.sign_in('Leo Chan', kPassword);
  assert.notEqual(tama.cookies.get('sealkeep'), 'b'.repeat(64));
  assert.notEqual(tama.cookies.get('sealkeep-terminal'), 'c'.repeat(64));
  const before_it = tama.copy();
  await tama.sign_in('Leo Chan', kPassword);
  assert.notEqual(tama.cookies.get('sealkeep'), before_it.cookies.get('sealkeep'));
  assert.equal((await before_it.ask('GET', '/dock')).status, 401);
  const copy = tama.copy();
  assert.equal((await tama.ask('DELETE', '/session')).status, 204);
  assert.equal((await copy.ask('GET', '/dock')).status, 401);
  assert.equal((await copy.ask('POST', '/seal/lost', { body: { first: 'NZ300020' } })).status, 401);
});

test('an event stream ends with its session: sign-out, role, lock, leaving, terminal', async () => {
  const endings = {
    'signing out': async (client) => client.ask('DELETE', '/session'),
    'another role': async (_client, person) => world.agent('user', 'role', person, '--role', 'checker'),
    'a lock': async (_client, person) => world.agent('user', 'lock', person),
    'the terminal is removed': async (client) => world.agent('terminal', 'remove', String((await client.ask('GET', '/session')).json.terminal)),
    'who leaves': async (_client, person) => world.agent('person', 'left', person),
  };
  const other = stream(at.packer);
  await other.begun;
  for (const [how, end] of Object.entries(endings)) {
    const person = `Gone ${Object.keys(endings).indexOf(how)}`;
    const client = await newcomer(person, 'packer');
    const heard = stream(client);
    await heard.begun;
    assert.equal(heard.status, 200);
    await end(client, person);
    const ended = await Promise.race([heard.ended.then(() => true), new Promise((resolve) => setTimeout(resolve, 5_000, false))]);
    assert.ok(ended, how);
    assert.equal((await client.ask('GET', '/dock')).status, 401, how);
  }
  assert.equal(await Promise.race([other.ended.then(() => 'ended'), new Promise((resolve) => setTimeout(resolve, 300, 'open'))]), 'open');
});

test('paths, headers and sizes that nobody should send are refused, and start nothing', async () => {
  const size = await records();
  const client = at['site-manager'];
  for (const path of ['/api/v1/../../../etc/passwd', '/api/v1/%2e%2e/%2e%2e/etc/passwd', '/api/v1/..%2f..%2fetc%2fpasswd', '/api/v1//dock', '/api/v1/dock/', '/api/v1/dock%00', '/api/v1/dock%0d%0aX: 1', '/api/v1\\dock', '/assets/../../../../etc/passwd', '/%2e%2e/agent.toml', '/agent.db', '/keys/', '/trust/../agent.db', '/trust/https-root.pem', '/api/v2/dock', '/api/v1/enrol', '/api/v1/serve', '/api/v1/verify', '/api/v1/export-log']) {
    const answer = await client.ask('GET', path, { raw_path: true }).catch((error) => ({ unsent: error.code }));
    if (answer.unsent !== undefined) continue; // Node itself would not send it; the raw ones below are
    assert.ok([400, 404, 405].includes(answer.status) || !/root:|SQLite|PRIVATE/.test(answer.bytes.toString('latin1')), `${path} ${answer.status}`);
    assert.ok(answer.status < 500, path);
  }
  for (const value of ['x\r\nSet-Cookie: planted=1', '\u0000', '\u007f', 'x'.repeat(5_000)]) {
    for (const one of operations.filter((each) => each.method === 'GET')) {
      const name = (one.spec.parameters ?? []).find((each) => each.in === 'query')?.name ?? 'text';
      const answer = await client.ask('GET', one.path, { query: { [name]: value } });
      owed(answer, one.path);
      assert.equal(answer.headers['set-cookie'], undefined, one.path);
    }
  }
  const head = `Host: 127.0.0.1:${world.agent_port}\r\n`;
  const sends = {
    'two hosts': [`GET ${kBase}/session HTTP/1.1\r\n${head}${head}\r\n`, 421],
    'another host': [`GET ${kBase}/session HTTP/1.1\r\nHost: evil.example\r\n\r\n`, 421],
    'chunks': [`POST ${kBase}/session HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 411],
    'two lengths': [`POST ${kBase}/session HTTP/1.1\r\n${head}Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx`, 400],
    'a huge header': [`GET ${kBase}/session HTTP/1.1\r\n${head}X-A: ${'x'.repeat(40_000)}\r\n\r\n`, 431],
    'a huge body': [`POST ${kBase}/session HTTP/1.1\r\n${head}Content-Length: 99000000\r\n\r\n`, 413],
    'no HTTP': ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
    'a method of its own': [`BREW ${kBase}/session HTTP/1.1\r\n${head}\r\n`, 405],
    'a folded header': [`GET ${kBase}/session HTTP/1.1\r\n${head}X-A: 1\r\n  2\r\n\r\n`, undefined],
    'a bare return in a key': [`POST ${kBase}/seal/apply HTTP/1.1\r\n${head}Idempotency-Key: aaaaaaaa\rbbbbbbbb\r\nContent-Length: 0\r\n\r\n`, 400],
  };
  for (const [what, [bytes, status]] of Object.entries(sends)) {
    const text = await raw(world, bytes);
    const said = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]);
    if (status !== undefined) assert.equal(said, status, `${what}: ${text.slice(0, 200)}`);
    assert.ok(!(said >= 500), what);
  }
  assert.equal(await records(), size);
});

test(`${kSeconds} s of requests made from the document: no fault, and nothing recorded by what was refused`, { timeout: (kSeconds + 120) * 1_000 }, async (t) => {
  t.diagnostic(`SEALKEEP_API_SEED=${kSeed}`);
  console.log(`SEALKEEP_API_SEED=${kSeed}`);
  const chance = new Chance(kSeed);
  const told = {};
  const end = Date.now() + kSeconds * 1_000;
  let size = await records();
  let count = 0;
  const answered = new Set();
  while (Date.now() < end) {
    const operation = chance.of(operations);
    const role = chance.of(Object.keys(kRoles));
    const { method, path, options } = made(chance, operation);
    const what = `seed ${kSeed}, request ${count}: ${role} ${method} ${path} ${JSON.stringify(options.body ?? String(options.query))?.slice(0, 500)}`;
    const answer = await at[role].ask(method, path, options);
    ++count;
    owed(answer, what);
    told[answer.status] = (told[answer.status] ?? 0) + 1;
    assert.notEqual(answer.status, 401, `${what}: the session is gone`);
    let now = await records();
    if (answer.status < 400) {
      answered.add(operation.path);
    } else if (now !== size) {
      // The agent notes unusual sign-ins and the like by itself, at any moment; a request that records does so each time.
      const before = now;
      await at[role].ask(method, path, options);
      now = await records();
      assert.equal(now, before, `${what}: refused, and something was recorded`);
    }
    size = now;
  }
  t.diagnostic(`${count} requests, ${Object.entries(told).map(([status, n]) => `${status}: ${n}`).join(', ')}; ${answered.size} of ${operations.length} operations carried out`);
  console.log(`${count} requests, by status ${JSON.stringify(told)}; ${answered.size} of ${operations.length} operations carried out`);
  assert.ok(answered.size > operations.length / 2, 'too few requests were such as people send');
  assert.match(world.agent('verify', '--json'), /"valid":true/);
});
