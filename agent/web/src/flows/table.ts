// SPDX-License-Identifier: Apache-2.0
/// Every flow of the terminal, as rows. Each makes one command of the agent's table; a new need becomes a command first.
import { plain_number } from '@/lib/code';
import { by_sheet, differences, door_again, door_seal, door_unit, paper_read, paper_seal, paper_seal_again, paper_unit, paper_unit_again } from './readings';
import { list, said, type Field, type Flow, type Option, type Page, type Values } from './spec';

const seal = (name = 'seal', more: Partial<Field> = {}): Field => ({ name, kind: 'seal', ...more });
const unit = (offer?: readonly string[], more: Partial<Field> = {}): Field => ({ name: 'unit', kind: 'unit', ...(offer === undefined ? {} : { offer }), ...more });
const text = (name: string, more: Partial<Field> = {}): Field => ({ name, kind: 'text', ...more });
const choice = (name: string, options: readonly (string | Option)[], more: Partial<Field> = {}): Field => ({
  name,
  kind: 'choice',
  options: options.map((option) => (typeof option === 'string' ? { value: option } : option)),
  ...more,
});
const person = (name: string, more: Partial<Field> = {}): Field => ({ name, kind: 'person', ...more });
const place = (more: Partial<Field> = {}): Field => ({ name: 'place', kind: 'place', ...more });
const page = (ask: string, fields: readonly Field[], more: Partial<Page> = {}): Page => ({ ask: `ask.${ask}`, fields, ...more });
const note = (more: Partial<Field> = {}): Field => ({ name: 'note', kind: 'long', optional: true, ...more });
const story = (more: Partial<Field> = {}): Field => ({ name: 'story', kind: 'long', ...more });
const photo = (name: string): Field => ({ name, kind: 'photo', optional: true });
const yes_no: readonly Option[] = [{ value: 'yes' }, { value: 'no' }];
const range: readonly Field[] = [seal('first'), seal('last')];
const is = (name: string, ...wanted: string[]) => (values: Values): boolean => wanted.includes(said(values, name));
const parties = ['customs', 'mpi', 'carrier', 'site', 'unknown'] as const;
const step = (name: 'view' | 'verify' | 'tug'): Page => page(name, [choice(name, [{ value: 'pass', words: 'o.good', tone: 'good' }, { value: 'fail', words: 'o.not_good', tone: 'bad' }])], { note: `note.${name}` });

