// SPDX-License-Identifier: Apache-2.0
/// Requests made from the OpenAPI document: such as people send, and such as nobody should. All chance comes from one seed.
export class Chance {
  constructor(seed) {
    this.state = seed >>> 0;
  }
  // mulberry32
  next() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }
  below(n) {
    return Math.floor(this.next() * n);
  }
  of(list) {
    return list[this.below(list.length)];
  }
  often(share) {
    return this.next() < share;
  }
}

const kSeals = Array.from({ length: 60 }, (_, i) => `NZ3000${String(i + 1).padStart(2, '0')}`);
const kUnits = ['MSCU1234566', 'TGHU7654321', 'CSQU3054383', 'MSCU6639870', 'TGHU7599330'];
const kPeople = ['Temp One', 'Temp Two', 'Temp Three'];
const kPlaces = ['Safe', 'Dock box 2'];

const kNasty = [
  '', ' ', '\0', 'a\0b', '\r\nSet-Cookie: planted=1', '\n', '%0d%0aX-Planted: 1', '../../../../etc/passwd', '..\\..\\', '/dev/zero', 'file:///etc/passwd', "'; DROP TABLE seal; --", '" OR 1=1 --', '${jndi:ldap://x}', '<script>alert(1)</script>', '{{site}}', '%s%n%x', '\u202eNZ300006', '\ufeffNZ300006', 'NZ３０００06', 'ＮＺ300006',
  'e\u0301'.repeat(200), '\ud83d\ude80'.repeat(64), '\uffff', '\u2028', 'Ω'.repeat(4_000), 'x'.repeat(70_000), '9'.repeat(400), '-1', '0', '1e9', 'NaN', 'true', 'null', '1/18446744073709551615', '0/0', '4294967296/1', '2026-02-30', '9999-12-31T23:59', '24:61', '-2026-01-01', 'NZ300006..NZ300001', 'NZ000001..NZ999999999999999999', 'A'.repeat(5_000) + '1',
];
const kNotText = [null, 0, -1, 1.5, 1e308, 9007199254740993, -9223372036854775808, true, [], {}, [[]], ['a', ['b']], { a: 1 }, [null], { $ref: '#' }];

// A value that fits an option of that name and schema.
export function fitting(chance, name, schema) {
  if (name === 'no') return 900_000 + chance.below(100); // never the terminal of somebody who asks here
  if (schema.type === 'boolean') return true;
  if (schema.type === 'integer') return Math.min(schema.maximum ?? 1e6, Math.max(schema.minimum ?? 0, chance.below(12)));
  if (schema.type === 'array') return Array.from({ length: 1 + chance.below(3) }, () => fitting(chance, name, schema.items));
  if (schema.type === 'object') return { name: 'list.txt', data: Buffer.from('NZ300001\nNZ300002\n').toString('base64') };
  if (schema.enum !== undefined) return chance.of(schema.enum);
  if (/seal|^old$|^new$|first|missing|extra|after/.test(name)) return chance.of(kSeals);
  if (name === 'last') return 'NZ300060';
  if (/container|unit|door-container/.test(name)) return chance.of(kUnits);
  if (/^(by|to|from|person|witness|name)$/.test(name)) return chance.of(kPeople);
  if (/place/.test(name)) return chance.of(kPlaces);
  if (/happened|started|until|day|time|arrived/.test(name)) return '2026-03-01T12:00';
  if (/entry|about/.test(name)) return `1/${chance.below(40)}`;
  if (name === 'setting') return 'checked_ms';
  return `text ${chance.below(100)}`;
}

const kDeep = (n) => '['.repeat(n) + ']'.repeat(n);

