// SPDX-License-Identifier: Apache-2.0
/// Fingerprints as people read them out. Pure.

const bare = (text: string): string => text.toLowerCase().replaceAll(/[^0-9a-f]/g, '');

export const groups = (text: string): string[] => bare(text).match(/.{1,4}/g) ?? [];

export type Compared = 'nothing' | 'so_far' | 'same' | 'differs';

/// What was typed against what the hub has; blanks, dashes and capitals do not matter.
export function compared(typed: string, has: string): Compared {
  const [a, b] = [bare(typed), bare(has)];
  if (a === '') return 'nothing';
  if (a === b) return 'same';
  return b.startsWith(a) ? 'so_far' : 'differs';
}