const sealing: readonly Flow[] = [
  {
    id: 'apply',
    command: 'seal/apply',
    stop: true,
    picture: true,
    pages: [page('seal', [seal()]), page('unit', [unit(['seal'])])],
    then: () => ['check', 'apply'],
  },
  {
    id: 'check',
    command: 'seal/check',
    stop: true,
    picture: true,
    pages: [
      page('unit', [unit(['check', 'settle'])]),
      page('door_seal', [seal('door-seal', { blind: true })], { note: 'note.door' }),
      page('halves', [choice('_halves', [{ value: 'yes', words: 'o.same' }, { value: 'no', words: 'o.differs' }, { value: 'none', words: 'o.no_bolt' }])]),
      page('door_unit', [seal('door-container', { kind: 'unit', blind: true })], { when: (_values, context) => context.came['unit'] === 'picked' }),
      page('door_again', [seal('_door_seal_2', { blind: true })], { note: 'note.again', when: door_again }),
      page('paper_seal', [seal('paper-seal', { blind: true })], { note: 'note.paper_seal', when: (values) => !by_sheet(values) }),
      page('paper_unit', [seal('paper-container', { kind: 'unit', blind: true })], { note: 'note.paper', when: (values) => !by_sheet(values) }),
      page('paper_again', [seal('_paper_seal_2', { blind: true })], { note: 'note.again', when: paper_seal_again }),
      page('paper_unit_again', [seal('_paper_container_2', { kind: 'unit', blind: true })], { note: 'note.again', when: paper_unit_again }),
      page('differ', [{ name: '_differ', kind: 'differ' }], { note: 'note.differ', when: (values, context) => paper_read(values) && differences(values, context).length > 0 }),
      step('view'),
      step('verify'),
      step('tug'),
      page('twist', [choice('twist', [{ value: 'pass', words: 'o.good', tone: 'good' }, { value: 'fail', words: 'o.not_good', tone: 'bad' }, { value: 'n/a', words: 'o.no_bolt' }])], { note: 'note.twist', when: (values) => said(values, '_halves') !== 'none' }),
      page('what_fails', [{ name: 'reason', kind: 'long', optional: true, label: 'f.what_is_wrong' }], { when: (values) => ['view', 'verify', 'tug', 'twist'].some((name) => said(values, name) === 'fail') || said(values, '_halves') === 'no' }),
      page('photos', [photo('photo_door'), photo('photo_paper')], { note: 'note.photos' }),
    ],
    body: (values) => ({
      'door-seal': door_seal(values),
      'door-container': door_unit(values),
      ...(by_sheet(values) ? { 'sheet-code': said(values, 'sheet-code') } : { 'paper-seal': paper_seal(values), 'paper-container': paper_unit(values) }),
      ...(said(values, '_halves') === 'none' ? { twist: 'n/a' } : {}),
      // Two numbers on one bolt: the number cannot be verified, whatever was ticked.
      ...(said(values, '_halves') === 'no' ? { verify: 'fail' } : {}),
    }),
    then: (values) => (paper_seal(values) !== door_seal(values) || paper_unit(values) !== door_unit(values) ? ['papers_corrected', 'correct_seal'] : ['view', 'verify', 'tug', 'twist'].some((name) => said(values, name) === 'fail') ? ['replace'] : ['uplift', 'check']),
  },
  {
    id: 'uplift',
    command: 'seal/uplift',
    stop: true,
    picture: true,
    pages: [page('unit_uplift', [unit(['driver'])]), page('operator', [{ name: 'operator', kind: 'operator' }]), page('driver', [{ name: 'signature', kind: 'driver' }])],
    body: (values) => ({ signed: values['signature'] !== undefined }),
    then: () => ['uplift'],
  },
  {
    id: 'replace',
    command: (values) => (said(values, '_new') === 'yes' ? 'seal/replace' : 'seal/damaged'),
    pages: [
      page('cause', [choice('cause', ['broke', 'faulty', 'wrong-container', 'found-broken'])]),
      page('old', [seal('old')]),
      page('new_seal', [choice('_new', yes_no)]),
      page('new', [seal('new')], { when: is('_new', 'yes') }),
      page('unit', [unit(undefined, { optional: true })]),
      page('story', [story({ optional: true }), photo('photo_seal')]),
    ],
    body: (values) => (said(values, '_new') === 'yes' ? {} : { old: undefined, seal: said(values, 'old') }),
    then: (values) => (said(values, 'cause') === 'found-broken' ? ['looked_at'] : said(values, '_new') === 'yes' ? ['check'] : ['apply']),
  },
  {
    id: 'found_broken',
    command: (values) => (said(values, 'seal') === '' ? 'container/hold' : 'seal/tampered'),
    pages: [page('seal_found_broken', [seal('seal', { optional: true })]), page('unit', [unit()]), page('story', [story({ optional: true }), photo('photo_seal'), photo('photo_door')])],
    then: () => ['looked_at', 'replace'],
  },
  {
    id: 'looked_at',
    command: 'container/looked-at',
    pages: [page('unit', [unit(['look_inside'])]), page('in_order', [choice('_order', yes_no)]), page('story', [story({ optional: true }), photo('photo_inside')])],
    body: (values) => (said(values, '_order') === 'yes' ? { 'in-order': true } : {}),
    then: (values) => (said(values, '_order') === 'yes' ? ['apply'] : ['incident']),
  },
  {
    id: 'removed',
    command: 'seal/removed',
    pages: [page('seal', [seal()]), page('unit', [unit()]), page('why', [choice('why', ['forgotten-goods', 'cancelled-load', 'wrong-container', 'other'])])],
    then: () => ['apply'],
  },
  { id: 'correct_seal', command: 'correct/seal', pages: [page('wrong', [seal('wrong')]), page('right', [seal('right')]), page('unit', [unit()])], then: () => ['papers_corrected'] },
  { id: 'correct_unit', command: 'correct/unit', pages: [page('wrong_unit', [seal('wrong', { kind: 'unit' })]), page('right_unit', [seal('right', { kind: 'unit' })])], body: (values) => (values['_air'] === true ? { air: true } : {}), then: () => ['papers_corrected'] },
];

