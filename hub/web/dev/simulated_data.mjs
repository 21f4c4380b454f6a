// SPDX-License-Identifier: Apache-2.0
/// Made-up answers of a head office, in four worlds: "demo", "empty", "well" and "thousand". Nobody in them exists.
const kMinute = 60_000, kHour = 60 * kMinute, kDay = 24 * kHour;
export const kWorlds = ['demo', 'empty', 'well', 'thousand'];

/// A small generator of its own, so that each start shows the same world.
function dice(seed) {
  let state = seed >>> 0;
  return (most) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
}
const hex = (roll, digits) => Array.from({ length: digits }, () => roll(16).toString(16)).join('');

const kPlaces = [['akl-01', -36.93, 174.79], ['akl-02', -36.99, 174.88], ['trg-01', -37.66, 176.18], ['ham-01', -37.79, 175.28], ['npr-01', -39.48, 176.89], ['npl-01', -39.06, 174.04], ['wlg-01', -41.28, 174.78], ['nsn-01', -41.26, 173.28], ['blm-01', -41.51, 173.95], ['chc-01', -43.53, 172.62], ['tiu-01', -44.39, 171.25], ['dud-01', -45.82, 170.63], ['inv-01', -46.41, 168.35], ['gis-01', -38.66, 178.0]];
const kNames = ['Mere Tipene', 'Tama Walker', 'Ana Ruiz', 'Sione Fifita', 'Liu Wei', 'Hana Parata', 'Grace O’Neill', 'Rawiri Nikau', 'Priya Nair', 'Josef Novak', 'Aroha Smith', 'Ben Carter', 'Lupe Moala', 'Kahu Rangi', 'Wiremu Hohepa', 'Sarah Jensen'];
const kClauses = [['1.1', 'Identity, references and background are checked before somebody holds a key position'], ['1.2', 'Integrity is looked at again from time to time'], ['1.3', 'Whoever handles documentation is trained in SES procedures'], ['1.4', 'All employees are trained in security'], ['1.5', 'A record is kept of training'], ['2.1', 'Type of seal and its conditions are listed in the plan'], ['2.2', 'Seals are stored in a locked receptacle'], ['2.3', 'Written procedures say how seals are stored, used and recorded'], ['2.4', 'Seals are delivered to the locations in the purchase approval'], ['2.5', 'Seals are delivered only to approved sites'], ['2.6', 'A register has number, received, applied, container, by whom'], ['2.7', 'Seals are written into the register as soon as received'], ['2.8', 'Only authorised people reach the seals'], ['2.9', 'Whoever handles seals is trained for it'], ['2.10', 'A broken seal is replaced, and the register says so'], ['2.11', 'Stored seals are compared with the register'], ['2.12', 'Lost seals and tampering are recorded and reported'], ['2.13', 'The seal is applied as soon as the container is closed'], ['2.14', 'An employee checks seal and paperwork'], ['2.15', 'Checks follow the VVTT method'], ['2.16', 'Only approved operators move a sealed container'], ['2.17', 'The driver confirms by VVTT'], ['2.18', 'Air packages are sealed as soon as packaged'], ['2.19', 'Sealed packages are moved only by RACAs'], ['2.20', 'Air cargo checks are those of Part 109'], ['3.1', 'Plans for securing sealed packages when disrupted'], ['4.1', 'Regular checks that the plan is adhered to'], ['4.2', 'Accuracy of export documentation is checked'], ['4.3', 'Changes of the plan have written approval'], ['5.1', 'Systems with export documentation are protected'], ['5.2', 'Passwords belong to one person each'], ['5.3', 'Information is backed up'], ['5.4', 'Digital security best practice is adopted'], ['6.1', 'A member of staff is responsible'], ['6.2', 'Employees are trained to report'], ['6.3', 'Procedures say how to report to Customs'], ['7.1', 'Customs is told when an accreditation ends']];

