// SPDX-License-Identifier: Apache-2.0
/// Tells a keyboard-wedge scanner from a person who types: a scanner sends its characters within milliseconds and ends
/// with Enter or Tab. Pure: the time of each key is an argument.

export interface Burst {
  readonly text: string;
  readonly last_ms: number;
  /// Longest pause between two of its keys.
  readonly slowest_ms: number;
}

export interface Key {
  /// As KeyboardEvent.key.
  readonly key: string;
  readonly ctrl: boolean;
  readonly at_ms: number;
}

export const kNoBurst: Burst = { text: '', last_ms: 0, slowest_ms: 0 };
/// A fast typist needs 80 ms a key; slow Bluetooth scanners stay under 50.
export const kPause_ms = 50;
export const kShortest = 4;
export const kLongest = 4_096;

const ends = (key: Key): boolean => (key.key === 'Enter' || key.key === 'Tab') && !key.ctrl;

// What the key adds; scanners send GS1's separator as Ctrl+].
function character(key: Key): string {
  if (key.ctrl) return key.key === ']' ? '\u001d' : '';
  return [...key.key].length === 1 ? key.key : '';
}

/// One key more. `scan` is set when it ended a scan: the key itself must then do nothing else.
export function feed(burst: Burst, key: Key): { burst: Burst; scan?: string } {
  const pause_ms = key.at_ms - burst.last_ms;
  if (ends(key)) {
    const quick = burst.text.length >= kShortest && burst.slowest_ms <= kPause_ms && pause_ms <= kPause_ms;
    return quick ? { burst: kNoBurst, scan: burst.text } : { burst: kNoBurst };
  }
  const added = character(key);
  // Shift and its like come between the characters of a scan.
  if (added === '') return { burst: key.key.length > 1 && /^(Shift|CapsLock|Control|AltGraph|Alt)$/.test(key.key) ? burst : kNoBurst };
  if (burst.text === '' || pause_ms > kPause_ms) return { burst: { text: added, last_ms: key.at_ms, slowest_ms: 0 } };
  // Its end alone must never be taken for a number: what is too long stays too long.
  const text = burst.text.length < kLongest ? burst.text + added : burst.text;
  return { burst: { text, last_ms: key.at_ms, slowest_ms: Math.max(burst.slowest_ms, pause_ms) } };
}