const stock: readonly Flow[] = [
  {
    id: 'receive',
    command: 'seal/receive',
    pages: [
      page('how_arrived', [choice('_how', ['pallet', 'box', 'loose'])]),
      page('delivery', [text('delivery', { optional: true }), text('approval', { optional: true })]),
      page('range', range, { note: 'note.range' }),
      page('box', [{ name: 'box', kind: 'code' }], { when: is('_how', 'pallet', 'box') }),
      page('missing', [{ name: 'missing', kind: 'seals', optional: true }], { when: is('_how', 'loose') }),
      page('place', [place({ optional: true })]),
    ],
    then: (values) => (said(values, '_how') === 'pallet' ? ['receive', 'store'] : said(values, 'place') === '' ? ['store'] : ['receive']),
    stays: ['_how', 'delivery', 'approval', 'place'],
  },
  { id: 'open_box', command: 'seal/open-box', pages: [page('box', [{ name: 'label', kind: 'code', label: 'f.box' }]), page('missing', [{ name: 'missing', kind: 'seals', optional: true }, { name: 'extra', kind: 'seals', optional: true }], { note: 'note.box' })], then: () => ['open_box'] },
  { id: 'store', command: 'seal/store', pages: [page('range', range, { note: 'note.range' }), page('place_to', [place()])], then: () => ['store_close'] },
  { id: 'issue', command: 'seal/issue', pages: [page('range', range, { note: 'note.range' }), page('to', [person('to')])] },
  { id: 'return', command: 'seal/return', pages: [page('range', range, { note: 'note.range' }), page('place_to', [place()])] },
  { id: 'hand_over', command: 'seal/hand-over', pages: [page('to', [person('to')]), page('next', [seal('next')]), page('hand_over_rest', [seal('last-used', { optional: true }), seal('last', { optional: true })])], body: (_values, context) => ({ from: context.me }) },
  { id: 'transfer_out', command: 'seal/transfer-out', pages: [page('range', range), page('transfer', [text('site'), text('transfer', { optional: true })])] },
  { id: 'transfer_in', command: 'seal/transfer-in', pages: [page('range', range), page('transfer', [text('site'), text('transfer', { optional: true })]), page('place', [place({ optional: true })])] },
  { id: 'lost', command: 'seal/lost', pages: [page('lost', [seal('first'), seal('last', { optional: true })]), page('last_seen', [{ name: 'last-seen', kind: 'time', optional: true }, story({ optional: true })])] },
  { id: 'found', command: 'seal/found', pages: [page('seal', [seal()]), page('place', [place()])] },
  {
    id: 'count',
    command: 'seal/count',
    pages: [page('count_place', [place()]), page('count', [{ name: '_counted', kind: 'count' }]), page('witness', [person('witness', { optional: true })])],
    body: (values) => {
      const scans = list(values, '_counted');
      const boxes = list(values, '_boxes');
      const seen = { ...(boxes.length > 0 ? { box: boxes } : {}), ...(scans.length > 0 ? { 'scan-file': { name: 'scans.txt', data: btoa(scans.join('\n')) } } : {}) };
      return { blind: true, started: said(values, '_started') || undefined, ...(said(values, '_only_number') !== '' ? { found: Number(said(values, '_only_number')) } : seen) };
    },
    then: () => ['count', 'explain'],
  },
  { id: 'explain', command: 'seal/explain', pages: [page('about', [text('about')]), page('explain', [choice('how', ['miscounted', 'found-elsewhere', 'recorded-late', 'supplier-confirmed', 'other'])]), page('story', [{ name: 'seal', kind: 'seals', optional: true }, story({ optional: true })])] },
  { id: 'store_open', everywhere: true, command: 'store/open', stop: true, pages: [page('store', [{ name: 'name', kind: 'place', label: 'f.place' }])], then: () => ['store_close', 'count'] },
  { id: 'store_close', everywhere: true, command: 'store/close', pages: [page('store', [{ name: 'name', kind: 'place', label: 'f.place' }])] },
];

