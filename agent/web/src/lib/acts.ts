// SPDX-License-Identifier: Apache-2.0
/// What a scan or a touch on the first page does. It comes after the page itself, with the words that it says; a scan
/// that is quicker waits for it.
import { app } from './app.svelte';
import { all_words } from './words.svelte';
import type { Came } from '@/flows/spec';

type Acts = typeof import('./act');

/// Fetched once; again only where that failed.
export const acts = async (): Promise<Acts> => (await Promise.all([import('./act'), all_words()]))[0];

function then(act: (acts: Acts) => unknown): void {
  acts().then(act, () => (app.notice = { words: 'error.page', tone: 'bad' }));
}
/// A scan or typed text.
export const act_on = (text: string, came: Came): void => then((all) => all.act_on(text, came));
/// A command of the printed card.
export const card_command = (command: string): void => then((all) => all.card_command(command));
/// A container that was touched begins its flow.
export const begin_unit = (flow: string, unit: string, exporter: string): void => then((all) => all.begin_flow(flow, { unit }, 'picked', exporter));
