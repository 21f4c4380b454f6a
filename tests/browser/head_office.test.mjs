// SPDX-License-Identifier: Apache-2.0
/// Head office's pages against a simulated hub: each page with axe, small and wide, light and dark, and what only a
/// browser shows: signing in, keys, a session that ends in the middle of typing, what changes by itself.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { start } from '../../hub/web/dev/simulated_hub.mjs';
import { launch, Screen } from './screen.mjs';

const kPages = process.env.SEALKEEP_HUB_PAGES ?? new URL('../../build/dev/share/hub-web', import.meta.url).pathname;
const kSmall = { width: 360, height: 760 };
const kWide = { width: 1440, height: 900 };
const kOnly = process.env.SEALKEEP_ONLY?.split(',');

let browser;
/// Those of a test that failed are closed too: nothing goes on behind the next one, and the file comes to its end.
const hubs = new Set();
before(async () => (browser = await launch()));
afterEach(async () => {
  await Promise.all((browser?.contexts() ?? []).map((context) => context.close()));
  await Promise.all([...hubs].map((hub) => hub.close()));
  hubs.clear();
});
after(async () => await browser?.close());

async function open(world, { width, height, dark = false, signed_in = true, language = 'en' }) {
  const hub = await start({ world, port: 0, pages: kPages, signed_in, quiet: true });
  hubs.add(hub);
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: dark ? 'dark' : 'light', timezoneId: 'Pacific/Auckland', reducedMotion: 'reduce', acceptDownloads: true });
  if (language !== 'en') await context.addInitScript((code) => localStorage.setItem('sealkeep.language', code), language);
  const page = await context.newPage();
  const desk = new Screen(context, page, `hub-${world}-${width}${dark ? '-dark' : ''}`);
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security|Refused to/.test(message.text())) desk.faults.push(message.text());
  });
  await page.goto(hub.url);
  return { hub, desk, page };
}
/// Waits until the page says this, or has it as its title.
const says = ({ page }, words) => page.getByText(words).first().waitFor();
const reads = ({ page }, title) => page.locator('h1', { hasText: title }).first().waitFor();
const close = ({ desk }) => desk.close();
/// The page is there, and nothing of it is still grey.
async function go({ page, hub }, path) {
  await page.goto(`${hub.url}#${path}`);
  await page.waitForTimeout(150);
  await page.waitForFunction(() => document.querySelector('main h1') !== null && document.querySelector('.grey') === null);
}

const kPaths = async (page) => {
  const id = await page.evaluate(async () => (await (await fetch('api/v1/alerts/list?state=acknowledged')).json()).alerts[0]?.id ?? '');
  return ['overview', 'alerts', ...(id === '' ? [] : [`alerts/${id}`]), 'seals', 'seals?text=NZ3004', 'seals/NZ300471', 'sites', 'sites/trg-01', 'sites/tmu-01', 'deliveries', 'compliance', 'compliance/2.14', 'incidents', 'incidents/trg-01%2F1%2F4200', 'people', 'plan?against=2', 'reports', 'trends', 'admin/approvals', 'admin/users', 'admin/tokens', 'admin/channels', 'admin/audit'];
};
for (const [size, dark] of [[kWide, false], [kSmall, true], [kWide, true], [kSmall, false]]) {
  test(`every page is right for axe and fits, ${size.width} px, ${dark ? 'dark' : 'light'}`, async () => {
    const at = await open('demo', { ...size, dark });
    for (const path of kOnly ?? (await kPaths(at.page))) {
      await go(at, path);
      await at.desk.look(path.replaceAll(/[/?=%]/g, '-').slice(0, 40));
    }
    await close(at);
  });
}

for (const world of ['empty', 'well', 'thousand']) {
  test(`the overview of the world "${world}" says what is true there`, async () => {
    const at = await open(world, kWide);
    await go(at, 'overview');
    const sentence = (await at.page.locator('h1').innerText()).trim();
    assert.match(sentence, { empty: /invite the first site/, well: /^All is well/, thousand: /not accounted for/ }[world]);
    await at.desk.look('overview');
    for (const path of world === 'empty' ? ['alerts', 'sites', 'compliance', 'trends', 'seals', 'plan', 'people', 'incidents'] : ['sites']) {
      await go(at, path);
      await at.desk.look(path);
    }
    await close(at);
  });
}

test('in each language the first pages fit and are right for axe', async () => {
  for (const language of ['mi', 'zh-Hans', 'es']) {
    const at = await open('demo', { ...kSmall, language });
    for (const path of ['overview', 'alerts']) {
      await go(at, path);
      assert.equal(await at.page.evaluate(() => document.documentElement.lang), language);
      await at.desk.look(`${language}-${path}`);
    }
    await close(at);
  }
});

test('sign-in asks for the password, then for the code, and says what is wrong', async () => {
  const at = await open('demo', { ...kSmall, signed_in: false });
  const { page, desk } = at;
  await reads(at, 'Sign in');
  await desk.look('sign-in');
  await page.getByLabel('Name').fill('Ana Ruiz');
  await page.getByLabel('Password').fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await says(at, 'The name or the password is not right');
  await page.getByLabel('Password').fill('a sentence of my own');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await reads(at, 'Second step');
  await page.getByLabel('Code', { exact: true }).fill('123456');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await says(at, 'The code is not right');
  await page.getByLabel('Code', { exact: true }).fill('000000');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('.sentence').waitFor();
  await close(at);
});

