// SPDX-License-Identifier: Apache-2.0
/// From the first screen to Customs: a seal that is lost and one that was tampered with, at real agents. A stranger finds
/// the way by what the pages say; what was said to Customs stands wherever it must, and the clock stops where it was said.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { until } from '../ground.mjs';
import { launch } from '../screen.mjs';
import { Person } from './people.mjs';
import { MailSink } from './post.mjs';
import { begin_story, container, kChecker, kPacker } from './story.mjs';
import { Walk } from './walk.mjs';

const kHour_ms = 3_600_000;
/// Five minutes, five seconds of them the machine's; what it takes beside other programs says nothing about a person.
const kPersonAtMost_s = 295;
const run = promisify(execFile);
const words_of = async (pdf) => (await run('pdftotext', ['-layout', pdf, '-'])).stdout.replaceAll(/[^\S\n]+/g, ' ');

let browser, office, mail;
const people = {};
const desks = {};
const say = (...words) => console.log('   ', ...words);

before(async () => {
  [browser, mail] = await Promise.all([launch(), MailSink.open()]);
  office = await begin_story({
    config: `[notices]
link = "https://hub.example.nz"
channels = ["mail; kind=smtp; url=smtp://127.0.0.1:${mail.port}; from=sealkeep@example.nz; plain=yes"]
people = [
  "Anna Reid; role=ses-manager; to=mail:anna@example.nz",
  "Dan Low; role=deputy; to=mail:dan@example.nz",
]
`,
  });
  await Promise.all([
    office.site('akl-01').run('seal', 'receive', 'NZ310001', 'NZ310100', '--approval', 'PO-141', '--delivery', 'DN-9', '--missing', 'NZ310017', '--place', 'Safe', '--by', kPacker),
    office.site('trg-01').run('seal', 'lost', 'NZ400017', '--story', 'not in the safe at the count', '--by', kPacker),
    office.site('chc-01').run('seal', 'tampered', 'NZ600002', '--container', container('chc-01', 2), '--story', 'cut marks on the bolt', '--by', kChecker),
  ]);
  people.anna = await Person.come(office, 'Anna Reid', 'ses-manager');
  people.rawiri = await Person.come(office, 'Rawiri Pene', 'ses-manager');
  people.sam = await Person.come(office, 'Sam Tau', 'site-manager', '--site', 'chc-01');
  people.guest = await Person.come(office, 'Customs Officer', 'guest', '--until', '2030-01-01');
  desks.anna = await people.anna.sits(browser);
  await desks.anna.reads(/2 must be told to Customs/);
});
after(async () => {
  for (const desk of Object.values(desks)) await desk.close();
  await browser?.close();
  await office?.end();
  await mail?.close();
});

const incident = async (words) => (await people.anna.read('incidents/list')).incidents.find((one) => words.test(one.what));
const story = (id) => people.anna.read(`incidents/show?id=${encodeURIComponent(id)}`);
const to_do = async (code, words) => words.test(JSON.stringify(await office.site(code).ask('todo')));

