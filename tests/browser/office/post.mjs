// SPDX-License-Identifier: Apache-2.0
/// Where head office's messages go, on loopback: a mail server and a web server, each of which can be down.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer as serve_http } from 'node:http';
import { createServer } from 'node:net';

const listen = (server, port) => new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', () => resolve(server.address().port)));
const unfold = (text) => text.replaceAll(/\r\n[ \t]/g, ' ');
const words = (text) => text.replaceAll(/=\?utf-8\?([bq])\?([^?]*)\?=\s?/gi, (_, kind, body) => (kind.toLowerCase() === 'b' ? Buffer.from(body, 'base64').toString() : decodeURIComponent(body.replaceAll('_', ' ').replaceAll('=', '%'))));

/// A mail server (RFC 5321) that keeps what it took: from, to, subject, text.
export class MailSink {
  letters = [];

  static async open() {
    const sink = new MailSink();
    sink.server = createServer((line) => sink.#serve(line));
    sink.port = await listen(sink.server, 0);
    return sink;
  }
  #serve(line) {
    let heard = '';
    let letter = { to: [] };
    let in_data = false;
    line.setEncoding('utf8');
    line.on('error', () => line.destroy());
    line.write('220 sink.example.nz ESMTP\r\n');
    line.on('data', (chunk) => {
      heard += chunk;
      for (;;) {
        const end = heard.indexOf(in_data ? '\r\n.\r\n' : '\r\n');
        if (end < 0) return;
        const said = heard.slice(0, end);
        heard = heard.slice(end + (in_data ? 5 : 2));
        if (in_data) {
          in_data = false;
          this.letters.push(read_letter(letter, said));
          letter = { to: [] };
          line.write('250 taken\r\n');
        } else if (/^MAIL FROM:/i.test(said)) {
          letter.from = /<([^>]*)>/.exec(said)?.[1];
          line.write('250 yes\r\n');
        } else if (/^RCPT TO:/i.test(said)) {
          letter.to.push(/<([^>]*)>/.exec(said)?.[1]);
          line.write('250 yes\r\n');
        } else if (/^DATA/i.test(said)) {
          in_data = true;
          line.write('354 go on\r\n');
        } else if (/^QUIT/i.test(said)) {
          line.end('221 bye\r\n');
        } else {
          line.write(/^EHLO/i.test(said) ? '250 sink.example.nz\r\n' : '250 yes\r\n');
        }
      }
    });
  }
  async close() {
    await new Promise((resolve) => this.server.close(resolve));
  }
}

function read_letter(letter, said) {
  const split = said.indexOf('\r\n\r\n');
  const head = unfold(said.slice(0, split));
  const field = (name) => words(new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1] ?? '');
  const raw = said.slice(split + 4);
  const coding = field('Content-Transfer-Encoding').toLowerCase();
  const text = coding === 'base64' ? Buffer.from(raw, 'base64').toString() : coding === 'quoted-printable' ? Buffer.from(raw.replaceAll('=\r\n', '').replaceAll(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))), 'latin1').toString() : raw;
  return { ...letter, subject: field('Subject'), message_id: field('Message-ID'), head, text, at_ms: Date.now() };
}

/// A receiver of signed webhooks: keeps each body once, and what was wrong with a signature.
export class HookSink {
  taken = new Map();
  refused = [];
  again = 0;
  #key;
  #ends = new Set();

  static async open(key) {
    const sink = new HookSink();
    sink.#key = key;
    sink.port = 0;
    await sink.up();
    return sink;
  }
  async up() {
    this.server = serve_http((request, answer) => void this.#take(request, answer));
    this.server.on('connection', (end) => (this.#ends.add(end), end.on('close', () => this.#ends.delete(end))));
    this.port = await listen(this.server, this.port);
  }
  async down() {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const end of this.#ends) end.destroy();
    await closed;
  }
  async #take(request, answer) {
    const parts = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts);
    const [, seconds, given] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(request.headers['sealkeep-signature'] ?? '') ?? [];
    const right = seconds !== undefined && timingSafeEqual(createHmac('sha256', this.#key).update(`${seconds}.`).update(body).digest(), Buffer.from(given, 'hex'));
    const id = request.headers['sealkeep-message-id'];
    if (!right || id === undefined) this.refused.push({ headers: request.headers, body: body.toString() });
    else if (this.taken.has(id)) ++this.again;
    else this.taken.set(id, { ...JSON.parse(body.toString()), at_ms: Date.now() });
    answer.writeHead(right ? 204 : 401).end();
  }
}