test('a first sign-in shows the second step as a QR code, once', async () => {
  const at = await open('demo', { ...kWide, signed_in: false });
  const { page, desk } = at;
  await page.getByLabel('Name').fill('enrol me');
  await page.getByLabel('Password').fill('a sentence of my own');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await reads(at, 'Set up the second step');
  await page.getByRole('img', { name: /QR code/ }).waitFor();
  await desk.look('enrol');
  await page.getByLabel('Code', { exact: true }).fill('000000');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('.sentence').waitFor();
  assert.equal(await page.getByRole('img', { name: /QR code/ }).count(), 0);
  await close(at);
});

test('a session that ends in the middle of typing loses nothing', async () => {
  const at = await open('demo', kWide);
  const { page, desk } = at;
  await go(at, 'alerts');
  await page.locator('tbody a').first().click();
  await page.getByRole('button', { name: 'Put off' }).click();
  await page.getByLabel('Comment').fill('the part comes on Thursday');
  await page.evaluate(() => fetch('api/v1/simulated/end'));
  await page.locator('dialog').getByRole('button', { name: 'Put off' }).click();
  await says(at, 'Your session ended');
  await desk.look('session-ended');
  await page.getByLabel('Password').fill('a sentence of my own');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Code', { exact: true }).fill('000000');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await says(at, 'the part comes on Thursday');
  await says(at, 'Done: Put off');
  await close(at);
});

test('by keys alone: down, choose two, take both on', async () => {
  const at = await open('demo', kWide);
  const { page, desk } = at;
  await go(at, 'alerts');
  for (const key of ['j', 'x', 'j', 'x']) await page.keyboard.press(key);
  await says(at, '2 chosen');
  await desk.look('chosen');
  await page.keyboard.press('a');
  await page.getByRole('heading', { name: 'Take 2 alerts on' }).waitFor();
  await desk.look('take-on');
  await page.getByLabel(/Comment/).fill('both are mine');
  await page.locator('dialog .btn.main').click();
  await says(at, 'Done: Take 2 alerts on');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => /^#alerts\/[0-9a-f]{8}/.test(location.hash));
  await close(at);
});

test('what changes at the hub changes on the screen', async () => {
  const at = await open('demo', kWide);
  const { page } = at;
  await go(at, 'alerts');
  const first = page.locator('tbody tr').first();
  const what = await first.locator('a').first().innerText();
  await page.evaluate(async () => {
    const { alerts } = await (await fetch('api/v1/alerts/list')).json();
    await fetch('api/v1/alerts/resolve', { method: 'POST', body: JSON.stringify({ id: [alerts[0].id], cause: 'found' }) });
  });
  await page.waitForFunction((was) => document.querySelector('tbody tr a')?.textContent !== was, what);
  await close(at);
});

test('a filter can be kept under a name, and the table saved as it stands', async () => {
  const at = await open('demo', kWide);
  const { page } = at;
  await go(at, 'alerts?severity=high');
  await page.getByRole('button', { name: 'Save this filter' }).click();
  await page.getByLabel('Name of this filter').fill('High ones');
  await page.getByRole('button', { name: 'Keep' }).click();
  await go(at, 'alerts');
  await page.getByRole('link', { name: 'High ones' }).click();
  await page.waitForFunction(() => [...document.querySelectorAll('tbody td:nth-child(2)')].every((cell) => cell.textContent?.trim() === 'High'));
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'CSV' }).click()]);
  assert.equal(download.suggestedFilename(), 'sealkeep-alerts.csv');
  await close(at);
});

test('from the first screen to a report that Customs has in writing, one step after the other', async () => {
  const at = await open('demo', kWide);
  const { page, desk } = at;
  const next = page.locator('.steps .now .btn.main');
  const send = async () => {
    await page.locator('dialog .btn.main').focus();
    await page.keyboard.press('Enter');
    await page.locator('dialog').waitFor({ state: 'detached' });
  };
  await page.getByRole('link', { name: 'Report …' }).first().click();
  await says(at, 'Next: Decide, or phone Customs');
  await next.focus();
  await page.keyboard.press('Enter');
  await says(at, 'The clock goes on until Customs was told');
  await send();
  await says(at, 'Next: Phone Customs');
  await next.click();
  await page.getByLabel('Who at Customs').fill('Duty officer');
  await page.getByLabel(/Reference from Customs/).fill('CR-2211');
  await desk.look('customs-told');
  await send();
  await says(at, 'Customs was told.');
  await says(at, 'Next: Send the form');
  await next.click();
  await send();
  await next.filter({ hasText: 'Write the reply down' }).click();
  await page.getByRole('textbox', { name: 'Reply of Customs' }).fill('No further action');
  await send();
  await says(at, 'No further action');
  assert.equal(await next.count(), 0);
  await desk.look('customs-done');
  await close(at);
});