test('a stranger finds from the overview what does not reconcile, why, and who must do what by when, and reports it to Customs, in five minutes', async () => {
  const desk = desks.anna;
  const walk = new Walk(desk);
  assert.ok(await to_do('trg-01', /Tell Customs/i));
  const { page } = desk;

  // Which seals, why, who must do what by when: the first screen says it.
  await walk.reads('Overview', '3 are not accounted for', ['h1', '.wrong', '.mine']);
  await walk.clicks('3 are not accounted for');
  const row = (seal) => page.locator('#unaccounted tbody tr', { hasText: seal });
  assert.match(await row('NZ400017').innerText(), /trg-01[^]*lost[^]*Mere Tipene[^]*SES manager[^]*Tell Customs[^]*(23 h 5\d min|24 h) left/);
  assert.match(await row('NZ310017').innerText(), /akl-01[^]*short[^]*supervisor, then SES manager[^]*Explain the difference/);
  await walk.clicks('NZ400017', page.locator('#unaccounted'));
  assert.match(await walk.reads('Alert', 'What to do'), /What to do\s+Tell Customs/);

  // The pages' own words lead on: what is next is what is clicked.
  await walk.clicks('Decide, or phone Customs');
  assert.match(await walk.reads('Incident', 'Next: Decide, or phone Customs'), /not in the safe at the count/);
  await walk.clicks('Tell Customs');
  await walk.reads('Decision', 'Customs is to be told');
  await walk.clicks('Customs is to be told');
  await walk.reads('Incident, decided', 'Next: Phone Customs');
  await walk.clicks('Customs was told …');
  await walk.reads('Call', 'What was said');
  await walk.types('Who at Customs', 'duty officer');
  await walk.types('Reference from Customs', 'CR-2211');
  await walk.clicks('Write it down');
  await walk.reads('Incident, told', 'Next: Send the form');
  const form = await walk.saves('Form as PDF');
  const paper = await words_of(form.path);
  walk.studies('Form', paper);
  walk.elsewhere('writes a mail in their own program: new, address, subject, file, send', { points: 6, keys: 60, hands: 2 });
  await walk.clicks('The form was sent …');
  await walk.reads('Form, sent', 'Mark as sent');
  await walk.clicks('Mark as sent');
  await walk.reads('Incident, sent', 'Next: Write down the reply');
  walk.write('walk');
  say(JSON.stringify(walk.sum));
  assert.ok(walk.sum.person_s < kPersonAtMost_s, JSON.stringify(walk.sum));

  // The form has what the site recorded and what was said to Customs so far.
  assert.match(form.name, /^incident-trg-01-1-\d+\.pdf$/);
  for (const said of [/Load site trg-01/, /Seals NZ400017/, /What is known not in the safe at the count/, /Recorded by Mere Tipene/, /by phone.*duty officer.*CR-2211.*by Anna Reid/]) assert.match(paper, said);
});

test('what was told ends the clock, the alert and the duty at the site, and the clause counts it', async () => {
  const desk = desks.anna;
  const { id } = await incident(/NZ400017/);
  const { steps, reported_ms, written_ms } = await story(id);
  assert.deepEqual(steps.map((step) => [step.step, step.how ?? step.decision, step.by]), [['decided', 'report', 'Anna Reid'], ['told', 'phone', 'Anna Reid'], ['told', 'email', 'Anna Reid']]);
  assert.equal(reported_ms, steps[1].when_ms);
  assert.equal(written_ms, steps[2].when_ms);
  assert.deepEqual((await people.anna.read('alerts/list')).alerts.filter((alert) => alert.incident === id), []);
  await until('the site has heard that Customs was told', async () => !(await to_do('trg-01', /Tell Customs/i)));
  await desk.go('overview');
  await desk.reads(/1 must be told to Customs/);
  assert.equal(await desk.page.locator('#tell_customs li', { hasText: 'NZ400017' }).count(), 0);
  // The seal is still lost: telling Customs finds nothing.
  await desk.go('seals/NZ400017');
  await desk.reads('Lost');
  await desk.go('compliance/2.12');
  await desk.look('customs-clause');
});

test('who has not decided yet says what it waits for, and the clock goes on; another one phones, and it is on every screen', async () => {
  const desk = desks.anna;
  const { id } = await incident(/NZ600002/);
  const at = `incidents/${encodeURIComponent(id)}`;
  await people.rawiri.decide('alerts/acknowledge', { id: [(await people.rawiri.alert(/NZ600002/)).id], comment: 'I phone them' });
  desks.rawiri = await people.rawiri.sits(browser, { width: 360, height: 760, dark: true });
  desks.sam = await people.sam.sits(browser);
  for (const one of [desks.rawiri, desks.sam]) await one.go(at);
  await desks.sam.reads('An SES manager decides this and tells Customs.');

  await desk.go('incidents');
  await desk.page.locator('tbody tr', { hasText: 'NZ600002' }).getByRole('link').click();
  await desk.reads('Decide, or phone Customs');
  // Without a word of what it waits for nothing is sent.
  await desk.button('Not decided yet …').click();
  await desk.page.locator('dialog[open]').getByRole('button', { name: 'Not decided yet' }).click();
  await desk.reads('What it waits for: please fill this in');
  await desk.look('customs-undecided');
  await desk.page.locator('dialog[open]').getByLabel('What it waits for').fill('the driver is asked at noon');
  await desk.page.locator('dialog[open]').getByRole('button', { name: 'Not decided yet' }).click();
  for (const one of [desk, desks.rawiri, desks.sam]) await one.reads('the driver is asked at noon');
  assert.match(await desk.page.locator('main .clock').innerText(), /left, by/);

  // Rawiri phones meanwhile, without deciding first, and says when it was.
  const { page } = desks.rawiri;
  await desks.rawiri.button('Customs was told …').click();
  const dialog = page.locator('dialog[open]');
  await dialog.getByLabel('Who at Customs').fill('duty officer');
  await dialog.getByLabel('When').fill('2026-01-01T08:00');
  await dialog.getByRole('button', { name: 'Write it down' }).click();
  await desks.rawiri.reads('That is before the incident was discovered');
  await desks.rawiri.look('customs-too-early');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await desks.rawiri.decide('Customs was told …', { 'Who at Customs': 'duty officer' });
  for (const one of [desk, desks.rawiri, desks.sam]) await one.reads('Customs was told.');
  const { reported_ms, discovered_ms } = await story(id);
  assert.ok(Math.abs(reported_ms - Date.now()) < 120_000 && reported_ms >= discovered_ms - 999, `${discovered_ms} ${reported_ms}`);
  await desk.look('customs-told');

  // Nobody decides against what was done.
  assert.equal(await desk.button('Need not be told …').count(), 0);
  const { status, value } = await people.anna.ask('POST', 'incidents/decide', { id, decision: 'not-reportable', reason: 'a scratch' });
  assert.equal(value.code, 'incident.reported', JSON.stringify(value));
  assert.equal(status, 409);
});

