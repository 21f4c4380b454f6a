// SPDX-License-Identifier: Apache-2.0
/// A day at head office, with a real hub, five real agents and real messages: what goes wrong at a site is on the screen, is
/// taken in hand by people, reaches whoever must know, and ends with the report to Customs.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { pause, until } from '../ground.mjs';
import { launch } from '../screen.mjs';
import { verify_pack } from './office.mjs';
import { kPassword, Person } from './people.mjs';
import { HookSink, MailSink } from './post.mjs';
import { begin_story, container, kChecker, kPacker, kSites, pack, seal } from './story.mjs';

const kHookKey = 'a key of thirty-two bytes or more, for this test';

let browser, office, mail, hook;
const people = {};
const desks = {};
const say = (...words) => console.log('   ', ...words);

before(async () => {
  [browser, mail, hook] = await Promise.all([launch(), MailSink.open(), HookSink.open(kHookKey)]);
  office = await begin_story({
    secrets: { 'ops-key': kHookKey },
    config: `[notices]
link = "https://hub.example.nz"
channels = ["mail; kind=smtp; url=smtp://127.0.0.1:${mail.port}; from=sealkeep@example.nz; plain=yes", "ops; kind=webhook; url=http://127.0.0.1:${hook.port}/sealkeep; secret=ops-key"]
people = [
  "Anna Reid; role=ses-manager; to=mail:anna@example.nz",
  "Dan Low; role=deputy; to=mail:dan@example.nz",
  "Sam Tau; role=supervisor; sites=akl-01,trg-01; to=mail:sam@example.nz",
  "Ivy Chen; role=it; to=ops",
]
`,
  });
  people.admin = await Person.come(office, 'Hana Ngata', 'administrator');
  people.other = await Person.come(office, 'Ben Ropata', 'administrator');
  people.anna = await Person.come(office, 'Anna Reid', 'ses-manager');
  people.sam = await Person.come(office, 'Sam Tau', 'site-manager', '--site', 'akl-01', '--site', 'trg-01');
  people.vera = await Person.come(office, 'Vera Lund', 'viewer');
  people.guest = await Person.come(office, 'Customs Officer', 'guest', '--until', '2030-01-01');
  desks.anna = await people.anna.sits(browser);
});
after(async () => {
  for (const desk of Object.values(desks)) await desk.close();
  await browser?.close();
  await office?.end();
  await mail?.close();
  await hook?.down().catch(() => undefined);
});

test('a site that lost its network is not heard of: apart, in grey, and nobody is blamed for it', async () => {
  const { page } = desks.anna;
  await desks.anna.reads(/1 site not heard of since/);
  const silent = page.locator('#not_heard');
  assert.match(await silent.innerText(), /wlg-01/);
  const late = await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--late').trim());
  const red = await page.evaluate((colour) => {
    const probe = document.body.appendChild(document.createElement('span'));
    probe.style.color = colour;
    const wanted = getComputedStyle(probe).color;
    probe.remove();
    return [...document.querySelectorAll('main *')].filter((node) => [getComputedStyle(node).color, getComputedStyle(node).backgroundColor, getComputedStyle(node).borderTopColor].includes(wanted) && node.textContent.includes('wlg-01')).map((node) => node.outerHTML.slice(0, 120));
  }, late);
  assert.deepEqual(red, []);
  await desks.anna.look('overview-silent');
});

test('a delivery that went to another site stands with its announcement, and its alert says whose it is', async () => {
  await office.site('dud-01').run('seal', 'receive', 'NZ610001', 'NZ610050', '--approval', 'PO-140', '--delivery', 'DN-10', '--place', 'Safe', '--by', kPacker);
  await office.site('dud-01').safe();
  await desks.anna.go('deliveries');
  const row = desks.anna.page.locator('tbody tr', { hasText: 'PO-140' });
  assert.match(await row.innerText(), /Wrong site[^]*chc-01/);
  await desks.anna.look('deliveries');
  await row.getByRole('link', { name: 'PO-140' }).click();
  await desks.anna.page.locator('main').getByText(/PO-140 names chc-01/).first().waitFor();
  await desks.anna.look('alert-wrong-delivery');
});

