// SPDX-License-Identifier: Apache-2.0
import { agent_ms_at, clock_text, input_text, moved_ms, span, time_text } from '@common/clock';

describe('times of the site', () => {
  const noon_ms = Date.UTC(2026, 0, 31, 1, 5, 9);
  it('are in the zone of the site, not of the tablet', () => {
    expect(clock_text(noon_ms, 780)).toBe('14:05');
    expect(time_text(noon_ms, 780)).toBe('2026-01-31T14:05:09+13:00');
    expect(time_text(noon_ms, -210)).toBe('2026-01-30T21:35:09-03:30');
    expect(input_text(noon_ms, 780, true)).toBe('2026-01-31T14:05');
    expect(input_text(noon_ms, 780, false)).toBe('2026-01-31');
  });
  it('are counted in minutes, then hours, then days', () => {
    expect(span(119)).toEqual({ key: 'span.min', n: 119, rest: 0 });
    expect(span(125)).toEqual({ key: 'span.hours', n: 2, rest: 5 });
    expect(span(3 * 24 * 60)).toEqual({ key: 'span.days', n: 3, rest: 0 });
  });
});

describe("the agent's clock on a tablet", () => {
  const anchor = { agent_ms: 1_000_000, date_ms: 500_000, steady_ms: 100 };
  const hour_ms = 3_600_000;
  it('goes on with the tablet', () => expect(agent_ms_at(anchor, 503_000, 3_100)).toBe(1_003_000));
  it('is not put back with it', () => {
    expect(agent_ms_at(anchor, 503_000 - 3 * hour_ms, 3_100)).toBe(1_003_000);
    expect(moved_ms(anchor, 503_000 - 3 * hour_ms, 3_100)).toBe(-3 * hour_ms);
  });
  it('counts what the tablet slept, while its steady clock stood still', () => expect(agent_ms_at(anchor, 503_000 + hour_ms, 3_100)).toBe(1_003_000 + hour_ms));
});