test('whoever was told of the beginning is told who has it in hand, and of the end', async () => {
  const letters = () => mail.letters.filter((letter) => letter.to.includes('anna@example.nz') && /NZ600002/.test(letter.subject));
  await until('Anna has all of it', () => letters().length >= 3);
  const [first, in_hand, over] = letters();
  assert.match(first.subject, /^\[critical\] chc-01: Seal NZ600002 tampered/);
  assert.match(in_hand.text, /In the hands of: Rawiri Pene/);
  assert.match(over.text, /How it ended: /);
  say(letters().map((letter) => letter.subject).join(' | '));
});

test('a site manager prints the form of their own site; a guest of Customs sees how far it is and takes nothing', async () => {
  const { id, entry, site } = await story((await incident(/NZ600002/)).id);
  const paper = await words_of((await desks.sam.saves('Form as PDF')).path);
  for (const said of [/Load site chc-01/, /Seals NZ600002/, /Container or package MSCU\d{7}/, /What is known cut marks on the bolt/, /not decided yet: the driver is asked at noon, by Anna Reid/, /told Customs by phone, duty officer, by Rawiri Pene/]) assert.match(paper.replaceAll('\n', ' '), said);
  desks.guest = await people.guest.sits(browser);
  await desks.guest.go(`incidents/${encodeURIComponent(id)}`);
  await desks.guest.reads('Customs was told.');
  await desks.guest.look('customs-as-guest');
  for (const one of ['Form as PDF', 'Customs was told …', 'The form was sent …']) assert.equal(await desks.guest.button(one).count(), 0, one);
  assert.equal((await people.guest.ask('GET', `print/incident?site=${site}&entry=${encodeURIComponent(entry)}`)).status, 403);
  // What is another site's is not theirs to see.
  assert.equal((await people.sam.ask('GET', `incidents/show?id=${encodeURIComponent((await incident(/NZ400017/)).id)}`)).status, 403);
});

test('after the call come the form and the reply, and then nothing is next; the report of incidents says all of it', async () => {
  const desk = desks.anna;
  await desk.decide('The form was sent …', { How: 'form', 'Who at Customs': 'incident desk' }, "Customs' form");
  await desk.reads('Write the reply down');
  await desk.decide('Write the reply down', { 'Reply of Customs': 'no further action', 'Reference from Customs': 'CR-2212' }, 'no further action');
  assert.equal(await desk.page.locator('main .next').count(), 0);
  await desk.look('customs-done');
  const one = await incident(/NZ600002/);
  assert.deepEqual([one.decision, one.reference, one.next_step], ['reported', 'CR-2212', undefined]);
  await desk.go('incidents?decision=reported');
  assert.match(await desk.page.locator('tbody tr', { hasText: 'NZ600002' }).innerText(), /Told to Customs[^]*CR-2212/);
  await desk.look('customs-list');
  await desk.go('seals/NZ600002');
  await desk.look('customs-seal');
});

