// SPDX-License-Identifier: Apache-2.0
import { feed, kLongest, kNoBurst, kPause_ms, type Burst } from '@/lib/burst';

/// The scan that the keys make, with a pause of `pause_ms` between them.
function scan_of(keys: readonly string[], pause_ms: number, ctrl: readonly number[] = []): string | undefined {
  let burst: Burst = kNoBurst;
  let at_ms = 1_000;
  let scan: string | undefined;
  keys.forEach((key, i) => {
    at_ms += pause_ms;
    const result = feed(burst, { key, ctrl: ctrl.includes(i), at_ms });
    burst = result.burst;
    scan = result.scan ?? scan;
  });
  return scan;
}

describe('telling a scanner from a person', () => {
  it('takes a fast burst that Enter ends', () => expect(scan_of([...'NZ300006', 'Enter'], 8)).toBe('NZ300006'));
  it('takes a fast burst that Tab ends', () => expect(scan_of([...'NZ300006', 'Tab'], 8)).toBe('NZ300006'));
  it('takes a slow scanner at the limit and not one past it', () => {
    expect(scan_of([...'NZ300006', 'Enter'], kPause_ms)).toBe('NZ300006');
    expect(scan_of([...'NZ300006', 'Enter'], kPause_ms + 1)).toBeUndefined();
  });
  it('leaves what a person types alone', () => expect(scan_of([...'NZ300006', 'Enter'], 130)).toBeUndefined());
  it('leaves three quick keys alone', () => expect(scan_of([...'abc', 'Enter'], 5)).toBeUndefined());
  it('does not take a fast word whose Enter comes late', () => {
    let burst = kNoBurst;
    for (const [i, key] of [...'NZ300006'].entries()) burst = feed(burst, { key, ctrl: false, at_ms: i * 5 }).burst;
    expect(feed(burst, { key: 'Enter', ctrl: false, at_ms: 2_000 }).scan).toBeUndefined();
  });
  it('begins again after a pause, so that typing before a scan is no part of it', () => {
    let burst = feed(kNoBurst, { key: 'x', ctrl: false, at_ms: 0 }).burst;
    let at_ms = 500;
    for (const key of 'NZ300006') burst = feed(burst, { key, ctrl: false, at_ms: (at_ms += 5) }).burst;
    expect(feed(burst, { key: 'Enter', ctrl: false, at_ms: at_ms + 5 }).scan).toBe('NZ300006');
  });
  it('passes over Shift between capitals', () => expect(scan_of(['Shift', 'N', 'Shift', 'Z', '3', '0', '0', 'Enter'], 5)).toBe('NZ300'));
  it('keeps the separator of GS1, which scanners send as Ctrl+]', () => expect(scan_of(['2', '1', 'A', 'B', ']', 'C', 'Enter'], 5, [4])).toBe('21AB\u001dC'));
  it('never grows without end, and its end is not taken for a scan of its own', () => {
    let burst = kNoBurst;
    for (const key of 'x'.repeat(kLongest) + 'NZ300006') burst = feed(burst, { key, ctrl: false, at_ms: burst.last_ms + 1 }).burst;
    expect(burst.text.length).toBe(kLongest);
    expect(feed(burst, { key: 'Enter', ctrl: false, at_ms: burst.last_ms + 1 }).scan).toBe('x'.repeat(kLongest));
  });
});