test('what goes wrong at a site is on the overview as the hub hears it', async () => {
  const desk = desks.anna;
  await desk.go('overview');
  /// `words`: what the overview says of it then.
  async function happens(name, words, rule, act) {
    const seen = desk.appears(words);
    await act();
    const at_ms = await seen;
    const { raised_ms } = await people.anna.alert(rule);
    say(`${name}: on the screen ${at_ms + office.clock.moved_ms - raised_ms} ms after the hub raised it`);
  }
  await happens('one short', 'NZ310017', /NZ310017 short/, () => office.site('akl-01').run('seal', 'receive', 'NZ310001', 'NZ310100', '--approval', 'PO-141', '--delivery', 'DN-9', '--missing', 'NZ310017', '--place', 'Safe', '--by', kPacker));
  await happens('a lost seal', 'NZ400017', /NZ400017 lost/, () => office.site('trg-01').run('seal', 'lost', 'NZ400017', '--story', 'not in the safe at the count', '--by', kPacker));
  await happens('a tampered seal', 'NZ600002', /NZ600002 tampered/, () => office.site('chc-01').run('seal', 'tampered', 'NZ600002', '--container', container('chc-01', 2), '--story', 'cut marks on the bolt', '--by', kChecker));
  const real = office.site('dud-01');
  await real.stop();
  const copy = real.copy('dud-copy');
  await real.serve();
  await real.run('seal', 'apply', seal('dud-01', 3), '--container', container('dud-01', 3), '--by', kPacker);
  await real.safe();
  for (const n of [4, 5]) await copy.run('seal', 'apply', seal('dud-01', n), '--container', container('dud-01', n), '--by', kPacker);
  await happens('two histories', 'two histories', /two histories/, () => copy.serve());
  await copy.stop();
  await desk.settled();
  await desk.look('overview-day');
});

test('a site that is heard again says by itself what it did meanwhile', async () => {
  await desks.anna.go('overview');
  const site = office.site('wlg-01');
  await pack(site, 3);
  await site.find_network();
  // The agent tries again within a minute.
  await desks.anna.page.locator('#not_heard').waitFor({ state: 'detached', timeout: 90_000 });
  await site.safe();
  assert.equal((await people.anna.read(`seal/show?number=${seal('wlg-01', 3)}`)).sites[0].site, 'wlg-01');
});

test('an alert has a life: taken on, given on, put off, woken, raised, closed, opened again', async () => {
  const desk = desks.anna;
  const { page } = desk;
  await desk.go('alerts');
  await page.locator('tbody tr', { hasText: 'NZ310017' }).locator('a').first().click();
  await desk.settled();
  await desk.look('alert');
  await desk.decide('Take on', { Comment: 'I ask the supplier' }, 'I ask the supplier');
  await desk.decide('Assign', { To: 'Sam Tau', Comment: 'look in the delivery van' }, 'look in the delivery van');
  await desk.decide('Comment', { Comment: 'the supplier answers tomorrow' }, 'the supplier answers tomorrow');
  await desk.decide('Severity', { Severity: 'high', Comment: 'the container waits for it' }, 'the container waits for it');
  await desk.decide('Put off', { Comment: 'nobody is there before noon' }, 'nobody is there before noon');
  await desk.decide('Wake', {});
  // Closing by hand what is still there and ends by itself is refused, and says what to do.
  await desk.button('Close').first().click();
  await page.locator('dialog[open]').getByLabel('Cause').fill('found it');
  await page.locator('dialog[open] form .row .btn').first().click();
  await page.locator('dialog[open] [role=alert], dialog[open] .problem').first().waitFor();
  await desk.look('alert-refused');
  await page.locator('dialog[open]').getByRole('button', { name: 'Cancel' }).click();
  const { subject, id } = await people.anna.alert(/NZ310017/);
  await office.site('akl-01').run('seal', 'explain', subject.split(':')[1], '--how', 'supplier-confirmed', '--seal', 'NZ310017', '--story', 'the supplier packed 99', '--by', kPacker);
  await page.getByText('Resolved', { exact: true }).or(page.getByText('Closed', { exact: true })).first().waitFor();
  await desk.decide('Reopen', { Comment: 'the invoice says 100' }, 'the invoice says 100');
  await desk.decide('Close', { Cause: 'the invoice was corrected' }, 'the invoice was corrected');
  await desk.look('alert-closed');
  const { history, owner } = await people.anna.read(`alerts/show?id=${id}`);
  say(history.map((step) => `${step.what} (${step.by})`).join(', '));
  for (const step of [/acknowledged/, /assigned/, /comment/, /severity/, /snoozed/, /woken|woke/, /resolved/, /reopened|opened/]) assert.ok(history.some(({ what }) => step.test(what)), `no step ${step}`);
  say('owner', owner);
});