export function make_world(name, now = Date.now()) {
  const roll = dice(20260131);
  const date = (ms) => new Date(ms).toISOString().slice(0, 10);
  const many = name === 'thousand';
  const codes = name === 'empty' ? [] : many ? Array.from({ length: 1000 }, (_, i) => [`s${String(i + 1).padStart(4, '0')}`, -37 - roll(90) / 10, 170 + roll(80) / 10]) : kPlaces;
  const id = () => hex(roll, 32);

  const silent = new Set(name === 'demo' ? ['dud-01', 'gis-01'] : many ? ['s0007', 's0400', 's0733'] : []);
  const sites = codes.map(([site, lat, lon]) => {
    const quiet = silent.has(site);
    const heard = quiet ? now - 3 * kDay - roll(20) * kHour : now - roll(240) * 1000;
    return { site, state: 'approved', connected: !quiet, heard_up_to_ms: heard, heard_ms: heard, drift_ms: roll(1600) - 800, records: 3000 + roll(20000), backlog: quiet ? 12 : 0, originals_awaited: quiet ? 3 : 0, stock: 1200 + roll(5200), on_dock: roll(7), late: 0, last_count_ms: now - roll(26) * kDay, day_closed: date(now - (quiet ? 4 : 1) * kDay), balances: quiet ? null : true, unaccounted: 0, place: { lat_e6: Math.round(lat * 1e6), lon_e6: Math.round(lon * 1e6) }, frozen: false, fingerprint: hex(roll, 32) };
  });
  const at = (code) => sites.find((site) => site.site === code);

  const alerts = [];
  const alert = (site, severity, what, why, clause, hours_ago, due_hours, more = {}) => {
    const one = { id: id(), rule: 18, rule_name: what, severity, site, subject: more.seal ? `seal:1:${more.seal}` : `site:${site}`, what, why, clause, what_to_do: more.todo ?? 'Ask the supervisor at the site what happened, and write down the reason.', since_ms: now - hours_ago * kHour, raised_ms: now - hours_ago * kHour + 20_000, due_ms: due_hours === null ? null : now + due_hours * kHour, resolved_ms: null, unaccounted: false, state: 'open', owner: '', snoozed_until_ms: null, escalation_step: 0, next_escalation_ms: severity === 'list' ? null : now + 2 * kHour, site_could_not_know: false, comments: 0, ...more };
    alerts.push(one);
    return one;
  };
  if (name === 'demo') {
    const lost = alert('trg-01', 'critical', 'Seal NZ300471 is lost', 'Counted on Friday and not in the safe; nobody can say where it went. It was last handed over in a half box.', '2.12', 21.4, 2.6, { seal: 'NZ300471', unaccounted: true, customs_decision: 'undecided', todo: 'Phone Customs, then send the form. If it turns up, tell them too.', owner: 'Ana Ruiz', state: 'acknowledged' });
    const tamper = alert('chc-01', 'critical', 'Seal NZ318022 found broken on MSCU6639870', 'Found broken at the gate by Tama Walker; the container is held until its contents were looked at.', '2.12', 5.2, 18.8, { seal: 'NZ318022', unaccounted: true, customs_decision: 'undecided', todo: 'Have the contents looked at, phone Customs, send the form.' });
    const delivery = alert('nsn-01', 'critical', '200 seals arrived at a site that the approval does not name', 'PO-131 sends NZ330001 to NZ330200 to wlg-01; nsn-01 received them.', '2.4', 30, -6, { customs_decision: 'report', seal: 'NZ330001', todo: 'Do not use them. Send them on as a transfer, or have Customs approve the site.' });
    const differs = alert('akl-02', 'high', 'Door says NZ304417, paper says NZ304471', 'Two digits swapped on the load sheet; the container left before it was settled.', '2.14', 9, 15, { seal: 'NZ304417', unaccounted: true, state: 'open' });
    alert('npr-01', 'high', 'Store “Cage 2” was not counted for 44 days', 'The plan asks for a count each 30 days.', '2.11', 300, -12, { state: 'open', owner: 'Hana Parata' });
    alert('akl-01', 'warn', 'Container TGHU7599330 is sealed and not checked', 'Sealed 52 minutes ago; our limit is 30 minutes.', '2.14', 0.9, -0.3);
    alert('akl-01', 'warn', 'Box 14 of delivery DN-902 was not put in store', 'Received 2 hours ago; our limit is 1 hour.', '2.8', 2, -1);
    alert('ham-01', 'warn', 'The driver’s VVTT is missing on CSQU3054383', 'Harbour Haulage took it without the driver’s check.', '2.17', 26, 10, { state: 'snoozed', snoozed_until_ms: now + 3 * kHour, owner: 'Grace O’Neill' });
    alert('blm-01', 'list', 'Seal training of Josef Novak runs out', 'In 24 days.', '2.9', 48, 24 * 24);
    alert('wlg-01', 'list', 'Quality check is due within 60 days', 'Last done 11 months ago.', '4.1', 90, 24 * 40);
    for (const quiet of ['dud-01', 'gis-01']) alert(quiet, 'warn', `Site ${quiet} is not heard of`, 'Nothing was heard for more than one opening day.', '2.6', 72, null, { rule: 101 });
    for (let i = 0; i < 6; ++i) alert('dud-01', 'warn', `Container TCLU42659${70 + i} is sealed and not checked`, 'As far as the site was heard.', '2.14', 70, -60, { state: 'covered', covered_by: alerts.at(-1)?.id });
    for (let i = 0; i < 24; ++i) alert(kPlaces[roll(14)][0], ['high', 'warn', 'list'][roll(3)], ['Check was late', 'Seals in hand over night', 'Store left open'][roll(3)], 'Done after its limit, with a reason.', ['2.14', '2.8', '2.2'][roll(3)], 100 + roll(400), null, { state: 'resolved', resolved_ms: now - roll(90) * kHour, resolved_by: 'the site', cause: 'discharged' });
    Object.assign(at('trg-01'), { balances: false, unaccounted: 1, late: 1 });
    Object.assign(at('chc-01'), { unaccounted: 1, late: 2, balances: true });
    Object.assign(at('akl-02'), { unaccounted: 1, late: 1 });
    Object.assign(at('nsn-01'), { late: 1 });
    Object.assign(at('npr-01'), { late: 1, last_count_ms: now - 44 * kDay });
    Object.assign(at('akl-01'), { late: 2, drift_ms: 9400 });
    sites.push({ site: 'tmu-01', state: 'pending', asks: true, connected: false, heard_up_to_ms: 0, heard_ms: now - 20 * kMinute, records: 0, backlog: 0, place: null, frozen: false, fingerprint: '3f9a01bc77d20e449b1c5a63c0de1f2e', next: 'Compare its fingerprint by voice, then approve it.' });
    Object.assign(lost, { story: 'Received in March; a half box was handed over at shift change on Thursday with 41 seals counted, 40 found on Friday.' });
    void [tamper, delivery, differs];
  }
  if (many) {
    for (let i = 0; i < 700; ++i) alert(codes[roll(1000)][0], ['critical', 'high', 'warn', 'warn', 'list'][roll(5)], ['Container is sealed and not checked', 'Store was not counted', 'Seal lost', 'Seals in hand over night'][roll(4)], 'Longer than our limit.', ['2.14', '2.11', '2.12', '2.8'][roll(4)], roll(200), roll(60) - 20, { unaccounted: i < 60, seal: `NZ${300000 + roll(90000)}` });
    for (const one of alerts) Object.assign(at(one.site), { late: (at(one.site).late ?? 0) + 1, unaccounted: (at(one.site).unaccounted ?? 0) + (one.unaccounted ? 1 : 0) });
  }
  const bad = (site) => (site.frozen ? 9 : 0) + (site.balances === false ? 5 : 0) + site.unaccounted * 3 + site.late + (silent.has(site.site) ? 0.5 : 0) + (site.state === 'approved' ? 0 : 0.2);
  sites.sort((a, b) => (bad(b) || 0) - (bad(a) || 0) || a.site.localeCompare(b.site));
  const seals = sites.reduce((sum, site) => sum + (site.stock ?? 0) + 900, 0);
  const live = alerts.filter((one) => one.state !== 'resolved');
  const unaccounted = live.filter((one) => one.unaccounted);
  const tells = live.filter((one) => one.customs_decision !== undefined);

  const overview = {
    as_of_ms: now, seals, unaccounted: unaccounted.length, sites_not_heard: silent.size, all_well: name === 'well', in_digest: name === 'demo' ? 7 : many ? 240 : 0,
    tell_customs_by_ms: tells.length ? Math.min(...tells.filter((one) => one.due_ms > now).map((one) => one.due_ms)) : null,
    sentence: 'simulated',
    parts: [{ text: '', count: unaccounted.length, list: 'unaccounted' }, { text: '', count: tells.filter((one) => one.customs_decision === 'undecided').length, list: 'tell_customs' }, { text: '', count: silent.size, list: 'not_heard' }],
    tell_customs: tells.map((one, i) => ({ alert: one.id, id: `${one.site}/1/${4200 + i}`, what: one.what, site: one.site, clause: one.clause, due_ms: one.due_ms, discovered_ms: one.since_ms, draft_ready: i < 2, next_step: one.customs_decision === 'report' ? 'send_form' : 'decide', decision: one.customs_decision === 'report' ? 'reported' : 'undecided', reported_ms: one.customs_decision === 'report' ? now - 25 * kHour : null })).sort((a, b) => (a.reported_ms ?? 0) - (b.reported_ms ?? 0) || a.due_ms - b.due_ms),
    not_accounted_for: unaccounted.slice(0, 60).map((one, i) => ({ alert: one.id, seal: one.seal, site: one.site, why: one.why, clause: one.clause, severity: one.severity, last_seen: { what: [`${one.seal} handed over`, `seal ${one.seal} checked`, `${one.seal} with the driver`][i % 3], by: kNames[(i + 1) % kNames.length], when_ms: one.since_ms - 19 * kHour }, who: 'SES manager', must: ['tell Customs', 'have the contents looked at', 'correct the papers'][i % 3], by_ms: one.due_ms, state: one.state, assigned: one.owner })),
    not_heard: [...silent].map((site) => ({ site, since_ms: at(site).heard_ms, watermark_ms: at(site).heard_up_to_ms, expected_back_ms: site === 'gis-01' ? now + 20 * kHour : null, covers: site === 'dud-01' ? 6 : 0 })),
    needs_me: live.filter((one) => one.severity !== 'list' && one.state === 'open').slice(0, 10).map((one) => ({ alert: one.id, what: one.what, must: one.what_to_do, site: one.site, severity: one.severity, due_ms: one.due_ms })),
    sites,
    compliance: name === 'empty' ? undefined : { facts: 24, on_file: 8, declared: 3, not_shown: name === 'well' ? 0 : 2 },
  };

  const picture_words = 'camera gate, simulated: container MSCU1234566; seal not read';
  const pictured = (i) => ({ 3: { pictures: [picture_words], originals: [{ picture: 1, standing: 'here', held_bytes: 3_204_118, bytes: 3_204_118 }], photos: [0] }, 4: { pictures: [picture_words, picture_words], originals: [{ picture: 1, standing: 'on_its_way', held_bytes: 1_310_720, bytes: 3_204_118 }, { picture: 3, standing: 'at_site', held_bytes: 0, bytes: 2_880_002 }], photos: [0, 2] } })[i] ?? {};
  const history = (seal, site) => ({
    seal, family: 'ses',
    sites: [{ site, state: 'uplifted', unit: 'MSCU6639870', received_ms: now - 40 * kDay, applied_ms: now - 2 * kDay, accounted_for_once: true, heard_up_to_ms: at(site)?.heard_up_to_ms ?? now }],
    history: [[`received NZ300001..NZ300500 (500), at Safe`, 40 * kDay, 3 * kMinute, 'Mere Tipene', 'no'], [`put ${seal} into Dock box 2`, 40 * kDay - kHour, kMinute, 'Mere Tipene', 'no'], [`handed ${seal} to Mere Tipene`, 2 * kDay + 3 * kHour, kMinute, 'Hana Parata', 'no'], [`seal ${seal} put on MSCU6639870`, 2 * kDay, kMinute, 'Mere Tipene', 'no'], [`seal ${seal} on MSCU6639870 checked`, 2 * kDay - 20 * kMinute, 80 * kMinute, 'Tama Walker', 'written down 80 min later; reason: scanner was flat'], [`MSCU6639870 taken by the driver`, 2 * kDay - 2 * kHour, kMinute, 'R. Singh (Harbour Haulage)', 'no']].map(([words, before, late, by, irregular], i) => ({ site, record: `1/${4100 + i * 7}`, happened_ms: now - before, recorded_ms: now - before + late, words, by, irregular, proof: i < 5 ? `in the tree of 5,210 records, cosigned ${new Date(now - kDay).toISOString().slice(0, 16)}` : 'not cosigned yet', ...pictured(i) })),
  });
  const hits = (text) => {
    const bare = text.toUpperCase().replace(/\s/g, '');
    const range = /^([A-Z]*\d+)\.\.([A-Z]*\d+)$/.exec(bare);
    const first = range ? Number(range[1].replace(/\D/g, '')) : 300000 + (Number(bare.replace(/\D/g, '').slice(-4)) || 1);
    if (name === 'empty' || /XX/.test(bare)) return [];
    return Array.from({ length: 40 }, (_, i) => ({ number: `NZ${first + i}`, family: 'ses', site: sites[i % Math.min(sites.length, 5)]?.site, state: ['in_stock', 'in_stock', 'applied', 'checked', 'uplifted', 'lost'][i % 6], unit: i % 6 > 1 && i % 6 < 5 ? `MSCU66398${10 + i}` : '', place: i % 6 < 2 ? ['Safe', 'Dock box 2'][i % 2] : '', since_ms: now - i * 7 * kHour, alert: i % 6 === 5 ? (alerts[0]?.id ?? null) : null }));
  };
  const people = sites.filter((site) => site.state === 'approved').slice(0, many ? 400 : 14).flatMap((site, s) => [0, 1, 2].map((i) => ({ name: kNames[(s * 3 + i) % kNames.length], site: site.site, role: ['packer', 'checker', 'supervisor'][i], competences: s === 3 && i === 0 ? [] : [{ what: 'training_seals', until_ms: now + (roll(700) - 20) * kDay }, ...(i > 0 ? [{ what: 'training_documents', until_ms: now + roll(700) * kDay }] : []), { what: 'training_security', until_ms: now + roll(360) * kDay }], key_position: i === 2, review_until_ms: i === 2 ? now + (roll(700) - 30) * kDay : null, left_ms: s === 5 && i === 0 ? now - 12 * kDay : null })));
  const settings = (checked, counted) => [['received_ms', kHour, 'product'], ['stored_ms', kHour, 'plan'], ['closed_sealed_ms', 15 * kMinute, 'plan'], ['applied_checked_ms', checked, 'plan'], ['store_count_ms', counted, 'plan'], ['second_person', 'unless alone', 'plan'], ['own_check_share_percent', 10, 'house'], ['customs_told_ms', kDay, 'product'], ['training_seals_ms', 730 * kDay, 'plan']].map(([setting, value, source]) => ({ name: setting, value, source }));
  const bases = ['shown by facts', 'document on file', 'declared', 'not shown', 'not relevant'];
  const across = sites.filter((site) => site.state === 'approved').map((site) => site.site);
  const basis = (clause, j) => { const n = (Number(clause.replace('.', '')) * 7 + j * 3) % 29; return /^2\.(18|19|20)$/.test(clause) ? bases[4] : /^(5|1)\./.test(clause) ? bases[n < 18 ? 1 : n < 26 ? 2 : 3] : bases[n < 25 ? 0 : n < 27 ? 1 : name === 'well' ? 0 : 3]; };
  const compliance = ({ clause, site }) => {
    const wanted = across.filter((code) => !site || code === site);
    if (clause) return { of: { clause, what: kClauses.find(([one]) => one === clause)?.[1], sites: wanted.slice(0, 20).map((code, j) => ({ site: code, how: 'applies', basis: basis(clause, j), why: '214 entries by 9 named people; 2 marked, both with a reason', records_behind_it: 214, newest_records: [0, 1, 2, 3].map((i) => ({ record: `1/${5200 - i * 13}`, happened: new Date(now - i * 5 * kHour).toISOString(), what: 'sealed and checked', by: kNames[i], irregular: i === 2 ? 'written down late' : 'no' })), to_do: j === 0 ? [{ to_do: 'check the seal', about: 'TGHU7599330', due: '18 min over' }] : [] })) } };
    return { summary: name === 'empty' ? '' : '24 clauses shown by facts, 8 on file, 3 declared, 2 not shown', matrix: { clauses: kClauses.map(([clause, what]) => ({ clause, what })), sites: wanted, cells: kClauses.map(([one]) => wanted.map((_code, j) => ({ basis: basis(one, j), applies: true, entries: 20 + ((j * 31) % 200) }))) } };
  };
  const incidents = tells.map((one, i) => ({ id: `${one.site}/1/${4200 + i}`, entry: `1/${4200 + i}`, kind: ['seal_lost', 'seal_tampered', 'procedure_not_followed'][i % 3], next_step: one.customs_decision === 'report' ? 'send_form' : 'decide', site: one.site, what: one.what, discovered_ms: one.since_ms, due_ms: one.due_ms, decision: one.customs_decision === 'report' ? 'reported' : 'undecided', reported_ms: one.customs_decision === 'report' ? now - 25 * kHour : null, reference: one.customs_decision === 'report' ? 'CUS-88213' : '', reply: '', state: 'open', story: 'not in the box at the count' }));
  return { name, now, sites, alerts, overview, history, hits, people, compliance, incidents, settings, id, roll };
}

