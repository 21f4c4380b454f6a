// SPDX-License-Identifier: Apache-2.0
// Runs the script of an evidence page (first argument) as a browser would, and compares what it finds with what the
// program found (second argument). Exits 1 at the first difference.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';

const page = fs.readFileSync(process.argv[2], 'utf8');
const [verdict, anchor, state, fileHash, counts, ...rows] = fs.readFileSync(process.argv[3], 'utf8').trimEnd().split('\n');
const script = /<script>([\s\S]*?)<\/script>/.exec(page)[1];
const Evidence = new Function(script + '\nreturn Evidence;')();
const pack = Evidence.fromBase64(/id="pack">([^<]*)<\/script>/.exec(page)[1]);

// The hashes and signatures that the page makes by hand are those of another library.
for (const length of [0, 1, 55, 56, 63, 64, 65, 111, 112, 127, 128, 129, 1000]) {
  const bytes = crypto.randomBytes(length);
  assert.equal(Evidence.hex(Evidence.sha256(bytes)), crypto.createHash('sha256').update(bytes).digest('hex'));
  assert.equal(Evidence.hex(Evidence.sha512(bytes)), crypto.createHash('sha512').update(bytes).digest('hex'));
  if (length > 3) assert.equal(Evidence.hex(Evidence.sha256(bytes.subarray(0, 3), bytes.subarray(3))), crypto.createHash('sha256').update(bytes).digest('hex'));
}
const vectors = [  // RFC 8032 section 7.1, tests 1 to 3
  ['d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', '', 'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b'],
  ['3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c', '72', '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00'],
  ['fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025', 'af82', '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a'],
].map((row) => row.map((text) => new Uint8Array(Buffer.from(text, 'hex'))));
for (const [key, message, signature] of vectors) {
  assert.ok(Evidence.verifyByHand(key, message, signature));
  assert.ok(await Evidence.verify(key, message, signature));
  for (let bit = 0; bit < 512; bit += 7) {
    const changed = Uint8Array.from(signature);
    changed[bit >> 3] ^= 1 << (bit & 7);
    assert.ok(!Evidence.verifyByHand(key, message, changed), 'signature bit ' + bit);
  }
}
for (let i = 0; i < 10; ++i) {
  const pair = crypto.generateKeyPairSync('ed25519'), message = crypto.randomBytes(100 + i);
  const key = new Uint8Array(pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32));
  const signature = new Uint8Array(crypto.sign(null, message, pair.privateKey));
  assert.ok(Evidence.verifyByHand(key, message, signature));
  message[i] ^= 1;
  assert.ok(!Evidence.verifyByHand(key, message, signature));
}
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const [key, message, good] = vectors[0];
const more = Uint8Array.from(good);  // the same signature with S + L: another spelling, which must be refused
let s = BigInt('0x' + Buffer.from(good.subarray(32)).reverse().toString('hex')) + L;
for (let i = 32; i < 64; ++i, s >>= 8n) more[i] = Number(s & 255n);
assert.ok(!Evidence.verifyByHand(key, message, more));
const small = new Uint8Array(32), any = new Uint8Array(64);  // a key of small order
small[0] = 1;
any[0] = 1;
assert.ok(!Evidence.verifyByHand(small, message, any));

// The pack.
const registers = [];
const found = await Evidence.check(pack, [], {
  cover: (cover) => { found_cover = cover; cover.sites.forEach(() => registers.push(new Evidence.Register())); },
  entry: (about, index, entry, details) => registers[about.site].entry(found_cover, about, index, entry, details),
});
var found_cover;
assert.equal(found.wrong, null);
assert.equal(found.verdict, verdict);
assert.equal(found.fileHash, fileHash);
assert.equal(found.entries + ' ' + found.detailsHere, counts);
assert.equal((await Evidence.check(pack, [anchor])).verdict, 'proven under the keys you gave');
const foreign = await Evidence.check(pack, ['a'.repeat(32)]);
assert.deepEqual([foreign.verdict, foreign.found[0]], ['consistent, keys not confirmed', false]);
const byState = await Evidence.check(pack, [state]), newest = byState.logs.at(-1);
assert.deepEqual([byState.verdict, byState.found[0], newest.confirmedSize, newest.state], [byState.logs.length > 1 ? 'consistent, keys not confirmed' : 'proven under the keys you gave', true, newest.about.size, state]);
const lines = registers.flatMap((register) => [...register.seals.values()].filter((seal) => seal.state !== 0)
  .sort((a, b) => a.family - b.family || (a.number < b.number ? -1 : 1))
  .map((seal) => [seal.number, seal.received, seal.applied, seal.container || '-', seal.applied ? register.person(seal.appliedBy) : '-'].join(' ') + ' | ' + Evidence.STATES[seal.state]));
assert.deepEqual(lines, rows);

// Any byte changed, and any end cut off. Large packs at fewer places.
const step = pack.length < 100_000 ? 23 : Math.ceil(pack.length / 40);
for (let at = 0; at < pack.length; at += step) {
  const changed = Uint8Array.from(pack);
  changed[at] ^= 1 << (at % 8);
  const refused = await Evidence.check(changed, [anchor]);
  assert.equal(refused.verdict, 'NOT CONSISTENT', 'byte ' + at);
  assert.notEqual(refused.wrong, null);
}
for (const size of [0, 1, 511, 512, 1000, pack.length >> 1, pack.length - 1024, pack.length - 1])
  assert.equal((await Evidence.check(pack.subarray(0, size))).verdict, 'NOT CONSISTENT', 'size ' + size);
