// SPDX-License-Identifier: Apache-2.0
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { readFileSync } from 'node:fs';
import { fileURLToPath, URL } from 'node:url';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { gzip_beside } from '../../common/web/vite/gzip_beside';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/// Writes the list of the shell's files, and a name for that list, into the service worker.
function shell_list(): Plugin {
  return {
    name: 'shell-list',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const worker = bundle['sw.js'];
      if (worker?.type !== 'chunk') throw new Error('the bundle has no sw.js');
      const files = Object.keys(bundle).filter((name) => name !== 'sw.js' && !name.endsWith('.map'));
      const shell = ['./', 'icon.svg', 'manifest.webmanifest', ...files.filter((name) => name !== 'index.html').sort()];
      let hash = 0x811c9dc5;
      const page = bundle['index.html'];
      const parts = [...shell, page?.type === 'asset' ? String(page.source) : ''].join('\n');
      for (let i = 0; i < parts.length; ++i) hash = Math.imul(hash ^ parts.charCodeAt(i), 0x01000193) >>> 0;
      worker.code = worker.code.replace('__SHELL__', JSON.stringify(shell)).replace('__SHELL_NAME__', JSON.stringify(hash.toString(16)));
    },
  };
}

/// The English words of the first page, so that it need not wait for all of them.
function first_words(): Plugin {
  const kFirst = /^(app|go|ok|clock|person|span|sync|home|unit|next|error\.page)(\.|$)/;
  return {
    name: 'first-words',
    resolveId: (id) => (id === 'virtual:first-words' ? '\0first-words' : undefined),
    load(id) {
      if (id !== '\0first-words') return undefined;
      const file = here('./src/lang/en.json');
      this.addWatchFile(file);
      const words = Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>);
      return `export default ${JSON.stringify(Object.fromEntries(words.filter(([key]) => kFirst.test(key))))}`;
    },
  };
}

export default defineConfig({
  root: here('.'),
  base: './',
  plugins: [svelte(), first_words(), shell_list(), gzip_beside()],
  resolve: {
    // What common/web imports is this page's own.
    dedupe: ['svelte'],
    alias: {
      '@common': here('../../common/web'),
      '@': here('./src'),
      'fake-indexeddb': here('./node_modules/fake-indexeddb'),
    },
    ...(process.env['VITEST'] ? { conditions: ['browser'] } : {}),
  },
  build: {
    target: 'es2022',
    // A kilobyte less of the first load than with esbuild.
    minify: 'terser',
    terserOptions: { module: true, ecma: 2020, compress: { passes: 2, unsafe_arrows: true } },
    outDir: process.env['SEALKEEP_WEB_OUT'] ?? here('../../build/web/agent'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rollupOptions: {
      input: { index: here('./index.html'), sw: here('./src/sw.ts') },
      output: {
        entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
      },
    },
  },
  server: { fs: { allow: [here('../..')] }, proxy: { '/api': process.env['SEALKEEP_WEB_API'] ?? 'http://127.0.0.1:8480' } },
  test: { globals: true, setupFiles: [here('../../tests/web/setup.mjs')], environment: 'node', include: ['../../tests/web/agent/**/*.test.ts', '../../tests/web/common/**/*.test.ts'] },
});
