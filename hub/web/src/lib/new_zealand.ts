// SPDX-License-Identifier: Apache-2.0
/// The coast of New Zealand, drawn by hand to some ten kilometres, and where a place lies on that drawing. Pure.

type Coast = readonly (readonly [lat: number, lon: number])[];

const kNorth: Coast = [[-34.42, 172.68], [-34.41, 173.05], [-34.9, 173.3], [-35.0, 173.5], [-35.2, 174.2], [-35.6, 174.5], [-35.85, 174.55], [-36.3, 174.8], [-36.6, 174.8], [-36.85, 174.9], [-36.95, 175.2], [-37.15, 175.4], [-36.8, 175.45], [-36.48, 175.35], [-36.7, 175.8], [-37.2, 175.9], [-37.45, 175.98], [-37.65, 176.2], [-37.9, 176.9], [-38.0, 177.3], [-37.7, 177.9], [-37.55, 178.2], [-37.69, 178.55], [-38.1, 178.35], [-38.68, 178.05], [-39.1, 177.95], [-39.05, 177.4], [-39.3, 176.95], [-39.45, 176.92], [-39.64, 177.1], [-40.2, 176.75], [-40.6, 176.55], [-40.95, 176.2], [-41.3, 175.75], [-41.61, 175.29], [-41.4, 175.1], [-41.42, 174.9], [-41.35, 174.7], [-41.1, 174.85], [-40.85, 175.03], [-40.4, 175.2], [-39.95, 175.0], [-39.75, 174.45], [-39.55, 174.1], [-39.45, 173.85], [-39.28, 173.75], [-39.05, 174.05], [-38.8, 174.58], [-38.07, 174.8], [-37.8, 174.83], [-37.4, 174.68], [-37.05, 174.5], [-36.4, 174.15], [-35.9, 173.75], [-35.55, 173.4], [-35.1, 173.12], [-34.75, 172.95]];
const kSouth: Coast = [[-40.5, 172.68], [-40.55, 173.0], [-40.8, 172.82], [-40.85, 173.02], [-41.15, 173.05], [-41.25, 173.25], [-41.0, 173.6], [-40.75, 173.85], [-41.05, 174.25], [-41.3, 174.3], [-41.73, 174.28], [-42.4, 173.72], [-42.85, 173.3], [-43.2, 172.77], [-43.5, 172.75], [-43.6, 173.08], [-43.88, 173.0], [-43.85, 172.45], [-44.1, 171.75], [-44.4, 171.25], [-45.1, 170.98], [-45.55, 170.7], [-45.85, 170.73], [-46.1, 170.2], [-46.45, 169.82], [-46.66, 169.0], [-46.62, 168.35], [-46.4, 168.0], [-46.2, 167.35], [-46.16, 166.6], [-45.9, 166.42], [-45.4, 166.75], [-44.6, 167.75], [-44.2, 168.2], [-43.85, 169.0], [-43.4, 169.8], [-43.1, 170.4], [-42.7, 170.95], [-42.45, 171.2], [-41.75, 171.45], [-41.25, 172.1], [-40.85, 172.2]];
const kStewart: Coast = [[-46.7, 167.9], [-46.72, 168.15], [-46.95, 168.2], [-47.25, 167.6], [-47.2, 167.45], [-46.85, 167.7]];

const kWest = 165.6;
const kNorthernmost = -34;
const kScale = 50;
/// A degree of longitude against one of latitude, in the middle of the country.
const kNarrow = Math.cos((41 * Math.PI) / 180);

export const kWidth = Math.round((179.2 - kWest) * kNarrow * kScale);
export const kHeight = Math.round((47.7 + kNorthernmost) * kScale);

export const at = (lat: number, lon: number): { x: number; y: number } => ({
  x: Math.round((lon - kWest) * kNarrow * kScale * 10) / 10,
  y: Math.round((kNorthernmost - lat) * kScale * 10) / 10,
});

/// False for places that lie beside the drawing: they are named below it.
export const inside = (lat: number, lon: number): boolean => {
  const { x, y } = at(lat, lon);
  return x > 0 && y > 0 && x < kWidth && y < kHeight;
};

export interface Label {
  readonly x: number;
  readonly y: number;
  readonly end: boolean;
}
const kLetter = 9;
const kLine = 17;

/// Where each name stands beside its dot so that none covers another or leaves the drawing; undefined where there is no
/// room. Earlier dots go first.
export function labels(dots: readonly { readonly x: number; readonly y: number; readonly name: string }[]): (Label | undefined)[] {
  const taken = dots.map(({ x, y }) => ({ left: x - 11, right: x + 11, top: y - 11, bottom: y + 11 }));
  return dots.map(({ x, y, name }, i) => {
    const wide = name.length * kLetter;
    for (const [dx, dy, end] of [[14, 5, false], [-14, 5, true], [10, -12, false], [10, 22, false], [-10, -12, true], [-10, 22, true]] as const) {
      const left = end ? x + dx - wide : x + dx;
      const box = { left, right: left + wide, top: y + dy - kLine + 4, bottom: y + dy + 4 };
      if (box.left < 0 || box.right > kWidth) continue;
      if (taken.some((other, j) => j !== i && box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom)) continue;
      taken.push(box);
      return { x: x + dx, y: y + dy, end };
    }
    return undefined;
  });
}

export const kCoast: readonly string[] = [kNorth, kSouth, kStewart].map((coast) => `M${coast.map(([lat, lon]) => { const { x, y } = at(lat, lon); return `${x} ${y}`; }).join('L')}Z`);
