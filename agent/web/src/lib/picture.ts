// SPDX-License-Identifier: Apache-2.0
/// What a camera read, beside what was scanned. Pure.
import { plain_number } from './code';

export interface Sight {
  /// exact, check_digit_computed (ten characters were seen, never verified), none.
  readonly state: string;
  readonly number: string;
  readonly confidence_percent: number;
  /// Texts that nobody vouches for.
  readonly unsure: readonly string[];
}

/// The agent's answer to a capture, and what stands in a history.
export interface Seen {
  readonly picture: string | null;
  readonly media: string;
  readonly source: string;
  readonly camera: string;
  readonly simulated: boolean;
  readonly taken_ms: number;
  readonly claimed_time?: string;
  readonly claimed_place?: string;
  readonly container?: Sight;
  readonly seal?: Sight;
  readonly unread?: { readonly code: string; readonly what: string; readonly next: string };
}

export interface Named {
  readonly seal: string;
  readonly unit: string;
}

/// `read`: there is nothing yet to hold it against.
export type Verdict = 'agrees' | 'differs' | 'read' | 'computed' | 'perhaps' | 'none';

export interface Compared {
  readonly what: 'seal' | 'unit';
  readonly verdict: Verdict;
  readonly pictured: string;
  readonly recorded: string;
}

function verdict_of(sight: Sight, recorded: string): Verdict {
  if (sight.state === 'check_digit_computed') return 'computed';
  if (sight.state === 'exact') return recorded === '' ? 'read' : plain_number(sight.number) === recorded ? 'agrees' : 'differs';
  return recorded !== '' && sight.unsure.some((text) => plain_number(text) === recorded) ? 'perhaps' : 'none';
}

/// Each number that was looked for on the picture, beside the one that is to be recorded. What was not seen whole never agrees.
export function compared(seen: Seen, named: Named): Compared[] {
  const out: Compared[] = [];
  for (const [what, sight] of [['unit', seen.container], ['seal', seen.seal]] as const) {
    if (sight === undefined) continue;
    const recorded = plain_number(named[what]);
    out.push({ what, verdict: verdict_of(sight, recorded), pictured: plain_number(sight.number), recorded });
  }
  return out;
}
