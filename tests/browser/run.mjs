// SPDX-License-Identifier: Apache-2.0
/// Plays the browser tests, three files at a time: most of their time they wait for the page, as a person would. Arguments: parts of file names; without them all are played.
import { readdirSync } from 'node:fs';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const kTogether = 3;
const kFileAtMost_ms = 600_000;
// The longest ones first, so that none of them runs alone at the end.
const kLongest = ['head_office', 'flows_online', 'flows_offline', 'pages', 'tablet', 'pictures', 'sealing', 'bad_input', 'day'];

const here = new URL('.', import.meta.url);
const wanted = process.argv.slice(2);
const place = (name) => (kLongest.indexOf(name.replace('.test.mjs', '')) + kLongest.length + 1) % (kLongest.length + 1);
const files = readdirSync(here)
  .filter((name) => name.endsWith('.test.mjs') && (wanted.length === 0 || wanted.some((part) => name.includes(part))))
  .sort((a, b) => place(a) - place(b))
  .map((name) => new URL(name, here).pathname);

run({ files, concurrency: kTogether, timeout: kFileAtMost_ms })
  .on('test:fail', () => (process.exitCode = 1))
  .compose(new spec())
  .pipe(process.stdout);
