// SPDX-License-Identifier: Apache-2.0
/// Where the page is, as the part of the address behind '#': "alerts/3f9a?state=open". Pure.

export interface Route {
  readonly page: string;
  readonly rest: readonly string[];
  readonly query: Readonly<Record<string, string>>;
}

export function read_route(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#/, '').split('?', 2);
  const parts = path.split('/').filter((part) => part !== '').map(plain);
  return { page: parts[0] ?? 'overview', rest: parts.slice(1), query: Object.fromEntries(new URLSearchParams(search)) };
}

function plain(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/// "#alerts/3f9a?state=open"; what is empty in the query is left out.
export function link(page: string, rest: readonly (string | undefined)[] = [], query: Readonly<Record<string, string | undefined>> = {}): string {
  const path = [page, ...rest.filter((part): part is string => part !== undefined && part !== '').map(encodeURIComponent)].join('/');
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== '') search.set(name, value);
  const text = search.toString();
  return `#${path}${text === '' ? '' : `?${text}`}`;
}
