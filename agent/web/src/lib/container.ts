// SPDX-License-Identifier: Apache-2.0
/// ISO 6346: four letters, six digits, one check digit.

export function is_container_form(text: string): boolean {
  return /^[A-Z]{3}[A-Z]\d{7}$/.test(text);
}

/// The digit that ISO 6346 asks for after the first ten characters of a container number.
export function check_digit(ten: string): number {
  let sum = 0;
  for (let i = 0; i < 10; ++i) {
    const c = ten.charCodeAt(i);
    // Letters count 10, 12 ... 38: 11, 22 and 33 are left out.
    const value = c <= 57 ? c - 48 : c - 55 + Math.floor((c - 56) / 10);
    sum += value * 2 ** i;
  }
  return (sum % 11) % 10;
}

export function check_digit_fits(text: string): boolean {
  return is_container_form(text) && check_digit(text) === Number(text[10]);
}

/// The parts as a container shows them on its door: owner, serial number, and the check digit in its box.
export function container_parts(text: string): { owner: string; serial: string; check: string } | undefined {
  return is_container_form(text) ? { owner: text.slice(0, 4), serial: text.slice(4, 10), check: text.slice(10) } : undefined;
}
