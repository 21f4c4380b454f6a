// SPDX-License-Identifier: Apache-2.0
import { body_of, command_of, complete, pages_of, type Context, type Values } from '@/flows/spec';
import { begin_with, flows, flow_of_word, menu } from '@/flows/table';
import type { DockUnit } from '@/lib/types';

const kFrame = { happened: '2026-01-31T14:05:09+13:00' };
const sealed: DockUnit = { unit: 'CSQU3054383', kind: 'container', exporter: 'hub', state: 'sealed', seals: ['NZ300417'], next: 'check', since_ms: 0, due_ms: null, held: false, differs: false };
const context = (more: Partial<Context> = {}): Context => ({ dock: undefined, units: [sealed], came: {}, next_seal: '', me: 'Mere Tipene', ...more });
function flow(id: string) {
  const found = flows.get(id);
  if (found === undefined) throw new Error(id);
  return found;
}
const body = (id: string, values: Values, more: Partial<Context> = {}) => body_of(flow(id), values, context(more), kFrame);
const asks = (id: string, values: Values, more: Partial<Context> = {}) => pages_of(flow(id), values, context(more)).map((page) => page.ask);

describe('flows', () => {
  it('seal: two scans make the command', () => {
    const came = { seal: 'scanned', unit: 'scanned' } as const;
    expect(command_of(flow('apply'), {})).toBe('seal/apply');
    expect(body('apply', { seal: 'NZ300006', unit: 'MSCU6639870' }, { came })).toEqual({ seal: 'NZ300006', container: 'MSCU6639870', source: 'scanned', happened: kFrame.happened });
  });
  it('says "typed" as soon as one number was typed', () => expect(body('apply', { seal: 'NZ1', unit: 'MSCU6639870' }, { came: { seal: 'scanned', unit: 'typed' } })['source']).toBe('typed'));
  it('names a package instead of a container for air', () => expect(body('apply', { seal: 'NZ1', unit: 'ULD77', _air: true })).toMatchObject({ package: 'ULD77' }));
  it('check: asks for the container at the door only if it was chosen from the list', () => {
    expect(asks('check', {}, { came: { unit: 'scanned' } })).not.toContain('ask.door_unit');
    expect(asks('check', {}, { came: { unit: 'picked' } })).toContain('ask.door_unit');
  });
  it('check: a first reading that differs is read once more before anything is shown', () => {
    const first: Values = { unit: 'CSQU3054383', 'door-seal': 'NZ300417', 'paper-seal': 'NZ300471' };
    expect(asks('check', first)).toContain('ask.paper_again');
    expect(asks('check', first)).not.toContain('ask.differ');
    const mended: Values = { ...first, 'paper-container': 'CSQU3054383', _paper_seal_2: 'NZ300417' };
    expect(asks('check', mended)).not.toContain('ask.differ');
    expect(body('check', mended)).toMatchObject({ 'door-seal': 'NZ300417', 'paper-seal': 'NZ300417' });
    expect(asks('check', { ...mended, _paper_seal_2: 'NZ300471' })).toContain('ask.differ');
  });
  it('check: the scanned code of a printed sheet is the paper, and nobody reads it once more', () => {
    const right: Values = { unit: 'CSQU3054383', 'door-seal': 'NZ300417', 'sheet-code': 'SEALKEEP-LOAD 1 CSQU3054383 NZ300001 NZ300417' };
    expect(asks('check', right)).not.toContain('ask.paper_seal');
    expect(asks('check', right)).not.toContain('ask.differ');
    expect(body('check', right)).toMatchObject({ 'door-seal': 'NZ300417', 'sheet-code': right['sheet-code'] });
    expect(body('check', right)).not.toHaveProperty('paper-seal');
    expect(asks('check', { ...right, 'sheet-code': 'SEALKEEP-LOAD 1 MSCU6639870 NZ300001' })).toContain('ask.differ');
    expect(asks('check', { ...right, 'sheet-code': 'SEALKEEP-LOAD 2 CSQU3054383' })).toContain('ask.paper_seal');
  });
  it('check: a door that differs from the register is read once more', () => {
    expect(asks('check', { unit: 'CSQU3054383', 'door-seal': 'NZ300147' })).toContain('ask.door_again');
    expect(asks('check', { unit: 'CSQU3054383', 'door-seal': 'NZ300417' })).not.toContain('ask.door_again');
    expect(asks('check', { unit: 'MSCU6639870', 'door-seal': 'NZ300147' })).not.toContain('ask.door_again');
  });
  it('check: a seal that is no bolt is not twisted; two numbers on one bolt cannot be verified', () => {
    expect(asks('check', { _halves: 'none' })).not.toContain('ask.twist');
    expect(body('check', { unit: 'CSQU3054383', _halves: 'none', view: 'pass', verify: 'pass', tug: 'pass' })).toMatchObject({ twist: 'n/a' });
    expect(body('check', { unit: 'CSQU3054383', _halves: 'no', verify: 'pass' })).toMatchObject({ verify: 'fail' });
  });
  it('check: no reading shows another, and none is suggested', () => {
    for (const page of flow('check').pages) for (const field of page.fields) if (/^(door|paper|_door|_paper)/.test(field.name)) expect(field.blind).toBe(true);
  });
  it('uplift: the driver page is done when the four steps are, signed or not', () => {
    const page = flow('uplift').pages[2];
    const steps: Values = { view: 'pass', verify: 'pass', tug: 'pass' };
    if (page === undefined) throw new Error('no driver page');
    expect(complete(page, steps)).toBe(false);
    expect(complete(page, { ...steps, twist: 'n/a' })).toBe(true);
    const signed = body('uplift', { unit: 'CSQU3054383', operator: '12', ...steps, twist: 'pass', driver: 'R. Singh', truck: 'KLM482', signature: { type: 'image/png', data: 'AA==' } });
    expect(signed).toMatchObject({ signed: true, view: 'pass', driver: 'R. Singh', truck: 'KLM482', attachments: [{ kind: 'signature', type: 'image/png', data: 'AA==' }] });
    expect(body('uplift', { unit: 'CSQU3054383', operator: '12', ...steps, twist: 'pass' })['signed']).toBe(false);
  });
  it('something is wrong: with a new seal it replaces, without one it spoils; found broken is tampering', () => {
    expect(command_of(flow('replace'), { _new: 'yes' })).toBe('seal/replace');
    expect(body('replace', { cause: 'broke', old: 'NZ1', _new: 'yes', new: 'NZ2', unit: 'MSCU6639870' })).toMatchObject({ old: 'NZ1', new: 'NZ2', cause: 'broke' });
    const spoiled = body('replace', { cause: 'faulty', old: 'NZ1', _new: 'no' });
    expect(command_of(flow('replace'), { _new: 'no' })).toBe('seal/damaged');
    expect(spoiled).toMatchObject({ seal: 'NZ1', cause: 'faulty' });
    expect(spoiled).not.toHaveProperty('old');
    expect(command_of(flow('found_broken'), { seal: 'NZ1' })).toBe('seal/tampered');
    expect(command_of(flow('found_broken'), {})).toBe('container/hold');
  });
  it('count: sends what was seen, not what differs', () => {
    expect(body('count', { place: 'Safe', _counted: ['NZ1', 'NZ2'], _started: '2026-01-31T14:00:00+13:00' })).toMatchObject({ place: 'Safe', blind: true, 'scan-file': { name: 'scans.txt', data: btoa('NZ1\nNZ2') }, started: '2026-01-31T14:00:00+13:00' });
    expect(body('count', { place: 'Safe', _boxes: ['B-7'] })).toMatchObject({ box: ['B-7'] });
    expect(body('count', { place: 'Safe', _boxes: ['B-7'] })).not.toHaveProperty('scan-file');
    expect(body('count', { place: 'Safe', _only_number: '194' })).toMatchObject({ found: 194 });
    expect(body('count', { place: 'Safe', _only_number: '194' })).not.toHaveProperty('scan-file');
  });
  it('hand over is from whoever is signed in', () => expect(body('hand_over', { to: '5', next: 'NZ7' })).toMatchObject({ from: 'Mere Tipene', to: '5', next: 'NZ7' }));
  it('a quiet concern names nobody', () => expect(body('concern', { story: 'codes on the wall', quiet: true })).toMatchObject({ quiet: true, story: 'codes on the wall' }));
  it('from paper: who and when come from the sheet', () => {
    const paper = { sheet: 'P-17', by: '5', happened: '2026-01-30T09:00', photo: { type: 'image/jpeg', data: 'AA==' } };
    expect(body_of(flow('apply'), { seal: 'NZ1', unit: 'MSCU6639870' }, context(), { ...kFrame, paper })).toMatchObject({ source: 'paper', sheet: 'P-17', by: '5', happened: '2026-01-30T09:00', attachments: [{ kind: 'photo' }] });
  });
  it('leaves out what was not said', () => expect(Object.keys(body('lost', { first: 'NZ1', last: '', story: '' }))).toEqual(['first', 'source', 'happened']));
  it('begins with the number that was scanned, and never fills in a reading', () => {
    expect(begin_with('apply', { seal: 'nz 300006' })).toEqual({ seal: 'NZ300006' });
    expect(begin_with('check', { seal: 'NZ300417', unit: 'CSQU3054383' })).toEqual({ unit: 'CSQU3054383' });
    expect(begin_with('replace', { seal: 'NZ1' })).toEqual({ old: 'NZ1' });
  });
  it('every name in the menu, after a flow and of a scan leads somewhere', () => {
    for (const id of menu.flatMap((group) => group.entries)) if (!id.startsWith('#')) expect(flows.has(id), id).toBe(true);
    for (const id of Object.values(flow_of_word)) expect(flows.has(id), id).toBe(true);
    for (const one of flows.values()) for (const values of [{}, { _act: 'close' }, { _new: 'yes' }, { cause: 'found-broken' }]) for (const id of one.then?.(values) ?? []) expect(flows.has(id), id).toBe(true);
  });
});
