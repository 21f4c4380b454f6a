// SPDX-License-Identifier: Apache-2.0
/// What a scanned or typed text is, as far as the text alone tells. The agent's `look` knows more; this works without it.
import { check_digit_fits, is_container_form } from './container';

export type Read =
  | { readonly what: 'empty' }
  | { readonly what: 'command'; readonly command: string }
  | { readonly what: 'unit'; readonly text: string; readonly fits: boolean }
  | { readonly what: 'code'; readonly text: string }
  /// A web address: never followed. `inside`: its last part, if that may be a number.
  | { readonly what: 'link'; readonly shown: string; readonly inside: string }
  /// The code of a printed load sheet: the paper itself.
  | { readonly what: 'sheet'; readonly text: string; readonly unit: string; readonly seals: readonly string[] }
  /// The bar code of a product (EAN, UPC): a scanner that tells symbologies says so.
  | { readonly what: 'goods'; readonly shown: string }
  /// `garbled`: control characters are in it, so that some of it was lost or misread.
  | { readonly what: 'strange'; readonly shown: string; readonly garbled: boolean };

export const kLongestNumber = 64;
const kShown = 60;

/// Control characters as visible signs, long texts cut: for showing what nobody may run.
export function printable(text: string): string {
  const seen = [...text].map((c) => {
    const code = c.codePointAt(0) ?? 0;
    if (code < 0x20) return String.fromCodePoint(0x2400 + code);
    // What turns the direction of text or is invisible.
    return code === 0x7f || (code >= 0x80 && code < 0xa0) || (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) || code === 0xfeff ? '\u2423' : c;
  });
  return seen.length > kShown ? `${seen.slice(0, kShown).join('')}\u2026` : seen.join('');
}

// AIM prefix "]C1", then GS1's application identifiers of one serial number: 21, 00, 01+21, 8004.
function without_prefixes(raw: string): string {
  let text = raw.replace(/^\][A-Za-z][0-9A-Za-z]/, '');
  const gs1 = text !== raw && /^\](C1|e0|d2|Q3|J1)/.test(raw);
  text = text.replace(/^\u001d+/, '');
  const element = /^01\d{14}21([^\u001d]+)/.exec(text) ?? (gs1 ? /^(?:21|00|8004)([^\u001d]+)/.exec(text) : null) ?? /^\(01\)\d{14}\(21\)([^(]+)/.exec(text) ?? /^\((?:21|8004)\)([^(]+)/.exec(text);
  return element?.[1] ?? text;
}

/// Capitals, without the blanks, dots and dashes that people put between groups.
export function plain_number(text: string): string {
  return text.replace(/[\s.\-\u2010-\u2015/_]/g, '').toUpperCase();
}

/// What the code of a printed load sheet names, or undefined: "SEALKEEP-LOAD 1 MSCU6639870 NZ300006".
export function read_sheet(text: string): { unit: string; seals: string[] } | undefined {
  const words = /^SEALKEEP-LOAD 1 ([A-Z0-9]{1,64}(?: [A-Z0-9]{1,64}){0,16})$/.exec(text)?.[1]?.split(' ');
  const [unit, ...seals] = words ?? [];
  return unit === undefined ? undefined : { unit, seals };
}

export function read_code(raw: string): Read {
  if (/^\]E\d/.test(raw)) return { what: 'goods', shown: printable(raw.slice(3)) };
  const text = without_prefixes(raw).replace(/[\u001d\r\n\t]+$/g, '').trim();
  if (text === '') return { what: 'empty' };
  const command = /^SK:([A-Z0-9]{1,16})$/i.exec(text);
  if (command?.[1] !== undefined) return { what: 'command', command: command[1].toUpperCase() };
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text) || /^(www\.|javascript:|data:|mailto:)/i.test(text)) {
    const part = plain_number(/([^/=]*)\/*$/.exec(text)?.[1] ?? '');
    return { what: 'link', shown: printable(text), inside: /^https?:/i.test(text) && /^[A-Z]*\d[A-Z0-9]*$/.test(part) && part.length <= kLongestNumber ? part : '' };
  }
  const sheet = read_sheet(text);
  if (sheet !== undefined) return { what: 'sheet', text, ...sheet };
  const number = plain_number(text);
  if (is_container_form(number)) return { what: 'unit', text: number, fits: check_digit_fits(number) };
  if (!/^[\u0020-\u007e]+$/.test(text) || number.length > kLongestNumber || !/^[A-Z0-9]+$/.test(number)) return { what: 'strange', shown: printable(raw), garbled: /[\u0000-\u001f\u007f]/.test(text) };
  return { what: 'code', text: number };
}
