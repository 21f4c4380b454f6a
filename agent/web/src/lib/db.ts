// SPDX-License-Identifier: Apache-2.0
/// What this tablet keeps by itself: records and pictures on their way, the draft, and the last answers. IndexedDB.
import type { Item } from './queue';

const kName = 'sealkeep-terminal';
const kVersion = 2;

/// An original that the agent does not have whole yet.
export interface KeptPicture {
  readonly sha256: string;
  readonly bytes: ArrayBuffer;
  readonly made_ms: number;
}

/// A place that survives a reload and a power cut; `durable` is false where the browser offers none.
export interface Keep {
  readonly durable: boolean;
  items(): Promise<Item[]>;
  /// Resolves when the browser has it on disk.
  put_item(item: Item): Promise<void>;
  remove_item(key: string): Promise<void>;
  put_picture(picture: KeptPicture): Promise<void>;
  /// Names of all of them.
  pictures(): Promise<string[]>;
  picture(sha256: string): Promise<KeptPicture | undefined>;
  remove_picture(sha256: string): Promise<void>;
  get<T>(name: string): Promise<T | undefined>;
  set(name: string, value: unknown): Promise<void>;
  /// What the agent will say again: all or none of them, and the disk is not waited for.
  set_answers(values: Readonly<Record<string, unknown>>): Promise<void>;
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB'));
  });
}

function open_db(): Promise<IDBDatabase> {
  const request = indexedDB.open(kName, kVersion);
  request.onupgradeneeded = (event) => {
    if (event.oldVersion < 1) {
      request.result.createObjectStore('queue', { keyPath: 'key' });
      request.result.createObjectStore('kept');
    }
    request.result.createObjectStore('pictures', { keyPath: 'sha256' });
  };
  return done(request);
}

function in_database(db: IDBDatabase): Keep {
  const write = (store: string, act: (objects: IDBObjectStore) => void, durability: IDBTransactionDurability = 'strict'): Promise<void> =>
    new Promise((resolve, reject) => {
      const transaction = db.transaction(store, 'readwrite', { durability });
      transaction.oncomplete = () => resolve();
      transaction.onerror = () => reject(transaction.error ?? new Error('IndexedDB'));
      transaction.onabort = () => reject(transaction.error ?? new Error('IndexedDB'));
      act(transaction.objectStore(store));
    });
  return {
    durable: true,
    items: () => done(db.transaction('queue').objectStore('queue').getAll() as IDBRequest<Item[]>),
    put_item: (item) => write('queue', (objects) => objects.put(item)),
    // A power cut that undoes it costs nothing: the same key is recorded once.
    remove_item: (key) => write('queue', (objects) => objects.delete(key), 'relaxed'),
    put_picture: (picture) => write('pictures', (objects) => objects.put(picture)),
    pictures: () => done(db.transaction('pictures').objectStore('pictures').getAllKeys() as IDBRequest<string[]>),
    picture: (sha256) => done(db.transaction('pictures').objectStore('pictures').get(sha256) as IDBRequest<KeptPicture | undefined>),
    remove_picture: (sha256) => write('pictures', (objects) => objects.delete(sha256)),
    get: <T>(name: string) => done(db.transaction('kept').objectStore('kept').get(name) as IDBRequest<T | undefined>),
    set: (name, value) => write('kept', (objects) => (value === undefined ? objects.delete(name) : objects.put(value, name))),
    set_answers: (values) => write('kept', (objects) => Object.entries(values).forEach(([name, value]) => objects.put(value, name)), 'relaxed'),
  };
}

/// For a browser that keeps nothing (a private window): the page says so and goes on.
export function in_memory(): Keep {
  const queue = new Map<string, Item>();
  const kept = new Map<string, unknown>();
  const pictures = new Map<string, KeptPicture>();
  return {
    durable: false,
    items: async () => [...queue.values()],
    put_item: async (item) => void queue.set(item.key, item),
    remove_item: async (key) => void queue.delete(key),
    put_picture: async (picture) => void pictures.set(picture.sha256, picture),
    pictures: async () => [...pictures.keys()],
    picture: async (sha256) => pictures.get(sha256),
    remove_picture: async (sha256) => void pictures.delete(sha256),
    get: async <T>(name: string) => kept.get(name) as T | undefined,
    set: async (name, value) => void kept.set(name, value),
    set_answers: async (values) => Object.entries(values).forEach(([name, value]) => kept.set(name, value)),
  };
}

export async function open_keep(): Promise<Keep> {
  try {
    return in_database(await open_db());
  } catch {
    return in_memory();
  }
}