// Spoils one member of an object, or the object.
function spoilt(chance, body, schema) {
  const names = Object.keys(schema.properties ?? {});
  const name = names.length > 0 ? chance.of(names) : 'x';
  switch (chance.below(6)) {
    case 0:
      return { ...body, [name]: chance.of(kNasty) };
    case 1:
      return { ...body, [name]: chance.of(kNotText) };
    case 2:
      return { ...body, [name]: Array.from({ length: 1 + chance.below(300) }, () => chance.of(kNasty.slice(0, 30))) };
    case 3:
      return { ...body, [chance.of(['__proto__', 'constructor', 'unknown', '', 'data', 'folder', 'file', 'x'.repeat(3_000), 'by\0', 'Seal', 'caller', 'terminal'])]: chance.of(kNasty) };
    case 4:
      return { ...body, attachments: chance.of([1, 'x', [{}], [{ kind: 'photo', data: '/9j/4AA=' }], Array.from({ length: 40 }, () => ({ kind: 'photo', data: '/9j/4AA=' })), [{ kind: 'photo', data: Buffer.alloc(90_000, 0xff).toString('base64') }], [{ kind: 'photo', data: 'A' }], [{ kind: '\0', data: '' }]]) };
    default: {
      const less = { ...body };
      delete less[name];
      return less;
    }
  }
}

// Text that is no JSON, or that is and should not be taken.
function broken(chance, body) {
  const text = JSON.stringify(body);
  switch (chance.below(9)) {
    case 0:
      return text.slice(0, chance.below(text.length + 1));
    case 1:
      return `${text}${text}`;
    case 2:
      return text.replace('{', '{"by":"Temp One","by":"Temp Two",');
    case 3:
      return kDeep(10 + chance.below(20_000));
    case 4:
      return `{"seal":"\\ud800","x":${'9'.repeat(5_000)}}`;
    case 5:
      return `\ufeff${text}`;
    case 6:
      return Buffer.from(Array.from({ length: chance.below(400) }, () => chance.below(256)));
    case 7:
      return `{"a":${kDeep(chance.below(500))}}`;
    default:
      return chance.of(['', ' ', 'null', '[]', '"x"', '1', 'true', '{', '}', '{"a":}', "{'a':1}", '{"a":1,}', '/**/{}', '{"a":NaN}', '{"a":1e999}', `{"${'k'.repeat(100_000)}":1}`, `[${'1,'.repeat(50_000)}1]`]);
  }
}

/// One request to an operation of the document: {method, path, options for Client.ask}.
export function made(chance, operation) {
  const { method, path, spec } = operation;
  const properties = spec.requestBody?.content['application/json'].schema ?? { properties: Object.fromEntries((spec.parameters ?? []).filter((one) => one.in === 'query').map((one) => [one.name, one.schema])), required: (spec.parameters ?? []).filter((one) => one.required && one.in === 'query').map((one) => one.name) };
  const good = {};
  for (const [name, schema] of Object.entries(properties.properties ?? {})) {
    if (name === 'attachments') continue;
    if ((properties.required ?? []).includes(name) || chance.often(0.25)) good[name] = fitting(chance, name, schema);
  }
  delete good.exporter; // there is one
  if (method === 'GET') {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(good)) for (const one of [value].flat()) query.append(name, String(one));
    const names = Object.keys(properties.properties ?? {});
    if (chance.often(0.6)) query.append(names.length > 0 && chance.often(0.8) ? chance.of(names) : chance.of(['', 'unknown', '__proto__']), chance.of(kNasty).slice(0, 3_000));
    return { method, path, options: { query } };
  }
  const headers = {};
  if (chance.often(0.05)) headers['content-type'] = chance.of(['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=utf-16', 'application/json;;', '/', 'multipart/form-data; boundary=x', null]);
  if (chance.often(0.05)) headers['idempotency-key'] = chance.of([null, 'short', 'x'.repeat(65), 'with blank in it', 'äöüäöüäö', '        ']);
  const kind = chance.next();
  const body = kind < 0.3 ? good : kind < 0.75 ? spoilt(chance, good, properties) : broken(chance, good);
  return { method, path, options: { body, headers } };
}
