// SPDX-License-Identifier: Apache-2.0
/// Line drawings (IconPath.svelte) that both pages show.
export const shared = {
  back: 'M20 12H4M11 5l-7 7 7 7',
  close: 'M5 5l14 14M19 5 5 19',
  menu: 'M4 6.500h16M4 12h16M4 17.500h16',
  next: 'M9 5l7 7-7 7',
  person: 'M12 11.500a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c.5-4.500 3.500-6.500 8-6.500s7.500 2 8 6.500',
  plus: 'M12 5v14M5 12h14',
  search: 'M10.500 17.500a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l5 5',
} as const;
