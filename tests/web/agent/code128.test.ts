// SPDX-License-Identifier: Apache-2.0
import { bars, symbols } from '@/lib/code128';

describe('Code 128', () => {
  it('writes start, characters and check character', () => {
    // 104 + 1*51 + 2*43 + 3*26 + 4*57 + 5*37 + 6*51 = 1038; 1038 mod 103 = 8.
    expect(symbols('SK:YES')).toEqual([104, 51, 43, 26, 57, 37, 51, 8]);
  });
  it('makes eleven modules a character, thirteen for the stop, and ten of quiet on each side', () => expect(bars('SK:YES')?.width).toBe(8 * 11 + 13 + 20));
  it('has bars that touch no other and stay inside', () => {
    const drawn = bars('SK:RECEIVE');
    let end = 10;
    for (const bar of drawn?.bars ?? []) {
      expect(bar.x).toBeGreaterThanOrEqual(end);
      expect(bar.width).toBeGreaterThanOrEqual(1);
      expect(bar.width).toBeLessThanOrEqual(4);
      end = bar.x + bar.width + 1;
    }
    expect(end - 1).toBe((drawn?.width ?? 0) - 10);
  });
  it.each(['', 'ā', 'x'.repeat(49), 'a\nb'])('refuses %j', (text) => expect(bars(text)).toBeUndefined());
});