test('what need not be told has a reason that the site reads, and Customs may be told after all', async () => {
  const desk = desks.anna;
  await office.site('akl-01').run('incident', 'cyber-breach', '--story', 'a mail with a false invoice was opened', '--by', kPacker);
  assert.ok(await to_do('akl-01', /cyber/i));
  await desk.go('overview');
  const row = desk.page.locator('#tell_customs li', { hasText: /cyber/i });
  await row.waitFor();
  await row.getByRole('button', { name: 'Decide not to …' }).click();
  await desk.page.locator('dialog[open]').getByLabel('Reason').fill('nothing of it reached the register');
  await desk.page.locator('dialog[open] .btn.main').click();
  await row.waitFor({ state: 'detached' });
  const { id, next_step } = await incident(/cyber/);
  assert.equal(next_step, undefined);
  await until('the site has nothing to decide any more', async () => !(await to_do('akl-01', /cyber/i)));
  await desk.go(`incidents/${encodeURIComponent(id)}`);
  await desk.reads('nothing of it reached the register');
  await desk.look('customs-not-reportable');
  await desk.decide('Customs was told …', { 'Who at Customs': 'duty officer' }, 'Customs was told.');
});

test('a clock to Customs that nobody stops is told at 12 and at 20 hours, and stands as over after 24', async () => {
  await office.site('dud-01').run('seal', 'lost', 'NZ700099', '--story', 'fell into the harbour', '--by', kPacker);
  await desks.anna.go('overview');
  await desks.anna.reads(/1 must be told to Customs/);
  const told = (name) => mail.letters.filter((letter) => /NZ700099/.test(letter.subject) && letter.to.includes(`${name}@example.nz`)).length;
  await until('Anna is told at once', () => told('anna') === 1);
  await office.site('akl-01').lose_network();
  for (const [hours, letters] of [[12.5, 2], [20.5, 3]]) {
    await office.pass_to(hours * kHour_ms);
    await until(`Anna is told after ${hours} hours`, () => told('anna') === letters);
  }
  await until('the deputy is told too', () => told('dan') >= 1);
  await office.pass_to(25 * kHour_ms);
  const desk = desks.anna;
  await desk.page.clock.setSystemTime(office.clock.now_ms());
  await desk.page.reload();
  await desk.sign_in(people.anna);
  await desk.go('overview');
  await desk.page.locator('#tell_customs li', { hasText: 'NZ700099' }).getByText(/over, was due/).waitFor();
  await desk.look('customs-over');
});

test("what a silent site's silence explains is covered by it, and says so, until the site is heard again", async () => {
  const desk = desks.anna;
  await desk.go('alerts');
  await desk.reads(/NZ700099 lost/);
  await desk.reads_not(/NZ310017/);
  await desk.go('alerts?state=covered');
  await desk.page.locator('tbody tr', { hasText: 'NZ310017' }).getByRole('link').click();
  await desk.reads('Covered by');
  await desk.reads('Why it stayed quiet');
  await desk.look('customs-covered');
  await office.site('akl-01').find_network();
  await desk.page.getByText('No longer covered').waitFor({ timeout: 90_000 });
});

test('a report goes out by itself, as a file in a mail', async () => {
  const desk = desks.anna;
  const at = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'Pacific/Auckland' }).format(office.clock.now_ms() + kHour_ms);
  await desk.go('reports');
  await desk.decide('Send regularly', { Report: 'incidents', 'How often': 'day', 'Time, by': at, 'E-mail addresses': 'anna@example.nz' }, 'Every day');
  await desk.look('customs-schedule');
  await office.pass_to(27 * kHour_ms);
  const file = () => mail.letters.map((letter) => /filename="incidents-[\d-]+\.pdf"\r\n\r\n([A-Za-z0-9+/=\r\n]+)/.exec(letter.text)?.[1]).find((found) => found !== undefined);
  await until('the report is in the mail', () => file() !== undefined);
  const path = join(office.folder, 'report.pdf');
  writeFileSync(path, Buffer.from(file(), 'base64'));
  const paper = await words_of(path);
  for (const said of ['NZ400017', 'NZ600002', 'trg-01', 'chc-01']) assert.ok(paper.includes(said), said);
});
