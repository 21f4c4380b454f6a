// SPDX-License-Identifier: Apache-2.0
// Opens an evidence page (first argument) from a file in a browser as Customs would, under the fingerprint that stands
// behind it (second argument), and changed. With a folder as third argument it leaves pictures and a print there.
// Exits 1 at the first thing that is not as it should be, 77 without a browser.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, openBrowser } from './browser.mjs';

if (!chromium) {
  console.log('there is no chromium on this machine');
  process.exit(77);
}
const [, , file, anchor, pictures] = process.argv;
const html = fs.readFileSync(file, 'utf8');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sealkeep-pages-'));
const browser = await openBrowser();
const isDone = "!document.getElementById('verdict').textContent.startsWith('Checking')";
const verdictOf = async (tab) => { await tab.until(isDone); return tab.value("document.getElementById('verdict').textContent"); };
const saved = (name, text) => { const at = path.join(folder, name); fs.writeFileSync(at, text); return pathToFileURL(at).href; };
const give = (tab, key) => tab.value(`(() => { document.getElementById('anchor').value = ${JSON.stringify(key)}; document.querySelector('#keys button').click(); })()`);

async function check() {
  // The watch sees what goes out: a page without a policy, and one request.
  const chatty = await browser.open(saved('chatty.html', '<img src="http://example.invalid/seen">'));
  for (let i = 0; browser.asked.length === 0 && i < 500; ++i) await new Promise((done) => setTimeout(done, 20));
  assert.deepEqual(browser.asked.splice(0), ['GET http://example.invalid/seen HTTP/1.1'], 'a request is not seen: this test would prove nothing');
  await chatty.close();

  const tab = await browser.open(pathToFileURL(file).href);
  assert.equal(await verdictOf(tab), 'consistent, keys not confirmed');
  const text = await tab.value('document.body.innerText');
  for (const said of ['under keys that the pack itself brings', 'NZ300001', 'Mere Tane', 'MSCU1234566', 'What this cannot prove', 'whose keys these are'])
    assert.ok(text.includes(said), 'the page does not say: ' + said);

  await give(tab, 'a'.repeat(32));
  await tab.until("document.body.innerText.includes('No key and no state of this pack is what you gave')");
  assert.equal(await verdictOf(tab), 'consistent, keys not confirmed');
  await give(tab, 'no key at all');
  await tab.until("document.getElementById('mistyped').textContent.includes('neither a key')");
  assert.notEqual(await verdictOf(tab), 'NOT CONSISTENT', 'what the reader mistyped is not the pack\'s fault');
  await give(tab, anchor);
  await tab.until("document.querySelector('section.good')");
  assert.equal(await verdictOf(tab), 'proven under the keys you gave');

  // It stays within the window on a telephone, in both colour schemes, and can be read on both.
  for (const width of [390, 1280])
    for (const scheme of ['light', 'dark']) {
      await tab.tell('Emulation.setDeviceMetricsOverride', { width, height: 844, deviceScaleFactor: 1, mobile: width < 500 });
      await tab.tell('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
      assert.ok(await tab.value('document.documentElement.scrollWidth <= innerWidth'), 'wider than its window at ' + width + ' px');
      for (const part of ['body', '#verdict', 'th', 'td', 'textarea', 'button']) {
        const contrast = await tab.value(`(${contrastOf})(document.querySelector('${part}'))`);
        assert.ok(contrast >= 4.5, part + ' in ' + scheme + ' has a contrast of ' + contrast);
      }
      if (pictures) await picture(tab, width + '-' + scheme);
    }
  await tab.tell('Emulation.clearDeviceMetricsOverride');
  await tab.tell('Emulation.setEmulatedMedia', { features: [] });
  const { data } = await tab.tell('Page.printToPDF', { preferCSSPageSize: true, printBackground: false });
  if (pictures) fs.writeFileSync(path.join(pictures, 'page.pdf'), Buffer.from(data, 'base64'));

  assert.deepEqual(tab.requests(), [pathToFileURL(file).href]);
  assert.deepEqual(tab.complaints(), []);
  // Nor could it: whatever its script tried, the policy refuses.
  assert.equal(await tab.value("fetch('http://example.invalid/fetch').then(() => 'fetched', () => 'refused')"), 'refused');
  assert.equal(await tab.value("new Promise((done) => { const i = new Image(); i.onload = () => done('loaded'); i.onerror = () => done('refused'); i.src = 'http://example.invalid/image'; })"), 'refused');
  await tab.value("(() => { const f = document.createElement('form'); f.action = 'http://example.invalid/form'; document.body.append(f); f.submit(); })()");
  await new Promise((done) => setTimeout(done, 200));
  assert.equal(await tab.value('location.protocol'), 'file:');
  await tab.close();

  // One bit of the pack changed, anywhere, is refused in words.
  const begin = html.indexOf('id="pack">') + 10, end = html.indexOf('</script>', begin), pack = Buffer.from(html.slice(begin, end), 'base64');
  for (const part of [0, 0.3, 0.5, 0.7, 0.999]) {
    const changed = Buffer.from(pack), at = Math.floor(part * pack.length);
    changed[at] ^= 1 << (at % 8);
    const bad = await browser.open(saved('bad.html', html.slice(0, begin) + changed.toString('base64') + html.slice(end)));
    assert.equal(await verdictOf(bad), 'NOT CONSISTENT', 'byte ' + at);
    const why = await bad.value('document.body.innerText');
    assert.ok(why.includes('What does not fit:') && why.includes('Nothing in this file may be relied on'), why);
    assert.ok(!why.includes('NZ300001'), 'a pack that is refused shows no seals');
    if (pictures && part === 0.5) for (const scheme of ['light', 'dark']) {
      await bad.tell('Emulation.setDeviceMetricsOverride', { width: 390, height: 844, deviceScaleFactor: 1, mobile: true });
      await bad.tell('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
      await picture(bad, 'refused-390-' + scheme);
    }
    await bad.close();
  }
  assert.deepEqual(browser.asked, [], 'something went to the network');
}

// WCAG's contrast of an element's text with what is behind it.
function contrastOf(element) {
  const numbers = (colour) => (colour.match(/[\d.]+/g) || []).map(Number);
  const light = (rgb) => [0.2126, 0.7152, 0.0722].reduce((sum, part, i) => { const c = rgb[i] / 255; return sum + part * (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4); }, 0);
  let behind = element;
  while (behind && numbers(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
  const a = light(numbers(getComputedStyle(element).color)), b = behind ? light(numbers(getComputedStyle(behind).backgroundColor)) : 1;
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

async function picture(tab, name) {
  const { data } = await tab.tell('Page.captureScreenshot', { format: 'png', captureBeyondViewport: true, clip: { x: 0, y: 0, width: await tab.value('innerWidth'), height: Math.min(2600, await tab.value('document.documentElement.scrollHeight')), scale: 1 } });
  fs.writeFileSync(path.join(pictures, name + '.png'), Buffer.from(data, 'base64'));
}

let code = 0;
try {
  await check();
} catch (error) {
  console.log(error.stack);
  code = 1;
}
await browser.close();
fs.rmSync(folder, { recursive: true, force: true });
process.exit(code);
