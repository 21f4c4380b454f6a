// SPDX-License-Identifier: Apache-2.0
import { mount } from 'svelte';
import '@common/theme.css';
import '@common/controls.css';
import './app.css';
import App from './App.svelte';

const target = document.getElementById('app');
if (target === null) throw new Error('the page has no #app');
mount(App, { target });