const loads: readonly Flow[] = [
  {
    id: 'load',
    command: (values) => `container/${said(values, '_act')}`,
    pages: [
      page('unit', [unit(['load', 'close', 'start', 'seal'])]),
      page('load_act', [choice('_act', ['checked-empty', 'start', 'pause', 'end', 'close', 'secure', 'cancel'])]),
      page('secured', [choice('how', ['padlock', 'guarded', 'locked-building', 'nothing'])], { when: is('_act', 'pause', 'secure') }),
      page('until', [{ name: 'until', kind: 'time', optional: true }], { when: is('_act', 'secure') }),
      page('photo', [photo('photo_inside')], { when: is('_act', 'checked-empty') }),
    ],
    then: (values) => (said(values, '_act') === 'close' ? ['apply'] : ['load']),
  },
  { id: 'opened', command: 'container/opened', pages: [page('unit', [unit()]), page('opened_by', [choice('opened-by', parties)]), page('where', [choice('where', ['site', 'road', 'port', 'unknown'].map((value) => ({ value, words: `o.at_${value}` })))]), page('reference', [text('reference', { optional: true }), photo('photo_door')])], then: () => ['resealed', 'papers_corrected'] },
  { id: 'resealed', command: 'container/resealed', pages: [page('unit', [unit()]), page('seal_theirs', [seal()]), page('whose', [choice('whose', parties)])], then: () => ['papers_corrected'] },
  { id: 'other_seal', command: 'container/other-seal', pages: [page('unit', [unit()]), page('seal_theirs', [seal()]), page('whose', [choice('whose', ['carrier', 'customs', 'mpi', 'unknown'])])] },
  { id: 'papers_corrected', command: 'container/papers-corrected', pages: [page('unit', [unit()])], then: () => ['check'] },
];

const kIncidents = ['container-tampered', 'unauthorised-entry', 'suspicious-request', 'unauthorised-goods', 'seals-missing', 'seal-tampering', 'procedure-not-followed', 'cyber-breach', 'other'] as const;
const kRecords = ['procedure', 'procedure_read', 'key_held', 'contingency_plan', 'contingency_drill', 'security_policy', 'security_control', 'password_changed', 'backup_run', 'restore_tested', 'purchase_approval', 'declaration_of_security', 'documents_sampled', 'change_to_tell', 'change_told', 'accreditation'] as const;
const kOfPerson = ['procedure_read', 'key_held', 'password_changed'];
const kNoLabel = ['documents_sampled', 'backup_run', 'restore_tested', 'password_changed'];
const records = (names: readonly string[]): Option[] => names.map((value) => ({ value, words: `record.${value}` }));

const office: readonly Flow[] = [
  { id: 'incident', command: 'incident', pages: [page('incident', [choice('what', kIncidents.map((value) => ({ value, words: `incident.${value}` })))]), page('story', [story()]), page('incident_about', [unit(undefined, { optional: true }), { name: 'seal', kind: 'seals', optional: true }, photo('photo_1'), photo('photo_2')])] },
  { id: 'concern', command: 'concern', pages: [page('concern', [story()]), page('quiet', [{ name: 'quiet', kind: 'flag' }, { name: 'about-manager', kind: 'flag' }], { note: 'note.quiet' })], body: (values) => (values['quiet'] === true ? { by: undefined } : {}) },
  { id: 'training', command: 'record/keep', pages: [page('training', [choice('what', records(['training_seals', 'training_documents', 'training_security', 'training_reporting', 'competence']))]), page('who', [person('person')]), page('task', [choice('label', ['handle', 'apply', 'check'].map((value) => ({ value, words: `o.task_${value}` })))], { when: is('what', 'competence') }), page('trainer', [note()])], stays: ['what'], then: () => ['training'] },
  { id: 'qa', command: 'record/keep', pages: [page('qa', [choice('what', records(['qa_check', 'qa_finding', 'qa_action']))]), page('label', [text('label')], { when: is('what', 'qa_finding', 'qa_action') }), page('note', [note()])], then: () => ['qa'] },
  {
    id: 'keep',
    command: 'record/keep',
    pages: [
      page('record', [choice('what', records(kRecords))]),
      page('who', [person('person')], { when: is('what', ...kOfPerson) }),
      page('label', [text('label')], { when: (values) => !kNoLabel.includes(said(values, 'what')) }),
      page('note', [note(), { name: 'until', kind: 'date', optional: true }]),
    ],
  },
  { id: 'contingency_start', command: 'contingency/start', pages: [page('plan', [text('plan')]), page('held_units', [{ name: 'unit_list', kind: 'seals', label: 'f.units', optional: true }]), page('story', [story()])], body: (values) => ({ unit_list: undefined, unit: values['unit_list'] }), then: () => ['contingency_look'] },
  { id: 'contingency_look', command: 'contingency/look', pages: [page('unit', [unit()]), page('in_order', [choice('_order', yes_no)])], body: (values) => (said(values, '_order') === 'no' ? { 'not-in-order': true } : {}), then: () => ['contingency_look'] },
  { id: 'contingency_end', command: 'contingency/end', pages: [page('about', [text('about')])] },
  { id: 'customs_told', command: 'customs/told', pages: [page('about', [text('about')]), page('told_how', [choice('how', ['email', 'phone', 'form', 'in-person'])]), page('reference', [{ name: 'told', kind: 'time', optional: true }, text('reference', { optional: true })])] },
  { id: 'day_close', everywhere: true, command: 'day/close', pages: [page('day', [{ name: 'day', kind: 'date', optional: true }], { note: 'note.day' })] },
  { id: 'internet_down', everywhere: true, command: 'internet-down', pages: [page('internet', [{ name: 'until', kind: 'time' }])] },
  { id: 'person_add', everywhere: true, command: 'person/add', pages: [page('person_add', [text('name'), { name: 'until', kind: 'date', optional: true }])] },
  { id: 'person_left', everywhere: true, command: 'person/left', pages: [page('person_left', [person('name')])] },
  { id: 'store_add', everywhere: true, command: 'store/add', pages: [page('store_add', [text('name'), choice('kind', ['store', 'dock-box'])])] },
  { id: 'roll_use', command: 'roll/use', pages: [page('roll', [{ name: 'batch', kind: 'code' }, { name: 'quantity', kind: 'number' }]), page('unit', [unit(undefined, { optional: true })])] },
];

