// SPDX-License-Identifier: Apache-2.0
/// The pages of a flow: its questions and what came of them. One file, fetched with the first flow.
export { default as flow } from './FlowPage.svelte';
export { default as done } from './DonePage.svelte';
