// SPDX-License-Identifier: Apache-2.0
/// Pictures of at most 64 KiB: scaled down until they fit. What the camera wrote beside the picture is left out.
import type { Photo } from '@/flows/spec';

export const kPhotoBytes = 64 * 1024;
const kTries = [
  [1280, 0.75],
  [1024, 0.7],
  [800, 0.65],
  [640, 0.6],
  [480, 0.55],
  [320, 0.5],
] as const;

export function base64_of(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

function blob_of(canvas: HTMLCanvasElement, quality: number): Promise<Blob | null> {
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality));
}

export async function photo_of(file: Blob): Promise<Photo | undefined> {
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return undefined;
  }
  const canvas = document.createElement('canvas');
  for (const [side, quality] of kTries) {
    const scale = Math.min(1, side / Math.max(picture.width, picture.height));
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    const context = canvas.getContext('2d');
    if (context === null) return undefined;
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await blob_of(canvas, quality);
    if (blob !== null && blob.size <= kPhotoBytes) return { type: 'image/jpeg', data: base64_of(new Uint8Array(await blob.arrayBuffer())) };
  }
  return undefined;
}
