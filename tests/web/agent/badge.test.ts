// SPDX-License-Identifier: Apache-2.0
import { like_a_badge, shape_of, with_shape } from '@/lib/badge';

describe('a badge', () => {
  it('is told by its shape, and nothing of its number is in it', () => {
    expect(shape_of(' BADGE-0042\r\n')).toBe('AAAAA-9999');
    expect(shape_of('b17/Ā')).toBe('a99/A');
  });
  it('is one when a badge of that shape signed in here', () => {
    const shapes = with_shape([], 'BADGE-0042');
    expect(like_a_badge(shapes, 'BADGE-0917', 'NZ300006')).toBe(true);
    expect(like_a_badge(shapes, 'BADGE-917', 'NZ300006')).toBe(false);
    expect(like_a_badge([], 'BADGE-0917', 'NZ300006')).toBe(false);
  });
  it('is none where the seals of the site look the same', () => {
    expect(like_a_badge(with_shape([], 'NZ300417'), 'NZ399999', 'NZ300006')).toBe(false);
  });
  it('keeps few shapes, the latest first', () => {
    const shapes = ['A1', 'B-22', 'C-333', 'D-4444', 'E-55555', 'A2'].reduce<string[]>(with_shape, []);
    expect(shapes).toEqual(['A9', 'A-99999', 'A-9999', 'A-999']);
  });
});