test('what takes two persons waits for the second one', async () => {
  desks.admin = await people.admin.sits(browser);
  desks.other = await people.other.sits(browser);
  const { admin, other } = desks;
  await admin.go('admin/users');
  await admin.page.locator('tbody tr', { hasText: 'Vera Lund' }).getByRole('button', { name: 'Role' }).click();
  await admin.page.locator('dialog[open]').getByLabel('Role').selectOption('site-manager');
  await admin.page.locator('dialog[open]').getByLabel(/Only these sites/).fill('wlg-01');
  await admin.page.locator('dialog[open] form .row .btn').first().click();
  await admin.reads(/A second person must confirm/);
  await admin.go('admin/approvals');
  await admin.reads(/Yours: another person confirms it/);
  assert.equal(await admin.button('Confirm').count(), 0);
  await admin.look('approval-own');
  const [{ id }] = (await people.admin.read('approval/list')).approvals;
  for (const person of [people.admin, people.anna]) {
    const { status, value } = await person.ask('POST', 'approval/confirm', { id });
    say(`${person.name} may not confirm it: ${value.code}`);
    assert.ok(status === 403 || status === 409);
  }
  assert.equal((await people.vera.read('session')).role, 'viewer');
  await other.go('admin/approvals');
  await other.look('approval-other');
  await other.decide('Confirm');
  await other.reads(/Nothing waits for a second person/);
  assert.deepEqual((await people.admin.read('user/list')).users.find((user) => user.person === 'Vera Lund').role.replace('_', '-'), 'site-manager');
});

test('a machine that copied a site is not let in: its fingerprint is not the one that the site reads out', async () => {
  const desk = desks.anna;
  await desk.go('sites/dud-01');
  await desk.page.getByLabel(/What the site reads out/).fill(await office.fingerprint('dud-01'));
  await desk.reads(/differ/i);
  assert.ok(await desk.button('Approve dud-01').isDisabled());
  await desk.look('fingerprint-differs');
});

test('each role sees and may what it may, and nothing else', async () => {
  const ranks = ['guest', 'viewer', 'site_manager', 'ses_manager', 'administrator'];
  const { paths } = await people.admin.read('openapi.json');
  const said = {};
  for (const person of [people.guest, people.sam, people.anna, people.admin]) {
    const role = (await person.read('session')).role.replace('-', '_');
    const count = { may: 0, may_not: 0 };
    for (const [path, methods] of Object.entries(paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        const least = operation['x-least-role']?.replace('-', '_').replace(' ', '_');
        if (least === undefined) continue;
        const may = ranks.indexOf(role) >= ranks.indexOf(least);
        // What it may is asked only where asking changes nothing.
        if (may && method !== 'get') continue;
        const { status, value } = await person.ask(method.toUpperCase(), path.replace(/^\/(api\/v1\/)?/, ''), method === 'get' ? undefined : {});
        if (may) assert.ok(status !== 403 || /site/.test(value.code), `${role} may ${path}: ${status} ${JSON.stringify(value)}`);
        else assert.equal(status, 403, `${role} may not ${path}: ${JSON.stringify(value)}`);
        ++count[may ? 'may' : 'may_not'];
      }
    }
    said[role] = count;
  }
  say('operations that each role may read and may not use:', JSON.stringify(said));
});

