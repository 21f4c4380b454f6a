'use strict';
// SPDX-License-Identifier: Apache-2.0
// Checks an evidence pack (docs/formats/evidence.md) in a browser, without a network: the same rules as
// sealkeep-verify, from RFC 6962, RFC 8032, FIPS 180-4 and C2SP. Nothing is fetched, nothing is stored.
// Runs in node too: it exports its functions where there is a module.
const Evidence = (() => {
  class Wrong extends Error {
    constructor(part, record, what) {
      super(what);
      this.part = part;
      this.record = record;
    }
  }
  const TEXT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const utf8 = (text) => new TextEncoder().encode(text);
  const fail = (what) => { throw new Wrong('', null, what); };
  const equal = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);
  const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
  const textOf = (bytes) => { try { return TEXT.decode(bytes); } catch { return fail('a text is not UTF-8'); } };
  const join = (...parts) => {
    const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) { out.set(part, at); at += part.length; }
    return out;
  };
  const base64 = (bytes) => {
    let out = '';
    for (let i = 0; i < bytes.length; i += 0x6000) out += btoa(String.fromCharCode(...bytes.subarray(i, i + 0x6000)));
    return out;
  };
  function fromBase64(text) {
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) fail('base64 is not sound');
    const out = new Uint8Array((text.length / 4) * 3 - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0));
    let at = 0;
    for (let i = 0; i < text.length; i += 0x8000) {
      const piece = atob(text.slice(i, i + 0x8000));
      for (let j = 0; j < piece.length; ++j) out[at++] = piece.charCodeAt(j);
    }
    if (text.length > 0 && base64(out.subarray(Math.floor((out.length - 1) / 3) * 3)) !== text.slice(-4))
      fail('base64 has bits that mean nothing');
    return out;
  }

  // ---- SHA-256 (FIPS 180-4), because WebCrypto's is slow for millions of small hashes and missing on some pages
  const K256 = new Uint32Array(64), H256 = new Uint32Array(8);
  const K512 = [], H512 = [];
  (() => {  // the constants are the first bits of roots of primes: made here, so that none is mistyped
    const root = (n, power) => {  // floor(n^(1/power) * 2^64) mod 2^64
      const wanted = BigInt(n) << BigInt(64 * power);
      let low = 0n, high = BigInt(n) << 64n;
      while (low < high) {
        const middle = (low + high + 1n) >> 1n;
        if (middle ** BigInt(power) <= wanted) low = middle; else high = middle - 1n;
      }
      return low & 0xffffffffffffffffn;
    };
    const primes = [];
    for (let n = 2; primes.length < 80; ++n) if (primes.every((p) => n % p !== 0)) primes.push(n);
    for (const p of primes) K512.push(root(p, 3));
    for (let i = 0; i < 8; ++i) H512.push(root(primes[i], 2));
    for (let i = 0; i < 64; ++i) K256[i] = Number(K512[i] >> 32n);
    for (let i = 0; i < 8; ++i) H256[i] = Number(H512[i] >> 32n);
  })();
  class Sha256 {
    constructor() {
      this.h = Uint32Array.from(H256);
      this.block = new Uint8Array(64);
      this.w = new Uint32Array(64);
      this.filled = 0;
      this.length = 0;
    }
    add(bytes) {
      this.length += bytes.length;
      let at = 0;
      if (this.filled > 0) {
        at = Math.min(64 - this.filled, bytes.length);
        this.block.set(bytes.subarray(0, at), this.filled);
        this.filled += at;
        if (this.filled < 64) return this;
        this.turn(this.block, 0);
        this.filled = 0;
      }
      for (; at + 64 <= bytes.length; at += 64) this.turn(bytes, at);
      this.block.set(bytes.subarray(at));
      this.filled = bytes.length - at;
      return this;
    }
    turn(bytes, from) {
      const w = this.w, h = this.h;
      for (let i = 0; i < 16; ++i, from += 4)
        w[i] = bytes[from] << 24 | bytes[from + 1] << 16 | bytes[from + 2] << 8 | bytes[from + 3];
      for (let i = 16; i < 64; ++i) {
        const x = w[i - 15], y = w[i - 2];
        const s0 = (x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3;
        const s1 = (y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10;
        w[i] = w[i - 16] + s0 + w[i - 7] + s1 | 0;
      }
      let [a, b, c, d, e, f, g, i] = h;
      for (let t = 0; t < 64; ++t) {
        const s1 = (e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7);
        const one = i + s1 + (e & f ^ ~e & g) + K256[t] + w[t] | 0;
        const s0 = (a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10);
        const two = s0 + (a & b ^ a & c ^ b & c) | 0;
        i = g; g = f; f = e; e = d + one | 0; d = c; c = b; b = a; a = one + two | 0;
      }
      h[0] += a; h[1] += b; h[2] += c; h[3] += d; h[4] += e; h[5] += f; h[6] += g; h[7] += i;
    }
    finish() {
      const bits = this.length * 8, tail = new Uint8Array((this.filled < 56 ? 64 : 128) - this.filled);
      tail[0] = 0x80;
      const view = new DataView(tail.buffer);
      view.setUint32(tail.length - 8, Math.floor(bits / 0x100000000));
      view.setUint32(tail.length - 4, bits >>> 0);
      this.add(tail);
      const out = new Uint8Array(32);
      this.h.forEach((word, n) => new DataView(out.buffer).setUint32(4 * n, word));
      return out;
    }
  }
  const sha256 = (...parts) => parts.reduce((hash, part) => hash.add(part), new Sha256()).finish();

  function sha512(bytes) {
    const mask = 0xffffffffffffffffn, turn = (x, n) => (x >> n | x << (64n - n)) & mask;
    const length = Math.ceil((bytes.length + 17) / 128) * 128, all = new Uint8Array(length), view = new DataView(all.buffer);
    all.set(bytes);
    all[bytes.length] = 0x80;
    view.setBigUint64(length - 8, BigInt(bytes.length) * 8n);
    const h = [...H512], w = [];
    for (let from = 0; from < length; from += 128) {
      for (let i = 0; i < 16; ++i) w[i] = view.getBigUint64(from + 8 * i);
      for (let i = 16; i < 80; ++i) {
        const s0 = turn(w[i - 15], 1n) ^ turn(w[i - 15], 8n) ^ w[i - 15] >> 7n;
        const s1 = turn(w[i - 2], 19n) ^ turn(w[i - 2], 61n) ^ w[i - 2] >> 6n;
        w[i] = w[i - 16] + s0 + w[i - 7] + s1 & mask;
      }
      let [a, b, c, d, e, f, g, i] = h;
      for (let t = 0; t < 80; ++t) {
        const one = i + (turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n)) + (e & f ^ (e ^ mask) & g) + K512[t] + w[t] & mask;
        const two = (turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + (a & b ^ a & c ^ b & c) & mask;
        i = g; g = f; f = e; e = d + one & mask; d = c; c = b; b = a; a = one + two & mask;
      }
      [a, b, c, d, e, f, g, i].forEach((word, n) => { h[n] = h[n] + word & mask; });
    }
    const out = new Uint8Array(64);
    h.forEach((word, n) => new DataView(out.buffer).setBigUint64(8 * n, word));
    return out;
  }

  // ---- Ed25519 (RFC 8032 section 5.1), for browsers whose WebCrypto does not have it
  const P = 2n ** 255n - 19n, L = 2n ** 252n + 27742317777372353535851937790883648493n;
  const mod = (x) => { const r = x % P; return r < 0n ? r + P : r; };
  function power(base, exponent) {
    let out = 1n;
    for (base = mod(base); exponent > 0n; exponent >>= 1n, base = base * base % P) if (exponent & 1n) out = out * base % P;
    return out;
  }
  const D = mod(-121665n * power(121666n, P - 2n)), SQRT_M1 = power(2n, (P - 1n) / 4n);
  const little = (bytes) => bytes.reduceRight((sum, byte) => sum << 8n | BigInt(byte), 0n);
  function addPoints(p, q) {  // extended coordinates
    const a = (p[1] - p[0]) * (q[1] - q[0]) % P, b = (p[1] + p[0]) * (q[1] + q[0]) % P;
    const c = 2n * p[3] * q[3] % P * D % P, d = 2n * p[2] * q[2] % P;
    const e = b - a, f = d - c, g = d + c, h = b + a;
    return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
  }
  function times(point, n) {
    let out = [0n, 1n, 1n, 0n];
    for (; n > 0n; n >>= 1n, point = addPoints(point, point)) if (n & 1n) out = addPoints(out, point);
    return out;
  }
  function pointOf(bytes) {
    let y = little(bytes);
    const sign = y >> 255n;
    y &= 2n ** 255n - 1n;
    if (y >= P) return null;
    const u = mod(y * y - 1n), v = mod(D * y * y + 1n);
    let x = u * power(v, 3n) % P * power(u * power(v, 7n), (P - 5n) / 8n) % P;
    if (mod(v * x * x) !== u) x = x * SQRT_M1 % P;
    if (mod(v * x * x) !== u || (x === 0n && sign === 1n)) return null;
    if ((x & 1n) !== sign) x = P - x;
    return [x, y, 1n, x * y % P];
  }
  function bytesOf(point) {
    const inverse = power(point[2], P - 2n), x = mod(point[0] * inverse);
    let y = mod(point[1] * inverse) | (x & 1n) << 255n;
    return Uint8Array.from({ length: 32 }, () => { const byte = Number(y & 255n); y >>= 8n; return byte; });
  }
  const BASE = pointOf(Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 0x58 : 0x66)));
  function verifyByHand(key, message, signature) {
    const a = pointOf(key), s = little(signature.subarray(32)), r = signature.subarray(0, 32);
    if (a === null || s >= L || pointOf(r) === null) return false;
    const eight = times(a, 8n);
    if (mod(eight[0]) === 0n && mod(eight[1] - eight[2]) === 0n) return false;  // a key of small order signs anything
    const k = little(sha512(join(r, key, message))) % L;
    const minus = [mod(-a[0]), a[1], a[2], mod(-a[3])];
    return equal(bytesOf(addPoints(times(BASE, s), times(minus, k))), r);
  }
  let subtle = null;  // decided once, with a known answer
  async function verify(key, message, signature) {
    const web = globalThis.crypto && globalThis.crypto.subtle;
    const byWeb = async (k, m, s) => {
      const imported = await web.importKey('raw', k, { name: 'Ed25519' }, false, ['verify']);
      return web.verify({ name: 'Ed25519' }, imported, s, m);
    };
    if (subtle === null) {
      subtle = false;
      try {  // RFC 8032 section 7.1, test 1
        const bytes = (text) => Uint8Array.from(text.match(/../g), (two) => parseInt(two, 16));
        const good = bytes('e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b');
        subtle = !!web && await byWeb(bytes('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'), new Uint8Array(), good);
      } catch { subtle = false; }
    }
    return subtle && signature.length === 64 ? byWeb(key, message, signature) : verifyByHand(key, message, signature);
  }

  // ---- canonical MessagePack: shortest forms only
  function unpack(bytes, start = 0) {
    let at = start;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const need = (n) => { if (at + n > bytes.length) fail('a value is cut off'); };
    const number = (n) => {
      need(n);
      const value = n === 8 ? view.getBigUint64(at) : BigInt(n === 1 ? view.getUint8(at) : n === 2 ? view.getUint16(at) : view.getUint32(at));
      at += n;
      return value;
    };
    const least = (value, min) => { if (value < min) fail('a number is not in its shortest form'); return value; };
    const small = (value) => (value <= 9007199254740991n ? Number(value) : value);
    const raw = (n) => { need(n); at += n; return bytes.subarray(at - n, at); };
    function one(depth) {
      if (depth > 24) fail('values are nested too deep');
      need(1);
      const tag = bytes[at++];
      if (tag < 0x80) return tag;
      if (tag >= 0xe0) return tag - 256;
      if (tag >= 0xa0 && tag < 0xc0) return textOf(raw(tag & 31));
      if (tag >= 0x90 && tag < 0xa0) return list(tag & 15, depth);
      switch (tag) {
        case 0xc0: return null;
        case 0xc2: return false;
        case 0xc3: return true;
        case 0xc4: return raw(Number(number(1)));
        case 0xc5: return raw(Number(least(number(2), 256n)));
        case 0xc6: return raw(Number(least(number(4), 65536n)));
        case 0xcc: return small(least(number(1), 128n));
        case 0xcd: return small(least(number(2), 256n));
        case 0xce: return small(least(number(4), 65536n));
        case 0xcf: return small(least(number(8), 4294967296n));
        case 0xd0: { const n = BigInt.asIntN(8, number(1)); if (n >= -32n) fail('a number is not in its shortest form'); return Number(n); }
        case 0xd1: { const n = BigInt.asIntN(16, number(2)); if (n >= -128n) fail('a number is not in its shortest form'); return Number(n); }
        case 0xd2: { const n = BigInt.asIntN(32, number(4)); if (n >= -32768n) fail('a number is not in its shortest form'); return Number(n); }
        case 0xd3: { const n = BigInt.asIntN(64, number(8)); if (n >= -2147483648n) fail('a number is not in its shortest form'); return Number(n); }
        case 0xd9: return textOf(raw(Number(least(number(1), 32n))));
        case 0xda: return textOf(raw(Number(least(number(2), 256n))));
        case 0xdb: return textOf(raw(Number(least(number(4), 65536n))));
        case 0xdc: return list(Number(least(number(2), 16n)), depth);
        case 0xdd: return list(Number(least(number(4), 65536n)), depth);
        default: return fail('a value is of a type that this format does not have');
      }
    }
    function list(count, depth) {
      if (count > bytes.length - at) fail('a list claims more than there is');
      const out = [];
      for (let i = 0; i < count; ++i) out.push(one(depth + 1));
      return out;
    }
    return { value: one(0), end: at, next: () => one(0), position: () => at };
  }
  function unpackWhole(bytes) {
    const { value, end } = unpack(bytes);
    if (end !== bytes.length) fail('something follows a value');
    return value;
  }

  // ---- the archive
  const BLOCK = 512;
  function header(name, size) {
    const out = new Uint8Array(BLOCK), put = (at, text) => out.set(utf8(text), at);
    put(0, name); put(100, '0000644'); put(108, '0000000'); put(116, '0000000');
    put(124, size.toString(8).padStart(11, '0')); put(136, '00000000000'); put(148, '        '); put(156, '0');
    put(257, 'ustar\0' + '00'); put(329, '0000000'); put(337, '0000000');
    put(148, out.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0') + '\0');
    return out;
  }
  class Archive {
    constructor(bytes) { this.bytes = bytes; this.at = 0; }
    peek() {
      const name = this.bytes.subarray(this.at, this.at + 99), end = name.indexOf(0);
      return String.fromCharCode(...(end < 0 ? name : name.subarray(0, end)));
    }
    next(name) {
      const bytes = this.bytes, found = this.peek(), sizeText = String.fromCharCode(...bytes.subarray(this.at + 124, this.at + 135));
      if (this.at + BLOCK > bytes.length) throw new Wrong(name, null, 'the file ends too early');
      if (found !== name) throw new Wrong(name, null, 'the next file in the pack is another one');
      if (!/^[0-7]{11}$/.test(sizeText)) throw new Wrong(name, null, 'a size is not a number');
      const size = parseInt(sizeText, 8), padded = Math.ceil(size / BLOCK) * BLOCK;
      if (!equal(bytes.subarray(this.at, this.at + BLOCK), header(name, size))) throw new Wrong(name, null, 'a header is not as this format writes it');
      if (this.at + BLOCK + padded > bytes.length) throw new Wrong(name, null, 'the file ends too early');
      const content = bytes.subarray(this.at + BLOCK, this.at + BLOCK + size);
      if (bytes.subarray(this.at + BLOCK + size, this.at + BLOCK + padded).some((byte) => byte !== 0)) throw new Wrong(name, null, 'the room behind a file is not empty');
      this.at += BLOCK + padded;
      return content;
    }
    finish() {
      const rest = this.bytes.subarray(this.at);
      if (rest.length !== 2 * BLOCK || rest.some((byte) => byte !== 0)) fail('the end of the file is not sound');
    }
  }

  // ---- notes and trees
  const digits = (text) => text.toLowerCase().replace(/[\s:-]/g, '');
  const fingerprint = (bytes) => hex(sha256(bytes).subarray(0, 16));
  const aloud = (bytes) => fingerprint(bytes).match(/.{4}/g).join(' ');  // as people compare it
  function keyLine(line, type) {
    const parts = /^([^+]+)\+([0-9a-f]{8})\+(.*)$/.exec(line);
    if (!parts) fail('a key is not sound');
    const typed = fromBase64(parts[3]);
    if (typed.length !== 33 || typed[0] !== type) fail('a key is of another kind than it must be here');
    const id = sha256(utf8(parts[1] + '\n'), typed).subarray(0, 4);
    if (hex(id) !== parts[2]) fail('a key does not fit its id');
    return { name: parts[1], type, key: typed.subarray(1), id };
  }
  async function openHead(bytes, key, cosigners) {
    const note = textOf(bytes), split = note.lastIndexOf('\n\n');
    if (split < 0) fail('a note has no signatures');
    const text = note.slice(0, split + 1), lines = note.slice(split + 2).split('\n');
    if (lines.pop() !== '' || lines.length === 0 || lines.length > 100) fail('a note is not sound');
    const parts = /^([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n$/.exec(text);
    if (!parts || parts[1] !== key.name) fail('a checkpoint is not sound');
    const head = { size: Number(parts[2]), root: fromBase64(parts[3]), cosigned: [] };
    let own = false;
    for (const line of lines) {
      const found = /^\u2014 ([^ ]+) ([A-Za-z0-9+/=]+)$/.exec(line);
      if (!found) fail('a signature line is not sound');
      const signature = fromBase64(found[2]), id = signature.subarray(0, 4);
      const known = [key, ...cosigners].filter((one) => one.name === found[1] && equal(one.id, id));
      if (known.length === 0) fail('a signature is by a key that the pack does not name');
      let good = null, time = 0;
      for (const one of known) {
        if (one.type === 1) {
          if (signature.length === 68 && await verify(one.key, utf8(text), signature.subarray(4))) good = one;
        } else if (signature.length === 76) {
          const seconds = new DataView(signature.buffer, signature.byteOffset).getBigUint64(4);
          if (await verify(one.key, utf8('cosignature/v1\ntime ' + seconds + '\n' + text), signature.subarray(12))) { good = one; time = Number(seconds); }
        }
      }
      if (!good) fail('a signature is wrong');
      if (good === key) { if (own) fail('a signature stands twice'); own = true; } else head.cosigned.push({ key: good, time });
    }
    if (!own) fail("the log's own signature is missing");
    return head;
  }
  const leafHash = (entry) => sha256(Uint8Array.of(0), entry);
  const nodeHash = (left, right) => sha256(Uint8Array.of(1), left, right);
  class Tree {  // roots of perfect subtrees, largest first
    constructor(size = 0, roots = []) { this.size = size; this.roots = roots; }
    append(leaf) {
      let n = this.size++;
      for (; n % 2 === 1; n = (n - 1) / 2) leaf = nodeHash(this.roots.pop(), leaf);
      this.roots.push(leaf);
    }
    root() {
      if (this.roots.length === 0) return sha256();
      return this.roots.slice(0, -1).reduceRight((folded, root) => nodeHash(root, folded), this.roots[this.roots.length - 1]);
    }
  }
  function perfect(hashes) {
    while (hashes.length > 1) {
      const up = [];
      for (let i = 0; i < hashes.length; i += 2) up.push(nodeHash(hashes[i], hashes[i + 1]));
      hashes = up;
    }
    return hashes[0];
  }
  function bundlePath(n, width) {
    let text = String(n % 1000).padStart(3, '0');
    for (n = Math.floor(n / 1000); n > 0; n = Math.floor(n / 1000)) text = 'x' + String(n % 1000).padStart(3, '0') + '/' + text;
    return text + (width < 256 ? '.p/' + width : '');
  }

  // ---- cover and keys
  function readCover(bytes) {
    const c = unpackWhole(bytes);
    if (!Array.isArray(c) || c.length !== 18 || c[0] !== 1) fail('the cover is not of this version');
    const [, madeBy, maker, madeMs, exporter, clientCode, plan, fromMs, untilMs, offsetMin, clause, withDetails, hub, root, roles, sites, logs, last] = c;
    const cover = { madeBy, maker, madeMs, exporter, clientCode, plan, fromMs, untilMs, offsetMin, clause, withDetails, hub, root, roles,
      sites: sites.map(([code, customsCode, keys, heardMs]) => ({ code, customsCode, keys, heardMs })),
      logs: logs.map(([site, role, epoch, first, size, countsUntil]) => ({ site, role, epoch, first, size, countsUntil })),
      picks: last[0].map(([site, family, seal, kind, no, place]) => ({ site, family, seal, kind, no, place })), remarks: last[1] };
    let before = [-1, 0, 0];
    for (const log of cover.logs) {
      const order = [log.site, log.role, log.epoch], later = order.findIndex((n, i) => n !== before[i]);
      if (later < 0 || order[later] < before[later] || log.site >= cover.sites.length || log.role < 1 || log.role > 2) fail('the logs are not in order');
      if (![log.first, log.size, log.countsUntil].every(Number.isSafeInteger) || log.first % 256 !== 0 || log.first > log.size || log.countsUntil > log.size || (log.role === 1 && log.first !== 0)) fail("a log's range cannot be");
      before = order;
    }
    return cover;
  }
  async function rolesOf(cover) {
    const read = unpack(cover.roles);
    if (read.value !== 1) fail("head office's keys are of another version");
    const hub = read.next();
    read.next();
    const keys = read.next(), signed = read.position(), signature = read.next();
    if (read.position() !== cover.roles.length || hub !== cover.hub) fail("head office's keys are another one's");
    if (!await verify(cover.root, join(utf8('sealkeep/roles/v1\n'), cover.roles.subarray(0, signed)), signature)) fail("head office's keys are not signed by its root key");
    return keys.filter((key) => key[1] === 1).map((key) => hex(key[2]));
  }
  function parseAnchor(text) {
    if (text.includes('+')) {
      const line = text.trim();
      try { return { text, key: keyLine(line, 1) }; } catch { return { text, key: keyLine(line, 4) }; }
    }
    const found = digits(text);
    if (/^[0-9a-f]{32}$/.test(found)) return { text, fingerprint: found };
    if (/^[0-9a-f]{64}$/.test(found)) return { text, fingerprint: fingerprint(Uint8Array.from(found.match(/../g), (two) => parseInt(two, 16))) };
    return fail('this is neither a key nor a fingerprint: ' + text);
  }

  // ---- the check
  const README = __README__;
  const PRESENCE = ['', 'here', 'left out', 'of another time', 'erased', 'not held'];
  async function check(pack, anchorTexts = [], visitor = {}, progress = () => {}) {
    const out = { verdict: 'NOT CONSISTENT', wrong: null, logs: [], found: [], entries: 0, detailsHere: 0, detailsNotHere: 0, cover: null };
    const archive = new Archive(pack);
    let part = '', record = null;
    const member = (name) => { part = name; record = null; return archive.next(name); };
    try {
      const anchors = anchorTexts.map(parseAnchor);
      out.found = anchors.map(() => false);
      if (!equal(member('README.txt'), utf8(README))) fail('the file is no evidence pack of this version');
      const cover = out.cover = readCover(member('cover'));
      const roleKeys = await rolesOf(cover);
      const given = (print) => anchors.reduce((any, one, i) => { if (one.fingerprint === print) { out.found[i] = true; return true; } return any; }, false);
      const looksForStates = () => anchors.some((one, i) => one.fingerprint && !out.found[i]);
      const stateText = (origin, size, root) => utf8(origin + '\n' + size + '\n' + base64(root) + '\n');
      const rootGiven = given(fingerprint(cover.root));
      const siteGiven = cover.sites.map((site) => site.keys.length > 0 && given(fingerprint(site.keys)));
      const behind = (key, site) => {
        let who = '';
        anchors.forEach((one, i) => {
          if (!one.key || one.key.name !== key.name || one.key.type !== key.type) return;
          out.found[i] = true;
          if (!equal(one.key.key, key.key)) fail('the key that you gave for ' + key.name + ' is not the one that signed here');
          who = 'the key that you gave for ' + key.name;
        });
        if (who) return who;
        if (given(fingerprint(key.key))) return 'fingerprint ' + aloud(key.key);
        if (rootGiven && roleKeys.includes(hex(key.key))) return 'head office, fingerprint ' + aloud(cover.root);
        const keys = cover.sites[site].keys;
        if (siteGiven[site] && (equal(keys.subarray(0, 32), key.key) || equal(keys.subarray(32, 64), key.key))) return 'site ' + cover.sites[site].code;
        return '';
      };
      if (visitor.cover) visitor.cover(cover);
      const roots = new Map();  // of directives, at each size
      for (let place = 0; place < cover.logs.length; ++place) {
        const about = cover.logs[place], folder = 'logs/' + (place + 1) + '/', site = cover.sites[about.site], directives = about.role === 1;
        const log = { about, heads: 0, cosignatures: 0, cosignedSize: 0, cosignedS: 0, confirmedSize: 0, confirmedBy: '' };
        const line = textOf(member(folder + 'vkey'));
        if (!line.endsWith('\n')) fail("a key's line does not end");
        const key = log.key = keyLine(line.slice(0, -1), 1);
        if (key.name !== cover.hub + (directives ? '/directive/' : '/site/') + site.code + '/e' + about.epoch) fail('the log has another name');
        const cosigners = [], mirror = cover.hub + (directives ? '/site/' + site.code : '') + '/mirror';
        if (archive.peek() === folder + 'cosigners') {
          const lines = textOf(member(folder + 'cosigners')).split('\n');
          if (lines.pop() !== '' || lines.length === 0 || lines.length > 16) fail('the list of cosigners is not sound');
          for (const one of lines) { const cosigner = keyLine(one, 4); if (cosigner.name !== mirror) fail('a cosigner has another name'); cosigners.push(cosigner); }
        }
        const heads = new Map();
        const takeHead = async (bytes, size) => {
          const head = await openHead(bytes, key, cosigners);
          if (head.size !== size) fail('the head is of another size');
          heads.set(size, head.root);
          ++log.heads;
          let who = behind(key, about.site);
          for (const by of head.cosigned) {
            const mirrors = behind(by.key, about.site);
            who = who || mirrors;
            ++log.cosignatures;
            if (size >= log.cosignedSize) { log.cosignedSize = size; log.cosignedS = by.time; }
          }
          if (who && size >= log.confirmedSize) { log.confirmedSize = size; log.confirmedBy = who; }
        };
        await takeHead(member(folder + 'checkpoint'), about.size);
        for (let above = about.first; archive.peek().startsWith(folder + 'heads/');) {
          const name = archive.peek(), text = name.slice(folder.length + 6), size = Number(text);
          if (!/^[1-9][0-9]*$/.test(text) || size <= above || size >= about.size) fail("a head's size is out of order");
          await takeHead(member(name), size);
          above = size;
        }
        let tree = new Tree();
        if (about.first > 0) {
          const bytes = member(folder + 'frontier'), count = about.first.toString(2).replace(/0/g, '').length;
          if (bytes.length !== 32 * count) fail('the hashes of what is before are not sound');
          tree = new Tree(about.first, Array.from({ length: count }, (_, i) => bytes.subarray(32 * i, 32 * i + 32)));
        }
        const adoptedRoots = [sha256()], upper = [[], []];
        if (directives) roots.set(about.site + '/' + about.epoch, adoptedRoots);
        let unproven = about.first;
        for (let from = about.first; from < about.size; from += 256) {
          const width = Math.min(256, about.size - from), path = bundlePath(from / 256, width);
          const bundle = member(folder + 'tile/entries/' + path), bundlePart = part;
          const tile = member(folder + 'tile/0/' + path);
          if (tile.length !== 32 * width) fail('a tile is of a wrong length');
          part = bundlePart;
          const entries = [];
          let at = 0;
          for (let i = 0; i < width; ++i) {
            record = from + i;
            const length = at + 2 <= bundle.length ? bundle[at] << 8 | bundle[at + 1] : -1;
            if (length < 0 || at + 2 + length > bundle.length) fail('the records are cut off');
            const entry = bundle.subarray(at + 2, at + 2 + length), leaf = leafHash(entry);
            at += 2 + length;
            if (!equal(leaf, tile.subarray(32 * i, 32 * i + 32))) fail('the record and its hash do not fit together');
            tree.append(leaf);
            ++out.entries;
            if (looksForStates()) {
              const print = fingerprint(stateText(key.name, tree.size, tree.root()));
              if (given(print) && tree.size > log.confirmedSize) { log.confirmedSize = tree.size; log.confirmedBy = 'its state at ' + tree.size + ' records'; }
            }
            const root = heads.get(tree.size);
            if (root && !equal(root, tree.root())) fail('records ' + unproven + ' to ' + (tree.size - 1) + ' do not lead to the signed head of size ' + tree.size);
            if (root) unproven = tree.size;
            entries.push(entry);
            if (directives) { adoptedRoots.push(tree.root()); if (visitor.directive) visitor.directive(about, from + i, entry); }
          }
          if (at !== bundle.length) fail('something follows the last record');
          record = null;
          if (width === 256) upper[1].push(perfect(Array.from({ length: 256 }, (_, i) => tile.subarray(32 * i, 32 * i + 32))));
          if (!directives) {
            const chunk = archive.peek() === folder + 'details/' + path ? member(folder + 'details/' + path) : new Uint8Array();
            readDetails(about, from, entries, chunk);
          }
          if (from % 4096 === 0) { progress(out.entries); await new Promise((done) => setTimeout(done, 0)); }
        }
        part = folder + 'checkpoint';
        record = null;
        if (about.first === about.size && !equal(tree.root(), heads.get(about.size))) fail('the records do not lead to the signed checkpoint');
        if (about.first === 0) {
          for (let level = 1; upper[level].length > 0; ++level) {
            upper[level + 1] = [];
            for (let from = 0; from < upper[level].length; from += 256) {
              const hashes = upper[level].slice(from, from + 256);
              if (!equal(member(folder + 'tile/' + level + '/' + bundlePath(from / 256, hashes.length)), join(...hashes))) fail('the hashes are not those of the records below');
              if (hashes.length === 256) upper[level + 1].push(perfect(hashes));
            }
          }
        }
        log.state = aloud(stateText(key.name, about.size, tree.root()));
        out.logs.push(log);
      }
      const hashed = archive.at, stated = textOf(member('sha256'));
      part = '';
      if (stated !== hex(sha256(pack.subarray(0, hashed))) + '\n') fail('the file is not the one that was made: its hash differs');
      archive.finish();
      out.fileHash = hex(sha256(pack));
      const proven = out.logs.length > 0 && out.logs.every((log) => log.confirmedSize === log.about.size);
      out.verdict = proven ? 'proven under the keys you gave' : 'consistent, keys not confirmed';

      function readDetails(about, from, entries, chunk) {
        let at = 0;
        entries.forEach((bytes, i) => {
          record = from + i;
          const entry = decodeEntry(bytes), seen = [];
          for (; at < chunk.length && chunk[at] === i; ) {
            const presence = chunk[at + 2], said = entry && entry.details[seen.length];
            if (at + 3 > chunk.length || chunk[at + 1] !== seen.length || presence < 1 || presence > 5 || (entry && !said)) fail('a detail is neither here nor said to be missing');
            at += 3;
            if (presence !== 1) { ++out.detailsNotHere; seen.push({ presence: PRESENCE[presence] }); continue; }
            if (at + 20 > chunk.length) fail('a detail is cut off');
            const length = new DataView(chunk.buffer, chunk.byteOffset).getUint32(at), salt = chunk.subarray(at + 4, at + 20), content = chunk.subarray(at + 20, at + 20 + length);
            if (content.length !== length) fail('a detail is cut off');
            at += 20 + length;
            if (entry) {
              const size = new Uint8Array(8);
              new DataView(size.buffer).setBigUint64(0, BigInt(length));
              if (said[1] !== length || !equal(sha256(utf8('sealkeep/detail/v1\0'), Uint8Array.of(said[0]), size, salt, content), said[2])) fail('a detail is not the one that the record commits to');
            }
            ++out.detailsHere;
            seen.push({ presence: 'here', bytes: content });
          }
          if (entry && seen.length !== entry.details.length) fail('a detail is neither here nor said to be missing');
          if (entry && entry.kind === 3) {
            const [epoch, size, root] = entry.body, known = roots.get(about.site + '/' + epoch);
            if (known && size < known.length && !equal(known[size], root)) fail('the directives in the pack are not those that the site adopted here');
          }
          if (visitor.entry) visitor.entry(about, from + i, entry, seen);
        });
        record = null;
        if (at !== chunk.length) fail('a detail belongs to no record');
      }
    } catch (error) {
      if (!(error instanceof Wrong) && !(error instanceof RangeError) && !(error instanceof TypeError)) throw error;
      out.wrong = { part: error.part || part, record: error.record ?? record, what: error instanceof Wrong ? error.message : 'it is not sound (' + error.message + ')' };
      out.verdict = 'NOT CONSISTENT';
    }
    return out;
  }

  // A record as far as this page knows its form; null for one of a later version.
  function decodeEntry(bytes) {
    try {
      const e = unpackWhole(bytes);
      if (!Array.isArray(e) || e.length !== 17 || e[0] !== 1 || !KINDS[e[1]]) return null;
      return { kind: e[1], happenedMs: e[3], recordedMs: e[4], person: e[9], source: e[12], marks: e[13].map((mark) => mark[0]), refs: e[14], body: e[15], details: e[16] };
    } catch (error) {
      if (error instanceof Wrong || error instanceof TypeError) return null;
      throw error;
    }
  }

  const KINDS = __KINDS__;
  const STATES = __STATES__;

  // ---- what the records say: the same states as the program's register, from the same records
  class Register {
    constructor() { this.seals = new Map(); this.people = new Map(); this.stores = new Map(); this.lists = { incidents: [], corrections: [], late: [], counts: [] }; this.unreadable = 0; this.detailsMissing = 0; this.recordedMs = 0; this.whole = true; this.byKind = new Map(); }
    person(no) { return no === 0 ? 'nobody named' : this.people.get(no) || 'person ' + no; }
    entry(cover, about, index, entry, details) {
      if (index === about.first && about.first > 0) this.whole = false;
      if (index >= about.countsUntil) return;
      if (!entry) { ++this.unreadable; return; }
      this.recordedMs = Math.max(this.recordedMs, entry.recordedMs);
      const said = (kind) => { const n = entry.details.findIndex((one, i) => one[0] === kind && details[i].bytes); return n < 0 ? '' : new TextDecoder().decode(details[n].bytes); };
      const b = entry.body, name = said(1);
      if (name && entry.kind === 7) this.people.set(b[0], name);
      if (name && entry.kind === 9) this.stores.set(b[0], name);
      this.fold(entry);
      const inside = entry.happenedMs >= cover.fromMs && entry.happenedMs < cover.untilMs;
      if (!inside) return;
      this.byKind.set(entry.kind, (this.byKind.get(entry.kind) || 0) + 1);
      this.detailsMissing += details.filter((one) => one.presence !== 'here').length;
      const row = () => ({ record: about.epoch + '/' + index, happened: entry.happenedMs, recorded: entry.recordedMs, what: KINDS[entry.kind].replace(/_/g, ' '), subject: this.subject(entry), by: this.person(entry.person), story: said(2) || said(6) });
      if ([49, 50, 51, 52, 53, 55, 56, 58, 70, 71, 72, 74].includes(entry.kind)) this.lists.incidents.push(row());
      if ([59, 60, 61].includes(entry.kind)) this.lists.corrections.push(row());
      if ([31, 32].includes(entry.kind)) this.lists.counts.push(row());
      if (entry.source === 4 || entry.marks.includes(10)) this.lists.late.push(row());
    }
    subject(entry) {
      const out = [];
      const walk = (value) => { if (typeof value === 'string') { if (value) out.push(value); } else if (Array.isArray(value)) { if (value.length === 4 && typeof value[0] === 'string' && typeof value[3] === 'number') out.push(range(value)[0] + (value[3] > 1 ? ' and ' + (value[3] - 1) + ' after it' : '')); else value.forEach(walk); } };
      walk(entry.body);
      return out.slice(0, 6).join(', ');
    }
    fold(entry) {
      const b = entry.body, at = entry.happenedMs;
      const set = (family, number, state, change = {}) => {
        const key = family + ':' + number, row = this.seals.get(key) || { family, number, state: 0, received: 0, applied: 0, container: '', appliedBy: 0, checkedBy: 0, checked: 0, uplifted: 0 };
        Object.assign(row, change);
        row.state = state ?? row.state;
        this.seals.set(key, row);
      };
      const many = (family, seals, state, change) => range(seals).forEach((number) => set(family, number, state, change));
      const state = (family, number) => (this.seals.get(family + ':' + number) || { state: 0 }).state;
      const move = (family, seals, to) => range(seals).forEach((number) => { if (state(family, number) <= 2) set(family, number, to); });
      const off = (family, number, to, unit) => set(family, number, to, unit ? { container: unit } : {});
      const on = (family, number, unit) => set(family, number, 3, { applied: at, container: unit, appliedBy: entry.person, checked: 0, checkedBy: 0, uplifted: 0 });
      const family = entry.kind === 48 ? b[1] : b[0];
      if (family === 3 && entry.kind !== 61) return;  // a carrier's or an authority's: no stock of this site
      switch (entry.kind) {
        case 20: many(b[0], b[2], 1, { received: b[4] || at }); break;
        case 21: many(b[0], b[2], 1, { received: b[4] || at }); b[8].forEach((number) => set(b[0], number, 11)); break;
        case 22: b[2].forEach((number) => { if (state(b[0], number) <= 2) set(b[0], number, 11); }); break;
        case 24: move(b[0], b[1], 2); break;
        case 25: move(b[0], b[4], 2); break;
        case 26: move(b[0], b[1], 1); break;
        case 27: many(b[0], b[1], 13); break;
        case 28: many(b[0], b[2], 1, { received: at }); break;
        case 29: many(b[0], b[1], 12); break;
        case 30: many(b[0], b[1], 10); break;
        case 46: on(b[0], b[2], b[3][1]); break;
        case 47: set(b[0], b[1], 4, { checked: at, checkedBy: entry.person, container: b[2][1] }); break;
        case 48: b[2].forEach((number) => set(b[1], number, 5, { uplifted: at, container: b[0][1] })); break;
        case 49: off(b[0], b[1], b[2] === 4 ? 9 : 7, b[3][1]); break;
        case 50: off(b[0], b[1], b[2] === 4 ? 9 : 7, b[5][1]); on(b[0], b[4], b[5][1]); break;
        case 51: many(b[0], b[1], 8); break;
        case 52: if (b[1]) off(b[0], b[1], 9, b[2][1]); break;
        case 53: set(b[0], b[1], 1, b[3] ? { received: at } : {}); break;
        case 54: off(b[0], b[1], 6, b[2][1]); break;
        case 60: {
          const stood = this.seals.get(b[0] + ':' + b[2]);
          if (b[2] === b[3] || !stood) break;
          const { applied, appliedBy, checked, checkedBy, uplifted } = stood;
          set(b[0], b[3], stood.state, { applied, appliedBy, checked, checkedBy, uplifted, container: b[1][1] });
          set(b[0], b[2], stood.received ? 1 : 0, { applied: 0, appliedBy: 0, checked: 0, checkedBy: 0, uplifted: 0, container: '' });
          break;
        }
        case 61: this.seals.forEach((row) => { if (row.container === b[0][1] && row.state >= 3 && row.state <= 5) row.container = b[1][1]; }); break;
        default: break;
      }
    }
  }
  function range([prefix, first, width, count]) {
    return Array.from({ length: count }, (_, i) => prefix + String(BigInt(first) + BigInt(i)).padStart(width, '0'));
  }

  return { check, sha256, sha512, hex, fromBase64, base64, verifyByHand, verify, Register, parseAnchor, fingerprint, aloud, KINDS, STATES };
})();
if (typeof module !== 'undefined') module.exports = Evidence;