export const flows: ReadonlyMap<string, Flow> = new Map([...sealing, ...stock, ...loads, ...office].map((flow) => [flow.id, flow]));

/// The pages of "More": groups of flows and of other pages ("#..."), by what people are doing.
export const menu: readonly { readonly id: string; readonly entries: readonly string[] }[] = [
  { id: 'seals', entries: ['receive', 'open_box', 'store', 'hand_over', 'issue', 'return', 'count'] },
  { id: 'load', entries: ['load', 'opened', 'resealed', 'other_seal', 'papers_corrected', 'removed'] },
  { id: 'look', entries: ['#find', '#todo', '#sync', '#paper'] },
  { id: 'store', entries: ['store_open', 'store_close', 'transfer_out', 'transfer_in', 'lost', 'found', 'roll_use'] },
  { id: 'site', entries: ['day_close', 'incident', 'concern', 'training', 'qa', 'contingency_start', 'contingency_look', 'contingency_end', 'internet_down'] },
  { id: 'office', entries: ['keep', 'explain', 'customs_told', 'person_add', 'person_left', 'store_add', '#card', '#settings'] },
];

/// Flows that `look` and the card of codes name, by their words there.
export const flow_of_word: Readonly<Record<string, string>> = {
  receive: 'receive', open_box: 'open_box', store: 'store', hand_over: 'hand_over', issue: 'issue', return: 'return', apply: 'apply', seal: 'apply', check: 'check', uplift: 'uplift', driver: 'uplift', load: 'load', close: 'load', start: 'load', look_inside: 'looked_at', found: 'found', count: 'count', lost: 'lost', broken: 'replace', incident: 'incident', concern: 'concern', opened: 'opened', day: 'day_close',
};

/// First values of a flow that begins with a number that was scanned or chosen.
export function begin_with(flow: string, number: { seal?: string; unit?: string; label?: string }): Record<string, string> {
  const out: Record<string, string> = {};
  const row = flows.get(flow);
  for (const field of row?.pages.flatMap((one) => one.fields) ?? []) {
    if (field.kind === 'seal' && number.seal !== undefined && number.seal !== '' && ['seal', 'first', 'old', 'next'].includes(field.name) && out['seal'] === undefined && field.blind !== true) {
      out[field.name] = plain_number(number.seal);
      break;
    }
  }
  if (number.unit !== undefined && number.unit !== '' && row?.pages.some((one) => one.fields.some((field) => field.name === 'unit'))) out['unit'] = plain_number(number.unit);
  if (number.label !== undefined && row?.pages.some((one) => one.fields.some((field) => field.name === 'label'))) out['label'] = number.label;
  return out;
}
