// SPDX-License-Identifier: Apache-2.0
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { fileURLToPath, URL } from 'node:url';
import { defineConfig } from 'vitest/config';
import { gzip_beside } from '../../common/web/vite/gzip_beside';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('.'),
  base: './',
  plugins: [svelte(), gzip_beside()],
  resolve: {
    // What common/web imports is this page's own.
    dedupe: ['svelte'],
    alias: { '@common': here('../../common/web'), '@': here('./src') },
    ...(process.env['VITEST'] ? { conditions: ['browser'] } : {}),
  },
  build: {
    target: 'es2022',
    outDir: process.env['SEALKEEP_WEB_OUT'] ?? here('../../build/web/hub'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rollupOptions: {
      input: here('./index.html'),
      output: { entryFileNames: 'assets/[name]-[hash].js', chunkFileNames: 'assets/[name]-[hash].js', assetFileNames: 'assets/[name]-[hash][extname]' },
    },
  },
  server: { fs: { allow: [here('../..')] }, proxy: { '/api': process.env['SEALKEEP_WEB_API'] ?? 'http://127.0.0.1:8481' } },
  test: { globals: true, setupFiles: [here('../../tests/web/setup.mjs')], environment: 'node', include: ['../../tests/web/hub/**/*.test.ts'] },
});
