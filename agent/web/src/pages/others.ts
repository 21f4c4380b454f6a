// SPDX-License-Identifier: Apache-2.0
/// The pages beside the first page and the flows, by their address. One file, fetched with the first of them.
export { default as dock } from './DockPage.svelte';
export { default as more } from './More.svelte';
export { default as wrong } from './Wrong.svelte';
export { default as what } from './What.svelte';
export { default as find } from './Find.svelte';
export { default as history } from './SealHistory.svelte';
export { default as todo } from './Todo.svelte';
export { default as sync } from './SyncPage.svelte';
export { default as paper } from './Paper.svelte';
export { default as card } from './Card.svelte';
export { default as settings } from './Settings.svelte';
