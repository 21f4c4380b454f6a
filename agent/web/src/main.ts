// SPDX-License-Identifier: Apache-2.0
import { mount } from 'svelte';
import '@common/theme.css';
import '@common/controls.css';
import './app.css';
import App from './App.svelte';
import { app } from './lib/app.svelte';

const target = document.getElementById('app');
if (target === null) throw new Error('the page has no #app');
app.set_theme('auto', false);
mount(App, { target });

if ('serviceWorker' in navigator && import.meta.env.PROD) {
  addEventListener('load', () => void navigator.serviceWorker.register('./sw.js').catch(() => undefined));
}