test('what somebody may not do is not offered to them', async () => {
  const { id: alert, incident } = await people.anna.alert(/NZ400017/);
  const elsewhere = (await people.anna.alert(/NZ600002/)).id;
  const decisions = ['Take on', 'Assign', 'Put off', 'Close', 'Comment', 'Severity'];
  const offered = { guest: [], sam: decisions.slice(0, 5), anna: decisions };
  for (const [name, wanted] of Object.entries(offered)) {
    const desk = (desks[name] ??= await people[name].sits(browser));
    await desk.go(`alerts/${alert}`);
    await desk.reads(/NZ400017 lost/);
    const found = [];
    for (const one of decisions) if ((await desk.button(one).count()) > 0) found.push(one);
    assert.deepEqual(found, wanted, name);
    await desk.look(`alert-as-${name}`);
    // Customs is told by an SES manager; everybody else sees how far it is.
    await desk.go(`incidents/${encodeURIComponent(incident)}`);
    await desk.reads(/Phone Customs/);
    assert.equal(await desk.button('Customs was told …').count(), name === 'anna' ? 1 : 0, name);
  }
  await desks.sam.go('sites');
  for (const code of kSites) assert.equal(await desks.sam.page.locator('tbody').getByText(code, { exact: true }).count(), ['akl-01', 'trg-01'].includes(code) ? 1 : 0, code);
  await desks.sam.look('sites-own');
  assert.equal((await people.sam.ask('GET', `alerts/show?id=${elsewhere}`)).status, 403);
  await desks.sam.go(`alerts/${elsewhere}`);
  await desks.sam.reads(/one of your sites/);
  await desks.sam.look('alert-of-others');
});

test('messages reach whoever must know, and a receiver that is down loses none', async () => {
  const for_ivy = () => [...hook.taken.values()].filter((taken) => taken.for === 'Ivy Chen');
  await until('the fork is told to IT', () => for_ivy().some((taken) => taken.rule_name === 'fork'));
  await until('the loss is told to the SES manager', () => mail.letters.some((letter) => /NZ400017 lost/.test(letter.subject) && letter.to.includes('anna@example.nz')));
  const letter = mail.letters.find(({ subject }) => /NZ400017 lost/.test(subject));
  await desks.anna.page.goto(new URL(/https:\/\/hub\.example\.nz\/(\S+)/.exec(letter.text)[1], office.url).href);
  await desks.anna.settled();
  await desks.anna.reads(/NZ400017 lost/);
  assert.doesNotMatch(letter.text, /Ivy Chen was told/);
  await hook.down();
  await office.site('akl-01').run('incident', 'cyber-breach', '--story', 'the office PC was encrypted', '--by', kPacker);
  await people.anna.decide('notice/test', { name: 'ops' });
  await until('the message waits', async () => (await people.anna.read('notice/channels')).channels.find((channel) => channel.name === 'ops').waiting >= 2);
  await desks.anna.go('admin/channels');
  await desks.anna.look('channel-down');
  await hook.up();
  await until('what waited is there', () => for_ivy().some((taken) => taken.rule_name === 'breach_told') && [...hook.taken.values()].some((taken) => taken.moment === 'test'));
  assert.deepEqual(hook.refused, []);
  const { channels } = await people.anna.read('notice/channels');
  assert.deepEqual(channels.map((channel) => channel.dead), [0, 0]);
  const sent = (await people.anna.read('notice/list')).notices.filter((notice) => notice.channel === 'ops');
  assert.ok(sent.length > 0 && sent.every((notice) => hook.taken.has(notice.id)), JSON.stringify(sent));
});

test('a seal is proven by a file that is checked without this hub', async () => {
  const desk = desks.anna;
  await desk.go('seals');
  await desk.page.getByRole('searchbox').or(desk.page.locator('main input').first()).first().fill('NZ400017');
  await desk.page.locator('tbody a', { hasText: 'NZ400017' }).first().click();
  await desk.settled();
  await desk.look('seal');
  const { path, name } = await desk.saves('Prove it');
  const { stdout } = await verify_pack(path);
  say(`${name}: ${stdout.split('\n').filter((line) => /valid|consistent|proven/i.test(line)).join(' ').slice(0, 200)}`);
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1] ^= 1;
  writeFileSync(`${path}.changed`, bytes);
  await assert.rejects(verify_pack(`${path}.changed`));
});

