// SPDX-License-Identifier: Apache-2.0

/// The words of one language, by key. A value holds placeholders as {name}.
export type Words = Readonly<Record<string, string>>;
export type Params = Readonly<Record<string, string | number>>;

/// Puts the parameters in. A placeholder without a parameter stays, so that a fault is seen and not hidden.
export function fill(text: string, params: Params): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in params ? String(params[name]) : whole));
}

/// Looks a key up: `key_one` or `key_other` where the language counts with `n`, else `key`; then the same in
/// `fallback`; then `otherwise`; then the key itself.
export function translate(
  words: Words,
  fallback: Words,
  language: string,
  key: string,
  params: Params = {},
  otherwise?: string,
): string {
  const names = [key];
  if (typeof params['n'] === 'number') {
    const counted = new Intl.PluralRules(language).select(params['n']);
    names.unshift(`${key}_other`);
    if (counted === 'one') names.unshift(`${key}_one`);
  }
  for (const book of [words, fallback]) {
    for (const name of names) {
      const found = book[name];
      if (found !== undefined) return fill(found, params);
    }
  }
  return otherwise ?? key;
}

/// The names of the placeholders in a text, sorted, each once.
export function placeholders(text: string): string[] {
  return [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ''))].sort();
}
