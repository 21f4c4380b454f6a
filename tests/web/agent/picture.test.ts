// SPDX-License-Identifier: Apache-2.0
import { body_of, picture_in, type Context, type Values } from '@/flows/spec';
import { flows } from '@/flows/table';
import { in_memory, type KeptPicture } from '@/lib/db';
import { compared, type Seen, type Sight } from '@/lib/picture';
import { kPictureBytes, Pictures } from '@/lib/pictures';

const sight = (state: string, number = '', unsure: string[] = []): Sight => ({ state, number, confidence_percent: 97, unsure });
const seen = (container: Sight, seal?: Sight): Seen => ({ picture: 'ab', media: 'image/jpeg', source: 'terminal', camera: '', simulated: false, taken_ms: 1, container, ...(seal === undefined ? {} : { seal }) });
const named = { seal: 'NZ300006', unit: 'MSCU1234566' };
const context: Context = { dock: undefined, units: [], came: {}, next_seal: '', me: 'Mere' };

describe('what a picture shows', () => {
  it('agrees only when all of the number was seen', () => {
    expect(compared(seen(sight('exact', 'MSCU 123456-6')), named)).toEqual([{ what: 'unit', verdict: 'agrees', pictured: 'MSCU1234566', recorded: 'MSCU1234566' }]);
    expect(compared(seen(sight('exact', 'MSCU1234571')), named)[0]?.verdict).toBe('differs');
    expect(compared(seen(sight('check_digit_computed', 'MSCU1234566')), named)[0]?.verdict).toBe('computed');
  });
  it('says perhaps of a text that nobody vouches for, and never that it differs', () => {
    const all = compared(seen(sight('none'), sight('none', '', ['NZ300006', '4309'])), named);
    expect(all.map((one) => one.verdict)).toEqual(['none', 'perhaps']);
    expect(compared(seen(sight('none'), sight('none', '', ['NZ300009'])), named)[1]?.verdict).toBe('none');
  });
  it('contradicts nothing before a number was scanned', () => {
    expect(compared(seen(sight('exact', 'MSCU1234571')), { seal: '', unit: '' })[0]?.verdict).toBe('read');
  });
});

describe('a record with a picture', () => {
  const values: Values = { seal: 'NZ300006', unit: 'MSCU1234566', picture: { sha256: 'ab', copy: { type: 'image/jpeg', data: 'AAAA' }, looking: false } };
  it('names the original and carries the small copy', () => {
    const apply = flows.get('apply');
    if (apply === undefined) throw new Error('no flow');
    expect(picture_in(values)?.sha256).toBe('ab');
    const body = body_of(apply, values, context, { happened: '2026-01-31T14:05:09+13:00' });
    expect(body['picture']).toEqual(['ab']);
    expect(body['attachments']).toEqual([{ kind: 'photo', type: 'image/jpeg', data: 'AAAA' }]);
  });
  it('is offered where a seal is put on, checked and taken away', () => {
    expect([...flows.values()].filter((flow) => flow.picture === true).map((flow) => flow.id)).toEqual(['apply', 'check', 'uplift']);
  });
});

describe('originals on their way', () => {
  const bytes = new Uint8Array(1_300_000).fill(7).buffer;
  const picture: KeptPicture = { sha256: 'cd', bytes, made_ms: 1 };
  let asked: string[] = [];
  let held = 0;
  let fail_at = -1;
  beforeEach(() => {
    asked = [];
    held = 0;
    fail_at = -1;
    vi.stubGlobal('fetch', async (path: string, init: { body?: ArrayBuffer | string }) => {
      if (asked.length === fail_at) throw new Error('the wire is cut');
      asked.push(path);
      if (path.startsWith('api/v1/picture')) held += (init.body as ArrayBuffer).byteLength;
      return new Response(JSON.stringify({ picture: 'cd', held, whole: held === bytes.byteLength }), { status: 200 });
    });
  });
  afterEach(() => vi.unstubAllGlobals());
  const setup = async (busy = false): Promise<{ pictures: Pictures; keep: ReturnType<typeof in_memory> }> => {
    const keep = in_memory();
    await keep.put_picture(picture);
    return { keep, pictures: new Pictures({ keep, csrf: () => 'word', busy: () => busy }) };
  };

  it('goes on where it stopped when the wire was cut, and is kept until the agent has it whole', async () => {
    const { keep, pictures } = await setup();
    fail_at = 2;
    await pictures.drain();
    expect(held).toBe(2 * 512 * 1024);
    expect(await keep.pictures()).toEqual(['cd']);
    // The agent says how far it is: what it has is not sent again.
    fail_at = -1;
    held = 2 * 512 * 1024 - 512 * 1024;
    await pictures.drain();
    expect(await keep.pictures()).toEqual([]);
    expect(asked.at(-1)).toBe('api/v1/capture');
  });
  it('waits while records wait', async () => {
    const { keep, pictures } = await setup(true);
    await pictures.drain();
    expect(asked).toEqual([]);
    expect(await keep.pictures()).toEqual(['cd']);
  });
  it('keeps none that is too large', async () => {
    const { keep, pictures } = await setup();
    expect(await pictures.keep({ size: kPictureBytes + 1 } as Blob)).toBeUndefined();
    expect(await keep.pictures()).toEqual(['cd']);
  });
});