const kPaths = ['overview', 'alerts?state=all', 'seals?text=NZ4000', 'seals/NZ400017', 'sites', 'sites/trg-01', 'deliveries', 'incidents', 'compliance', 'compliance/2.12', 'people', 'plan', 'reports', 'trends', 'admin/approvals', 'admin/users', 'admin/tokens', 'admin/channels', 'admin/audit'];
for (const [width, height, dark, language] of [[1280, 860, false, 'en'], [360, 760, true, 'en'], [360, 760, false, 'es']]) {
  test(`every page of the day is right for axe and fits: ${width} px, ${dark ? 'dark' : 'light'}, ${language}`, async () => {
    const desk = await people.admin.sits(browser, { width, height, dark, language });
    for (const path of kPaths) {
      await desk.go(path);
      await desk.look(path.replaceAll(/[/?=%]/g, '-'));
      assert.equal(await desk.page.locator('main [role=alert]').count(), 0, `${path} shows a problem`);
    }
    await desk.close();
  });
}

test('a page prints black on white, without what only a screen has, from a dark screen too', async () => {
  const desk = await people.anna.sits(browser, { dark: true });
  const { page } = desk;
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  for (const path of ['overview', 'sites/trg-01', 'incidents']) {
    await desk.go(path);
    const { colours, buttons } = await page.evaluate(() => ({
      colours: [...new Set([...document.querySelectorAll('main h1, main td, main td a, main strong')].map((node) => getComputedStyle(node).color))],
      buttons: [...document.querySelectorAll('button:not(th button), nav')].filter((node) => node.checkVisibility()).map((node) => node.textContent.trim()),
    }));
    for (const colour of colours) assert.match(colour, /^rgb\((\d|[1-6]\d), /, `${path} prints ${colour}`);
    assert.deepEqual(buttons, [], path);
    await desk.shot(`print-${path.replaceAll('/', '-')}`);
  }
  await desk.close();
});

test('a new person comes in with a one-time code, a password of their own and an authenticator app', async () => {
  const mia = new Person(office, 'Mia Stone', 'viewer');
  const code = (await office.hub_json('user', 'add', mia.name, '--role', mia.role)).one_time_code;
  const desk = await mia.sits(browser, { width: 360, height: 760, signed_in: false });
  const { page } = desk;
  await page.getByLabel('Name', { exact: true }).fill(mia.name);
  await page.getByLabel('Password').fill(code);
  await desk.button('Sign in').click();
  await page.getByLabel('New password').fill(kPassword);
  await desk.button('Sign in').click();
  await page.getByRole('img', { name: /QR code/ }).waitFor();
  await desk.look('enrol');
  await page.locator('summary').click();
  mia.secret = (await page.locator('details .key').innerText()).replaceAll(/\s/g, '');
  await page.getByLabel('Code', { exact: true }).fill(mia.digits());
  await desk.button('Sign in').click();
  await page.locator('.sentence').waitFor();
  await desk.close();
});

test('what nobody takes in hand climbs the ladder, and whoever went home signs in to see it', async () => {
  const { id } = await people.anna.alert(/two histories/);
  await office.pass_to(5 * 3_600_000);
  await until('the deputy was told', () => mail.letters.some((letter) => letter.to.includes('dan@example.nz') && /Nobody has it in hand: .*two histories/.test(letter.subject)));
  const desk = desks.anna;
  await desk.page.goto(`${office.url}#alerts/${id}`);
  await desk.page.reload();
  await desk.sign_in(people.anna);
  await desk.reads('Went a step up');
  await desk.look('alert-escalated');
});

test('nobody is interrupted more than six times that day', async () => {
  const count = {};
  for (const letter of mail.letters) if (!/^(Digest|Over|Re:)/.test(letter.subject)) count[letter.to[0]] = (count[letter.to[0]] ?? 0) + 1;
  for (const taken of hook.taken.values()) if (taken.interrupts) count[taken.for] = (count[taken.for] ?? 0) + 1;
  say('interrupting messages of the day:', JSON.stringify(count));
  for (const [person, times] of Object.entries(count)) assert.ok(times <= 6, `${person}: ${times}`);
});