export function site_page(world, code) {
  const { now } = world;
  const site = world.sites.find((one) => one.site === code);
  if (site === undefined) return undefined;
  const total = (site.stock ?? 0) + 900;
  const family = (name, share) => ({ family: name, opening: 0, received: Math.round(total * share), in_stock: Math.round((site.stock ?? 0) * share), issued: Math.round(40 * share), applied: site.on_dock ?? 0, uplifted: Math.round(840 * share), damaged: 3, lost: site.balances === false ? 0 : 1, left: Math.round(total * share), right: Math.round(total * share) - (site.balances === false ? 1 : 0), equation: `${Math.round(total * share)} = ...`, balances: site.balances !== false, unbalanced: site.balances === false ? ['NZ300471'] : [] });
  if (site.state !== 'approved') return { ...site, keys: { fingerprint: site.fingerprint, epoch: 1, origin: `hub.example.nz/${code}` }, software: '0.1.0', ledgers: [], places: [], units: [], people: [], alerts: [], approvals: [] };
  return { ...site, ledgers: [family('ses', 0.8)], places: [{ name: 'Safe', seals: (site.stock ?? 0) - 145 }, { name: 'Dock box 1', seals: 100 }, { name: 'Dock box 2', seals: 45 }], units: ['TGHU7599330', 'MSKU9070323', 'CSQU3054383'].slice(0, site.on_dock ?? 0).map((unit, i) => ({ unit, state: ['sealed', 'checked', 'loading'][i], since_ms: now - (50 - i * 20) * 60_000, late: i === 0 && (site.late ?? 0) > 0 })), people: world.people.filter((person) => person.site === code).map((person) => ({ name: person.name, role: person.role, competences: person.competences })), plan: { version: '3', from_ms: Date.UTC(2026, 0, 1) }, keys: { fingerprint: site.fingerprint, epoch: 1, origin: `hub.example.nz/${code}` }, software: '0.1.0', alerts: world.alerts.filter((one) => one.site === code && one.state !== 'resolved'), approvals: [{ scope: 'sea', from_ms: Date.UTC(2026, 0, 1), until_ms: Date.UTC(2027, 11, 31), plan_version: '3' }] };
}
