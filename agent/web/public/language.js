// SPDX-License-Identifier: Apache-2.0
// The page /trust in the language that its address names (?lang=mi), else in the browser's own. Without this script it is
// English, and its links choose.
const kSpoken = ['en', 'mi', 'zh-Hans', 'es'];
const kAskedFor = [new URLSearchParams(location.search).get('lang') ?? '', ...navigator.languages];
const spoken = (tag) => kSpoken.find((code) => code.toLowerCase() === tag.toLowerCase()) ?? kSpoken.find((code) => code.split('-')[0] === tag.toLowerCase().split('-')[0]);

function show() {
  const section = document.getElementById(location.hash.slice(1));
  if (section === null) return;
  document.documentElement.lang = section.lang;
  document.title = section.querySelector('h1').textContent;
}
addEventListener('hashchange', show);
const chosen = kAskedFor.map(spoken).find((code) => code !== undefined);
if (location.hash === '' && chosen !== undefined) location.replace(`#${chosen}`);
show();
