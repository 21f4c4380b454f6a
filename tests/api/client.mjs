// SPDX-License-Identifier: Apache-2.0
/// A client of a real agent's API, from many loopback addresses, so that the limit of requests from one address is not
/// what is tested. Knows what every answer owes: no 5xx but 503 and 507, and a problem document with each refusal.
import assert from 'node:assert/strict';
import { request as http_request, Agent } from 'node:http';
import { connect } from 'node:net';

export const kBase = '/api/v1';
const kKeepAlive = new Map(); // by local address
let next_address = 0;
let next_key = 0;

function local_address() {
  next_address = (next_address + 1) % 240;
  return `127.0.${1 + (next_address >> 4)}.${1 + (next_address & 15)}`;
}

export class Client {
  constructor(world, name = 'stranger') {
    Object.assign(this, { world, name, cookies: new Map(), csrf: '' });
  }
  copy() {
    const other = new Client(this.world, this.name);
    other.cookies = new Map(this.cookies);
    other.csrf = this.csrf;
    return other;
  }
  /// The headers of a browser on the agent's own page. `null` takes one away.
  headers(more = {}) {
    const origin = `http://127.0.0.1:${this.world.agent_port}`;
    const all = { origin, 'sec-fetch-site': 'same-origin', 'x-sealkeep-csrf': this.csrf, cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '), ...more };
    for (const [name, value] of Object.entries(all)) if (value === null || value === '') delete all[name];
    return all;
  }
  /// `body`: a value that is sent as JSON, or a string or Buffer that is sent as it is.
  ask(method, path, { query, body, headers = {}, raw_path = false } = {}) {
    const bytes = body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const asked = this.headers({ ...(bytes === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(bytes) }), ...(method === 'POST' ? { 'idempotency-key': `fuzz-${process.pid}-${++next_key}` } : {}), ...headers });
    const search = query === undefined ? '' : `?${new URLSearchParams(query)}`;
    const address = local_address();
    if (!kKeepAlive.has(address)) kKeepAlive.set(address, new Agent({ keepAlive: false, maxSockets: 2 }));
    return new Promise((resolve, reject) => {
      const sent = http_request({ host: '127.0.0.1', port: this.world.agent_port, method, path: (raw_path ? '' : kBase) + path + search, headers: asked, localAddress: address, agent: kKeepAlive.get(address) }, (response) => {
        const parts = [];
        response.on('data', (part) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => resolve(this.seen(response, Buffer.concat(parts))));
      });
      sent.on('error', reject);
      sent.end(bytes);
    });
  }
  seen(response, bytes) {
    for (const cookie of response.headers['set-cookie'] ?? []) {
      const [name, value] = cookie.split(';')[0].split('=');
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    const answer = { status: response.statusCode, headers: response.headers, bytes };
    if (/json/.test(response.headers['content-type'] ?? '')) answer.json = JSON.parse(bytes.toString('utf8'));
    return answer;
  }
  async sign_in(person, secret, choose) {
    const answer = await this.ask('POST', '/session', { body: { person, secret, ...(choose === undefined ? {} : { new_password: choose }) } });
    assert.equal(answer.status, 200, JSON.stringify(answer.json));
    this.csrf = answer.json.csrf;
    this.name = person;
    return answer;
  }
}

/// What every answer owes, whatever was asked.
export function owed(answer, what) {
  const said = `${what}: ${answer.status} ${answer.bytes.toString('utf8').slice(0, 300)}`;
  assert.ok(answer.status < 500 || answer.status === 503 || answer.status === 507, said);
  assert.equal(answer.headers['x-content-type-options'], 'nosniff', said);
  assert.match(answer.headers['content-security-policy'] ?? '', /default-src 'none'/, said);
  if (answer.status < 400) return;
  assert.equal(answer.headers['content-type'], 'application/problem+json', said);
  assert.equal(answer.json.status, answer.status, said);
  assert.equal(answer.json.type, `urn:sealkeep:error:${answer.json.code}`, said);
  assert.ok(answer.json.title.length > 0, said);
}

/// Bytes as they are, over a socket of their own; what comes back until the other end closes or is silent.
export function raw(world, bytes, patience_ms = 1_500) {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: world.agent_port, localAddress: local_address() });
    let text = '';
    const done = () => {
      socket.destroy();
      resolve(text);
    };
    socket.setTimeout(patience_ms, done);
    socket.on('data', (part) => (text += part.toString('latin1')));
    socket.on('error', done);
    socket.on('close', done);
    socket.write(bytes);
  });
}

/// An event stream: `text` grows, `ended` resolves when the agent ends it.
export function stream(client) {
  const out = { text: '' };
  out.begun = new Promise((begun, failed) => {
    out.ended = new Promise((ended) => {
      const sent = http_request({ host: '127.0.0.1', port: client.world.agent_port, path: `${kBase}/events`, headers: client.headers(), localAddress: local_address() }, (response) => {
        out.status = response.statusCode;
        begun(out);
        response.on('data', (part) => (out.text += part.toString('utf8')));
        response.on('error', ended);
        response.on('close', ended);
      });
      sent.on('error', failed);
      sent.end();
    });
  });
  return out;
}
