// SPDX-License-Identifier: Apache-2.0
// node ratios.mjs RESULTS.jsonl ...   Each figure that is asked for, what was measured (median [min..max]) and whether it is met.
import fs from 'node:fs';
const rows = process.argv.slice(2).flatMap((f) => fs.readFileSync(f, 'utf8').split('\n')).filter((l) => l.startsWith('{')).map((l) => JSON.parse(l));
const errors = rows.filter((r) => r.error);
const text = (x) => (x >= 1000 ? Math.round(x).toString() : String(+x.toPrecision(3)));
class Series {
  constructor(values) { this.v = values.filter(Number.isFinite).sort((a, b) => a - b); }
  get some() { return this.v.length > 0; }
  get median() { return this.v[Math.floor((this.v.length - 1) / 2)]; }
  toString() { return this.some ? text(this.median) + (this.v.length > 1 ? ` [${text(this.v[0])}..${text(this.v.at(-1))}]` : '') : '-'; }
}
const of = (peer, metric, get, n, sites = 1) => new Series(rows.filter((r) => r.peer === peer && r.metric === metric && r.sites === sites && (!n || r.n === n)).map(get));
const limit = (name, get = (r) => r.value) => new Series(rows.filter((r) => r.bench === 'limits' && r.metric === name).map(get));
const biggest = (peer, n) => (rows.some((r) => r.peer === peer && r.metric === 'drain' && r.n === n) ? n : 10000);
const N = biggest('sealkeep', 100000);
const drain = (peer, get, sites = 1) => of(peer, 'drain', get, sites === 1 ? biggest(peer, N) : 0, sites);
const both = (r) => r.edge_cpu_s_100k + r.hub_cpu_s_100k;
let failed = errors.length > 0;
const line = (cells) => console.log(`| ${cells.join(' | ')} |`);
line(['figure', 'asked', 'aim', 'measured ratio', 'ours', 'theirs', '']); line(Array(7).fill('---'));
// `factor`: the ratio ours / theirs must be at most (<=) or at least (>=) that
function bar(name, ours, theirs, sign, asked, aim) {
  if (!ours.some || !theirs.some) { line([name, `${sign} ${asked}x`, `${sign} ${aim}x`, '-', String(ours), String(theirs), 'not measured']); return; }
  const ratio = ours.median / theirs.median, meets = (x) => (sign === '<=' ? ratio <= x : ratio >= x);
  if (!meets(asked)) failed = true;
  line([name, `${sign} ${text(asked)}x`, `${sign} ${text(aim)}x`, `${text(ratio)}x`, String(ours), String(theirs), meets(aim) ? 'ok, aim met' : meets(asked) ? 'ok' : 'MISSED']);
}
const commit = limit('sqlite_wal_full_1row_commit', (r) => r.commit_p50_us), one = new Series([1]);
bar('one fact at the site, p50, us / one-row SQLite commit', of('sealkeep', 'edge_write', (r) => r.p50_us, 1000), commit, '<=', 2.0, 1.5);
bar('one fact at the site, p99, us / hypercore', of('sealkeep', 'edge_write', (r) => r.p99_us, 1000), of('hypercore', 'edge_write', (r) => r.p99_us, 1000), '<=', 0.25, 0.1);
bar(`backlog ${N}, cosigned, facts/s / hypercore`, drain('sealkeep', (r) => r.stored_events_s), drain('hypercore', (r) => r.events_s), '>=', 20, 60);
bar(`backlog ${N}, cosigned, facts/s / PostgreSQL`, drain('sealkeep', (r) => r.stored_events_s), drain('postgres', (r) => r.events_s), '>=', 1, 2.5);
bar(`backlog ${N}, projected, facts/s / PostgreSQL`, drain('sealkeep', (r) => r.events_s), drain('postgres', (r) => r.events_s), '>=', 0.5, 1);
bar('live at 50/s, p50, ms / hypercore', of('sealkeep', 'live', (r) => r.p50_ms), of('hypercore', 'live', (r) => r.p50_ms), '<=', 0.6, 0.3);
bar('CPU s per 100k, both sides, sync only / hypercore', drain('sealkeep', (r) => both(r) - r.projection_cpu_s_100k), drain('hypercore', both), '<=', 1 / 20, 1 / 30);
bar('wire bytes of a backlog fact / hypercore', drain('sealkeep', (r) => r.wire_bytes_event), drain('hypercore', (r) => r.wire_bytes_event), '<=', 1 / 8, 1 / 12);
bar('wire bytes of a live fact / hypercore', of('sealkeep', 'live', (r) => r.wire_bytes_event), of('hypercore', 'live', (r) => r.wire_bytes_event), '<=', 0.6, 0.5);
for (const n of [10000, 100000, 1000000]) bar(`agent PSS, MiB, backlog of ${n}`, of('sealkeep', 'memory', (r) => r.edge_peak_mib, n), one, '<=', 40, 16);
bar('20 sites at once, cosigned facts/s / one site', drain('sealkeep', (r) => r.stored_events_s, 20), drain('sealkeep', (r) => r.stored_events_s), '>=', 0.8, 1);
console.log(`\nReported, not asked: CPU s per 100k with projection ${drain('sealkeep', both)} (PostgreSQL ${drain('postgres', both)}); 20 sites projected ${drain('sealkeep', (r) => r.events_s, 20)}/s; `
  + `live p99 ${of('sealkeep', 'live', (r) => r.p99_ms)} ms (hypercore ${of('hypercore', 'live', (r) => r.p99_ms)}); hub PSS ${drain('sealkeep', (r) => r.hub_peak_mib)} MiB; roofline b cosigned ${drain('roofline_b', (r) => r.stored_events_s)}/s, write p50 ${of('roofline_b', 'edge_write', (r) => r.p50_us, 1000)} us.`);
for (const e of errors) console.log(`ERROR ${e.peer} ${e.n}: ${e.error}`);
process.exit(failed ? 1 : 0);
