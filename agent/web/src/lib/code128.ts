// SPDX-License-Identifier: Apache-2.0
/// Code 128 (ISO/IEC 15417) of a printable ASCII text, as widths of bars and spaces in modules.

// Bars and spaces of the symbol characters 0 to 106; 106 is the stop.
const kPatterns =
  '212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231113222123122123221223211221132221231213212223112312131311222321122321221312212322112322211212123212321232121111323131123131321112313132113132311211313231113231311112133112331132131113123113321133121313121211331231131213113213311213131311123311321331121312113312311332111314111221411431111111224111422121124121421141122141221112214112412122114122411142112142211241211221114413111241112134111111242121142121241114212124112124211411212421112421211212141214121412121111143111341131141114113114311411113411311113141114131311141411131211412211214211232'
    .match(/.{6}/g) ?? [];
const kStop = '2331112';
const kStartB = 104;

/// Symbol characters: start B, the text, check character. The stop comes after them. Undefined: cannot be written.
export function symbols(text: string): number[] | undefined {
  if (text === '' || text.length > 48 || !/^[\u0020-\u007e]+$/.test(text)) return undefined;
  const values = [...text].map((c) => c.charCodeAt(0) - 32);
  const sum = values.reduce((total, value, i) => total + value * (i + 1), kStartB);
  return [kStartB, ...values, sum % 103];
}

export interface Bar {
  readonly x: number;
  readonly width: number;
}

/// Bars in modules from the left, with a quiet zone of ten modules on each side.
export function bars(text: string): { bars: Bar[]; width: number } | undefined {
  const written = symbols(text);
  if (written === undefined) return undefined;
  const widths = written.map((symbol) => kPatterns[symbol] ?? '').join('') + kStop;
  const out: Bar[] = [];
  let x = 10;
  [...widths].forEach((digit, i) => {
    if (i % 2 === 0) out.push({ x, width: Number(digit) });
    x += Number(digit);
  });
  return { bars: out, width: x + 10 };
}
