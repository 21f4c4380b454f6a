// SPDX-License-Identifier: Apache-2.0
/// Tells a badge by its shape from a number: the badges of a site are alike. Only the shape is kept in the tablet, never
/// what a badge says.

const kShapesAtMost = 4;

/// "BADGE-0042" is AAAAA-9999.
export const shape_of = (text: string): string => text.trim().replace(/\p{Lu}/gu, 'A').replace(/\p{Ll}/gu, 'a').replace(/\d/g, '9');

/// Shapes of the badges that signed in here, the latest first.
export const with_shape = (shapes: readonly string[], badge: string): string[] => [shape_of(badge), ...shapes.filter((one) => one !== shape_of(badge))].slice(0, kShapesAtMost);

/// `seal`: one of the site's own, or empty. What has the shape of a seal is never taken for a badge.
export const like_a_badge = (shapes: readonly string[], text: string, seal: string): boolean => shapes.includes(shape_of(text)) && shape_of(text) !== shape_of(seal);
