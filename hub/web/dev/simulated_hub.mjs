// SPDX-License-Identifier: Apache-2.0
/// A head office that does not exist, for developing and looking at the pages: `node dev/simulated_hub.mjs --world demo`.
/// It serves the built pages and answers their questions from memory. It signs nothing, checks no password and keeps
/// nothing: it is no hub. Any name and password signs in; the second factor is 000000 ("enrol" as the name shows its set-up).
import { createServer } from 'node:http';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kWorlds, make_world, site_page } from './simulated_data.mjs';

const kTypes = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const kPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const kCode = '000000';

export function start({ world = 'demo', port = 8481, pages, signed_in = false, quiet = false } = {}) {
  if (!kWorlds.includes(world)) throw new Error(`no such world: ${world} (${kWorlds.join(', ')})`);
  const data = make_world(world);
  const { now } = data;
  const listeners = new Set();
  const approvals = world === 'empty' ? [] : [{ id: 'ap-1', words: 'Approve the keys of site tmu-01', asked_by: 'Grace O’Neill', may_confirm: true, asked_ms: now - 900_000, expires_ms: now + 82_800_000, state: 'waiting' }, { id: 'ap-2', words: 'Plan version 4: applied_checked_ms from 30 minutes to 20 minutes', asked_by: 'Ana Ruiz', may_confirm: false, asked_ms: now - 7_200_000, expires_ms: now + 72_000_000, state: 'waiting' }];
  let session = signed_in ? { signed_in: true, person: 'Ana Ruiz', role: 'administrator', second_factor: 'ok' } : { signed_in: false };
  const told = () => ({ ...session, sites: null, csrf: 'simulated', hub: 'hub.example.nz (simulated)', languages: ['en', 'mi', 'zh-Hans', 'es'], prompt_password_change: false, until_ms: Date.now() + 3_600_000 });
  const counts = () => Object.fromEntries(['open', 'acknowledged', 'snoozed', 'covered', 'resolved'].map((state) => [state, data.alerts.filter((one) => one.state === state).length]));
  const problem = (status, code, title, next) => ({ status, problem: { type: `urn:sealkeep:error:${code}`, code, title, detail: '', status, next } });
  const page_of = (list, cursor, size = 200) => ({ rows: list.slice(Number(cursor ?? 0), Number(cursor ?? 0) + size), next: Number(cursor ?? 0) + size < list.length ? String(Number(cursor ?? 0) + size) : null });

  const reports = world === 'empty' ? [] : [{ id: '3f9a01be', kind: 'compliance', format: 'pdf', period: '2026-01-01 to 2026-03-31', site: '', state: 'running', done: 412, of: 1040, by: 'Ana Ruiz' }, { id: '3f9a01bd', kind: 'register', format: 'xlsx', period: '2026-03-01 to 2026-03-31', site: 'akl-01', state: 'done', made_ms: now - 4_000_000, by: 'Ana Ruiz' }, { id: '3f9a01bc', kind: 'reconciliation', format: 'pdf', period: '', site: '', state: 'done', made_ms: now - 7_000_000, by: 'schedule 77aa01bc', remark: 'Head office was not running at 2026-03-01 06:00, when this report was planned: it was made afterwards.' }, { id: '3f9a01bb', kind: 'day-close', format: 'pdf', period: '2026-02-01 to 2026-02-28', site: '', state: 'cancelled' }, { id: '3f9a01ba', kind: 'register', format: 'pdf', period: 'the first record to now', site: '', state: 'failed', trouble: 'That is too much for one PDF: name a shorter period, or export it as CSV or XLSX' }];
  const schedules = world === 'empty' ? [] : [{ id: '77aa01bc', kind: 'reconciliation', format: 'pdf', every: 'month', when: 'every month on day 1 at 06:00', channel: 'duty', to: ['compliance@example.nz'], next_ms: now + 5 * 86_400_000 }];

  const reads = {
    overview: () => data.overview,
    'alerts list': (q) => {
      const fits = data.alerts.filter((one) => (q.all === 'true' || one.state === (q.state ?? 'open')) && ['site', 'clause', 'owner', 'severity'].every((name) => !q[name] || one[name] === q[name]) && (!q.text || JSON.stringify(one).toLowerCase().includes(q.text.toLowerCase())));
      const { rows, next } = page_of(fits, q.cursor);
      return { alerts: rows, next, counts: counts() };
    },
    'alerts show': (q) => {
      const one = data.alerts.find((alert) => alert.id.startsWith(q.id));
      if (one === undefined) return problem(404, 'alert.unknown', 'There is no such alert', 'alerts list shows those that are there');
      return { ...one, history: [{ at_ms: one.since_ms, what: 'raised', by: 'the hub', text: '' }, ...(one.log ?? []), ...(one.owner ? [{ at_ms: one.since_ms + 900_000, what: 'assigned', by: 'Grace O’Neill', text: `to ${one.owner}` }] : [])], spoke: [`Severity ${one.severity}: it interrupts whoever is on duty for ${one.site}.`, 'No open alert covered it.'], quiet: ['For its first 20 seconds: a fact that explains it could still have been on its way.', 'Not sent as SMS: this person’s quiet hours were on until 06:00.'], notices: [{ at_ms: one.raised_ms, channel: 'e-mail', to: 'ses-manager@example.nz', state: 'sent', tries: 1 }, { at_ms: one.raised_ms, channel: 'webhook', to: 'https://hooks.example.nz', state: 'waiting', tries: 3 }], ...(one.seal ? { seal: data.history(one.seal, one.site) } : {}) };
    },
    'site list': () => ({ sites: data.sites }),
    'site show': (q) => site_page(data, q.code) ?? problem(404, 'site.unknown', `There is no site ${q.code}`, 'site list shows the sites'),
    'seal find': (q) => { const hits = data.hits(q.text ?? '').filter((one) => !q.state || one.state === q.state); return { hits, next: null, more: false }; },
    'seal show': (q) => data.history(q.number, data.sites[0]?.site ?? 'akl-01'),
    deliveries: () => ({ deliveries: world === 'empty' ? [] : [['PO-118', 'akl-01', 300001, 2000, 2000, 'received'], ['PO-126', 'trg-01', 312001, 1000, 996, 'short'], ['PO-131', 'wlg-01', 330001, 200, 0, 'wrong_site'], ['PO-133', 'chc-01', 318001, 1500, 1000, 'partly'], ['PO-137', 'npr-01', 341001, 500, 0, 'late'], ['PO-140', 'akl-02', 345001, 2000, 0, 'planned'], ['PO-129', 'ham-01', 327001, 300, 301, 'over']].map(([approval, site, first, planned, received, state], i) => ({ approval, site, family: 'ses', first: `NZ${first}`, last: `NZ${first + planned - 1}`, planned, received, short: state === 'short' ? planned - received : 0, over: state === 'over' ? received - planned : 0, ...(state === 'wrong_site' ? { wrong_site: planned } : {}), expected_ms: now + (i - 3) * 2 * 86_400_000, received_ms: received > 0 ? now - i * 86_400_000 : null, state, alert: ['short', 'wrong_site', 'late'].includes(state) ? (data.alerts[2]?.id ?? null) : null })) }),
    'incidents list': () => ({ incidents: data.incidents }),
    'incidents show': (q) => data.incidents.find((one) => one.id === q.id) ?? problem(404, 'incident.unknown', 'There is no such incident', 'incidents list shows them'),
    people: () => ({ people: data.people }),
    'filter list': (q) => ({ filters: filters.filter((one) => !q.page || one.page === q.page) }),
    'plan show': () => ({ versions: world === 'empty' ? [] : [{ version: '2', from: '2025-02-01', approved: '2025-01-20', document: '9c1185a5c5e9fc54612808977ee8f548b2258d31b6c5a9d2b1b0b0a1e4c0de11', settings: data.settings(45 * 60_000, 45 * 86_400_000) }, { version: '3', from: '2026-01-01', approved: '2025-12-11', document: '2f0a7c3be19cbb2a6cf4ec1c9a70be53bbd1e3b8d2f18c8f3ad5d0cf0b3a9e77', settings: data.settings(30 * 60_000, 30 * 86_400_000) }] }),
    'plan diff': (q) => ({ from: q.from, to: q.to, settings: [{ name: 'applied_checked_ms', was: 45 * 60_000, value: 30 * 60_000, default: 30 * 60_000 }, { name: 'store_count_ms', was: 45 * 86_400_000, value: 30 * 86_400_000, default: 30 * 86_400_000 }] }),
    'plan replay': () => ({ sites: data.sites.slice(0, 4).map((site, i) => ({ site: site.site, flag: 'checked late', really: 4 + i, newly: 3 * i, no_longer: 0, examples: [`1/${4000 + i} sealed and checked`] })), note: 'Nothing was changed.' }),
    compliance: (q) => data.compliance(q),
    trends: (q) => ({ days: world === 'empty' ? [] : Array.from({ length: Number(q.days ?? 30) }, (_, i) => { const ms = now - (Number(q.days ?? 30) - 1 - i) * 86_400_000; const work = [0, 6].includes(new Date(ms).getDay()) ? 0.2 : 1; const applied = Math.round((190 + 30 * Math.sin(i / 3)) * work); return { day: new Date(ms).toISOString().slice(0, 10), received: i % 9 === 2 ? 1000 : 0, applied, checked: applied - (i % 3), uplifted: Math.round(applied * 0.97), alerts: Math.round((3 + (i % 5)) * work), late: i % 4, typed_share: Math.round(8 + 3 * Math.cos(i / 4)), late_entry_share: 4 + (i % 6), sites_heard: data.sites.length } }) }),
    'journal list': (q) => { const all = Array.from({ length: 320 }, (_, i) => ({ index: 5320 - i, at_ms: now - i * 34 * 60_000, kind: ['view', 'alert_acknowledged', 'data_exported', 'sign_in', 'site_approved'][i % 5], words: ['Names of people at akl-01 were shown', 'Alert 3f9a01bc was taken on', 'Register of akl-01, January, 4,120 records, with names', 'Signed in with second factor', 'Keys of site blm-01 approved by two people'][i % 5] })).filter((one) => (!q.kind || one.kind === q.kind)); const { rows, next } = page_of(world === 'empty' ? [] : all, q.cursor, 100); return { entries: rows, next }; },
    'user list': () => ({ users: [['Ana Ruiz', 'administrator', true], ['Grace O’Neill', 'ses-manager', true], ['Hana Parata', 'site-manager', true], ['Sarah Jensen', 'viewer', false], ['Customs, audit of March', 'guest', true]].map(([person, role, second_factor], i) => ({ person, role, second_factor, sites: role === 'site-manager' ? ['npr-01', 'gis-01'] : null, locked: i === 3, last_sign_in_ms: now - i * 9_000_000, until_ms: role === 'guest' ? now + 30 * 86_400_000 : null })) }),
    'token list': () => ({ tokens: [{ id: 1, name: 'reporting', person: 'Ana Ruiz', role: 'viewer', scopes: ['overview', 'compliance'], used_ms: now - 300_000, ends_ms: now + 200 * 86_400_000 }] }),
    'approval list': () => ({ approvals }),
    'notice channels': () => ({ channels: world === 'empty' ? [] : [{ name: 'duty', kind: 'smtp', to: 'ses-manager@example.nz', state: 'works', last_ok_ms: now - 600_000, waiting: 0, dead: 0 }, { name: 'ops', kind: 'slack', to: '#seals', state: 'works', last_ok_ms: now - 7_200_000, waiting: 0, dead: 0 }, { name: 'erp', kind: 'webhook', to: 'https://hooks.example.nz/seals', state: 'down', last_ok_ms: now - 90_000_000, waiting: 4, dead: 1 }] }),
    'notice list': () => ({ notices: world === 'demo' ? [{ id: 'n-1', channel: 'erp', to: 'https://hooks.example.nz/seals', alert: data.alerts[2]?.id, what: 'raised', subject: data.alerts[2]?.what, state: 'dead', tries: 12, at_ms: now - 88_000_000, trouble: 'connection refused' }] : [] }),
    // What is made moves on by itself, so that its bar and its cancelling can be looked at.
    'report list': () => { for (const one of reports) if (one.state === 'running' && (one.done += 60) >= one.of) Object.assign(one, { state: 'done', made_ms: Date.now() }); return { reports, schedules }; },
    'report schedule list': () => ({ schedules }),
  };
  const files = ['seal prove', 'seal photo', 'seal original', 'export register', 'print register', 'export evidence', 'export epcis', 'export dcsa', 'export sel', 'report file', 'print incident'];
  const alert_state = { acknowledge: 'acknowledged', snooze: 'snoozed', wake: 'open', resolve: 'resolved', reopen: 'open' };
  const writes = ['alerts answer', 'alerts assign', 'alerts comment', 'alerts severity', ...Object.keys(alert_state).map((one) => `alerts ${one}`), 'site add', 'site approve', 'site revoke', 'approve delivery', 'approve plan', 'plan set', 'notice test', 'notice retry', 'notice drop', 'approval confirm', 'approval refuse', 'user add', 'user role', 'user lock', 'user unlock', 'user reset', 'token add', 'token remove', 'report register', 'report reconciliation', 'report incidents', 'report compliance', 'report qa-training', 'report day-close', 'report cancel', 'report schedule add', 'report schedule remove', 'incidents decide', 'incidents told', 'incidents reply', 'site place', 'filter save', 'filter remove'];

  const filters = [];
  const next_step = (one) => (one.decision === 'undecided' ? 'decide' : one.decision === 'report' ? 'tell' : one.decision === 'not_reportable' ? undefined : !one.written_ms ? 'send_form' : !one.replied_ms ? 'note_reply' : undefined);
  function write(command, body) {
    const [group, act] = command.split(' ');
    if (group === 'alerts') {
      const done = [body.id].flat();
      for (const alert of data.alerts.filter((one) => done.includes(one.id))) {
        if (alert_state[act]) Object.assign(alert, { state: alert_state[act], ...(act === 'snooze' ? { snoozed_until_ms: Date.parse(body.until) } : {}), ...(act === 'resolve' ? { resolved_ms: Date.now(), cause: body.cause, resolved_by: session.person } : {}) });
        if (act === 'assign') alert.owner = body.to;
        if (act === 'severity') alert.severity = body.severity;
        (alert.log ??= []).push({ at_ms: Date.now(), what: { acknowledge: 'acknowledged', snooze: 'snoozed', wake: 'woken', resolve: 'resolved', reopen: 'reopened', comment: 'commented', assign: 'assigned', answer: 'answered', severity: 'severity' }[act], by: session.person, text: body.comment ?? body.reason ?? '' });
        say('alert', { id: alert.id, state: alert.state });
      }
      return { done, alerts: data.alerts.filter((one) => done.includes(one.id)) };
    }
    if (['site approve', 'site revoke', 'approve plan', 'plan set', 'user role'].includes(command)) {
      approvals.push({ id: `ap-${approvals.length + 1}`, words: `${command} ${JSON.stringify(body)}`, asked_by: session.person, may_confirm: false, asked_ms: Date.now(), expires_ms: Date.now() + 86_400_000, state: 'waiting' });
      return { waiting_for_second: `ap-${approvals.length}`, words: command };
    }
    if (group === 'incidents') {
      const one = data.incidents.find((incident) => incident.id === body.id);
      if (one === undefined) return problem(404, 'incident.unknown', 'There is no such incident', 'incidents list shows them');
      const when_ms = Date.parse(body.at ?? '') || Date.now();
      (one.steps ??= []).push({ at_ms: Date.now(), when_ms, by: session.person, step: { decide: 'decided', told: 'told', reply: 'replied' }[act], decision: body.decision?.replace('-', '_'), how: body.how, whom: body.whom, reference: body.reference, text: body.text ?? body.reason });
      if (act === 'decide') one.decision = body.decision.replace('-', '_');
      if (act === 'told') Object.assign(one, { decision: 'reported', reported_ms: one.reported_ms ?? when_ms, ...(['form', 'email'].includes(body.how) ? { written_ms: when_ms } : {}) });
      if (act === 'reply') Object.assign(one, { replied_ms: when_ms, reply: body.text ?? '' });
      if (body.reference) one.reference = body.reference;
      const row = data.overview.tell_customs.find((told) => told.id === one.id);
      Object.assign(one, { next_step: next_step(one), state: one.decision === 'reported' || one.decision === 'not_reportable' ? 'closed' : 'open' });
      if (row) Object.assign(row, { decision: one.decision, reported_ms: one.reported_ms, next_step: one.next_step });
      say('alert', {});
      return one;
    }
    if (group === 'filter') {
      const at = filters.findIndex((one) => one.page === body.page && one.name === body.name);
      if (at >= 0) filters.splice(at, 1);
      if (act === 'save') filters.push({ page: body.page, name: body.name, query: body.query ?? '', saved_ms: Date.now() });
      return { filters };
    }
    if (command === 'site place') Object.assign(data.sites.find((site) => site.site === body.code) ?? {}, { place: { lat_e6: Math.round(Number(body.lat) * 1e6), lon_e6: Math.round(Number(body.lon) * 1e6) } });
    if (group === 'approval') {
      const one = approvals.find((approval) => approval.id === body.id);
      if (one) one.state = act;
      return {};
    }
    if (command === 'report cancel') return Object.assign(reports.find((one) => one.id === body.id) ?? {}, { state: 'cancelled' });
    if (command === 'report schedule add') { schedules.push({ id: `s${schedules.length}`, channel: 'duty', next_ms: Date.now() + 86_400_000, ...body }); return schedules.at(-1); }
    if (command === 'report schedule remove') { schedules.splice(schedules.findIndex((one) => one.id === body.id), 1); return {}; }
    if (group === 'report') { reports.unshift({ id: `r${reports.length}`, kind: act, format: body.format, period: body.from ? `${body.from} to ${body.to}` : '', site: (body.site ?? []).join(', '), state: 'running', done: 0, of: 400, by: session.person }); return reports[0]; }
    if (command === 'site add') return { site: body.code, invitation: 'SIMULATED-INVITATION-4kq9-77fd-1n2c-aa01-93hx' };
    if (command === 'user add' || command === 'user reset') return { person: body.person, one_time_code: 'k7fq-2mda-9xtr-simulated' };
    if (command === 'token add') return { token: 'sk_simulated_8h2k4n6p' };
    if (command === 'notice test') return body.name === 'erp' ? problem(503, 'notice.unreachable', 'hooks.example.nz did not answer', 'Ask whoever runs it; messages wait meanwhile') : { words: 'Delivered in 0.4 s' };
    return {};
  }
  const say = (event, body) => { for (const response of listeners) response.write(`event: ${event}\ndata: ${JSON.stringify(body)}\n\n`); };

  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://simulated');
    const json = (status, value) => response.writeHead(status, { 'Content-Type': status < 400 ? 'application/json' : 'application/problem+json', 'Cache-Control': 'no-store' }).end(JSON.stringify(value));
    const answer = (value) => (value?.problem ? json(value.status, value.problem) : json(200, value));
    if (!url.pathname.startsWith('/api/v1/')) {
      let file = join(pages, normalize(url.pathname));
      if (existsSync(file) && statSync(file).isDirectory()) file = join(file, 'index.html');
      if (!existsSync(file)) return response.writeHead(404).end();
      return response.writeHead(200, { 'Content-Type': kTypes[extname(file)] ?? 'application/octet-stream', 'Content-Security-Policy': kPolicy }).end(readFileSync(file));
    }
    const command = url.pathname.slice('/api/v1/'.length).replaceAll('/', ' ');
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString() || '{}');
      if (command === 'session') {
        if (request.method === 'DELETE') session = { signed_in: false };
        if (request.method === 'POST') {
          if (body.secret === 'wrong') return answer(problem(401, 'access.wrong', 'The name or the password is not right', 'Try again'));
          if (body.totp === undefined && /enrol/.test(body.person)) return json(200, { ...told(), signed_in: true, person: body.person, second_factor: 'enrol', otpauth: 'otpauth://totp/Sealkeep:simulated?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Sealkeep' });
          if (body.totp === undefined) return answer(problem(401, 'access.totp_needed', 'The code of the second factor is needed', 'Type the code that the authenticator shows'));
          if (body.totp !== kCode) return answer(problem(401, 'access.totp_wrong', 'The code is not right', 'Wait for the next one'));
          session = { signed_in: true, person: body.person, role: 'administrator', second_factor: 'ok' };
        }
        return json(200, told());
      }
      if (command === 'simulated end') { session = { signed_in: false }; return json(200, {}); }
      if (!session.signed_in) return answer(problem(401, 'access.no_session', 'Nobody is signed in', 'Sign in'));
      if (command === 'openapi.json') return json(200, { openapi: '3.1.0', paths: Object.fromEntries([...Object.keys(reads), ...files].map((one) => [`/${one.replaceAll(' ', '/')}`, { get: {} }]).concat(writes.map((one) => [`/${one.replaceAll(' ', '/')}`, { post: {} }]))) });
      if (command === 'events') { response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' }).write(': hello\n\n'); listeners.add(response); return response.on('close', () => listeners.delete(response)); }
      if (files.includes(command)) return response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Disposition': `attachment; filename="simulated-${command.replaceAll(' ', '-')}.txt"` }).end('This is a simulated file: it proves nothing.\n');
      if (reads[command] !== undefined && request.method === 'GET') return answer(reads[command](Object.fromEntries(url.searchParams)));
      if (writes.includes(command) && request.method === 'POST') return answer(write(command, body));
      return answer(problem(404, 'api.no_such_path', `The simulated hub has no ${command}`, 'See dev/simulated_hub.mjs'));
    });
  });
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => { if (!quiet) console.log(`A simulated head office, world "${world}": http://127.0.0.1:${server.address().port}/`); resolve({ url: `http://127.0.0.1:${server.address().port}/`, say, close: () => { for (const one of listeners) one.end(); server.close(); } }); }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const option = (name, otherwise) => { const i = process.argv.indexOf(`--${name}`); return i < 0 ? otherwise : process.argv[i + 1]; };
  await start({ world: option('world', 'demo'), port: Number(option('port', '8481')), pages: option('pages', fileURLToPath(new URL('../../../build/dev/share/hub-web', import.meta.url))), signed_in: process.argv.includes('--signed-in') });
}
