// SPDX-License-Identifier: Apache-2.0
/// Keeps the shell in the tablet, so that the page opens without the agent. Answers of the API are never kept here:
/// what may be shown without the agent lies in the page's own database, with its age.
export {};

interface WorkerScope {
  readonly registration: { readonly scope: string };
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
  addEventListener(type: 'install' | 'activate', listener: (event: ExtendableEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void;
}
interface ExtendableEvent {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

declare const __SHELL__: readonly string[];
declare const __SHELL_NAME__: string;
const scope = self as unknown as WorkerScope;
const kCache = `shell-${__SHELL_NAME__}`;
const kPagePatience_ms = 2_500;

scope.addEventListener('install', (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(kCache);
      await cache.addAll(__SHELL__.map((path) => new Request(path, { cache: 'reload' })));
      await scope.skipWaiting();
    })(),
  );
});

scope.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      // The shell before this one stays: a page that is still open may yet ask for a part of it.
      const shells = (await caches.keys()).filter((name) => name !== kCache);
      for (const name of shells.slice(0, -1)) await caches.delete(name);
      await scope.clients.claim();
    })(),
  );
});

// The newest page if the agent answers soon, else the one in the tablet.
async function page(request: Request): Promise<Response> {
  const kept = (await caches.open(kCache)).match('./');
  const gone = new AbortController();
  const timer = setTimeout(() => gone.abort(), kPagePatience_ms);
  try {
    const fresh = await fetch(request, { signal: gone.signal });
    return fresh.ok ? fresh : ((await kept) ?? fresh);
  } catch {
    return (await kept) ?? Response.error();
  } finally {
    clearTimeout(timer);
  }
}

async function file(request: Request): Promise<Response> {
  return (await caches.match(request, { ignoreSearch: true })) ?? fetch(request);
}

scope.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith(`${new URL(scope.registration.scope).pathname}api/`)) return;
  event.respondWith(event.request.mode === 'navigate' ? page(event.request) : file(event.request));
});
