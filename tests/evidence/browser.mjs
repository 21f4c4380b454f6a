// SPDX-License-Identifier: Apache-2.0
// A browser under remote control over a pipe: no port, no package. Chromium only; the DevTools protocol.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

const WAIT_MS = 30_000;

export const chromium = ['chromium', 'chromium-browser'].find((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0);

// Everything that would leave the machine goes to a proxy that only counts. What the browser's maker has it ask for on
// its own account is no page's doing; a page that asked there would show among its tab's requests.
const MAKERS = /^\S+ (http:\/\/)?[\w.-]*\.(google|googleapis|gvt1)\.com[:/]/;
async function trap() {
  const asked = [];
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (data) => { const line = String(data).split('\r\n')[0]; if (!MAKERS.test(line)) asked.push(line); socket.destroy(); });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { asked, port: server.address().port, close: () => server.close() };
}

/** Opens a browser with an empty profile. `open(url)` gives a tab; `asked` lists what came to the network. */
export async function openBrowser() {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'sealkeep-browser-'));
  const out = await trap();
  const child = spawn(chromium, ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--disable-extensions', '--disable-features=NetworkTimeServiceQuerying', '--disable-dev-shm-usage', '--remote-debugging-pipe', '--user-data-dir=' + profile,
    '--proxy-server=127.0.0.1:' + out.port, '--proxy-bypass-list=<-loopback>', 'about:blank'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
  const waiting = new Map(), listeners = [];
  let last = 0, rest = '', closed = false;
  child.on('exit', () => { closed = true; for (const { reject } of waiting.values()) reject(new Error('the browser ended')); });
  child.stdio[3].on('error', () => {});
  child.stdio[4].setEncoding('utf8').on('data', (text) => {
    const parts = (rest + text).split('\0');
    rest = parts.pop();
    for (const message of parts.map((part) => JSON.parse(part))) {
      if (message.method) listeners.forEach((tell) => tell(message));
      const asker = waiting.get(message.id);
      if (!asker) continue;
      waiting.delete(message.id);
      if (message.error) asker.reject(new Error(message.error.message)); else asker.resolve(message.result);
    }
  });
  const send = (method, params = {}, sessionId = undefined) => new Promise((resolve, reject) => {
    if (closed) { reject(new Error('the browser ended')); return; }
    const id = ++last, timer = setTimeout(() => reject(new Error(method + ': no answer')), WAIT_MS);
    waiting.set(id, { resolve: (value) => { clearTimeout(timer); resolve(value); }, reject: (error) => { clearTimeout(timer); reject(error); } });
    child.stdio[3].write(JSON.stringify({ id, method, params, sessionId }) + '\0');
  });

  async function open(url) {
    const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
    const tell = (method, params) => send(method, params, sessionId), events = [];
    listeners.push((message) => { if (message.sessionId === sessionId) events.push(message); });
    for (const domain of ['Page', 'Network', 'Runtime', 'Log']) await tell(domain + '.enable');
    await tell('Page.navigate', { url });
    const tab = {
      tell,
      requests: () => events.filter((e) => e.method === 'Network.requestWillBeSent').map((e) => e.params.request.url),
      complaints: () => events.filter((e) => e.method === 'Runtime.exceptionThrown' || (e.method === 'Log.entryAdded' && e.params.entry.level === 'error')).map((e) => e.params.entry?.text ?? e.params.exceptionDetails.text),
      async value(expression) {
        const { result, exceptionDetails } = await tell('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
        if (exceptionDetails) throw new Error(expression + ': ' + exceptionDetails.text);
        return result.value;
      },
      async until(expression) {
        for (const end = Date.now() + WAIT_MS; Date.now() < end; await new Promise((done) => setTimeout(done, 20))) {
          const value = await tab.value(expression).catch(() => null);
          if (value) return value;
        }
        throw new Error('never became true: ' + expression);
      },
      close: () => send('Target.closeTarget', { targetId }),
    };
    return tab;
  }
  return {
    asked: out.asked,
    open,
    async close() {
      await send('Browser.close').catch(() => {});
      if (!closed) await Promise.race([new Promise((done) => child.once('exit', done)), new Promise((done) => setTimeout(done, 5000))]);
      if (!closed) child.kill('SIGKILL');
      out.close();
      fs.rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}
