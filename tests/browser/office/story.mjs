// SPDX-License-Identifier: Apache-2.0
/// The exporter of the story: five sites on an ordinary yesterday. One of them loses its network in the night.
import { until, unit } from '../ground.mjs';
import { Office } from './office.mjs';

export const kSites = ['akl-01', 'trg-01', 'wlg-01', 'chc-01', 'dud-01'];
export const kPacker = 'Mere Tipene';
export const kChecker = 'Tama Walker';
const kPass = ['--view', 'pass', '--verify', 'pass', '--tug', 'pass', '--twist', 'pass'];
/// Since yesterday morning: a site that was last heard of then is not heard of for a day.
const kHours = 26;

/// The n-th seal of the i-th site's delivery.
export const seal = (site, n) => `NZ${(kSites.indexOf(site) + 3) * 100_000 + n}`;
export const container = (site, n) => unit((kSites.indexOf(site) + 1) * 100 + n);

/// A container that is closed, sealed and checked, and left with a driver unless it `stands`.
export async function pack(site, n, stands = false) {
  const [number, box] = [seal(site.code, n), container(site.code, n)];
  const read = ['--door-seal', number, '--door-container', box, '--paper-seal', number, '--paper-container', box];
  await site.run('container', 'close', box, '--by', kPacker);
  await site.run('seal', 'apply', number, '--container', box, '--source', 'scanned', '--by', kPacker);
  await site.run('seal', 'check', '--container', box, ...read, ...kPass, '--by', kChecker);
  if (!stands) await site.run('seal', 'uplift', '--container', box, '--operator', '12', '--driver', 'R. Singh', '--truck', 'KLM482', ...kPass, '--signed', '--by', kChecker);
}

async function yesterday_at(site) {
  const { code } = site;
  await until(`${code} heard head office`, async () => (await site.ask('status')).instructions >= 5);
  for (const person of [kPacker, kChecker]) {
    await site.run('person', 'add', person);
    await site.run('record', 'keep', 'training_seals', '--person', person, '--note', 'trainer: head office', '--by', kPacker);
  }
  await site.run('record', 'keep', 'procedure', '--label', 'Storing and using seals', '--by', kPacker);
  await site.run('record', 'keep', 'qa_check', '--by', kPacker);
  await site.run('store', 'add', 'Safe');
  await site.run('seal', 'receive', seal(code, 1), seal(code, 200), '--approval', `PO-${code}`, '--delivery', `DN-${code}`, '--place', 'Safe', '--by', kPacker);
  await pack(site, 1);
  await pack(site, 2, code === 'chc-01');
  await site.run('seal', 'count', '--place', 'Safe', '--found', '198', '--blind', '--by', kChecker);
  await site.run('day', 'close', '--by', kPacker);
  await site.safe();
}

export async function begin_story(options) {
  const office = await Office.begin({ codes: kSites, hours_ago: kHours, ...options });
  try {
    for (const code of kSites) await office.hub('site', 'approve', code, '--fingerprint', await office.fingerprint(code));
    await office.hub('approve', 'plan', '--plan-version', '3', '--from', '2026-01-01');
    await office.hub('approve', 'operator', '--name', 'Harbour Haulage', '--number', '12', '--from', '2026-01-01', '--plan-version', '3');
    for (const code of kSites) {
      await office.hub('approve', 'customs', '--site', code, '--from', '2026-01-01', '--plan-version', '3');
      await office.hub('approve', 'delivery', '--site', code, '--approval', `PO-${code}`, '--first', seal(code, 1), '--last', seal(code, 200));
    }
    await office.hub('approve', 'delivery', '--site', 'chc-01', '--approval', 'PO-140', '--first', 'NZ610001', '--last', 'NZ610050');
    await office.hub('approve', 'delivery', '--site', 'akl-01', '--approval', 'PO-141', '--first', 'NZ310001', '--last', 'NZ310100');
    await Promise.all(kSites.map(async (code) => {
      await office.site(code).serve();
      await yesterday_at(office.site(code));
    }));
    await office.site('wlg-01').lose_network();
    await office.pass_to(0);
  } catch (error) {
    error.message += `\nhub: ${office.log('hub').slice(-2000)}`;
    await office.end();
    throw error;
  }
  return office;
}
