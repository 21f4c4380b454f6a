// SPDX-License-Identifier: Apache-2.0
/// What a scan or a chosen number on the first screen does: the number chooses the flow.
import { app } from './app.svelte';
import { read_code } from './code';
import type { Look } from './types';
import { t } from './words.svelte';
import type { Came } from '@/flows/spec';

/// Longer, and the page guesses by itself what the number is.
const kLookPatience_ms = 3_000;
const table = (): Promise<typeof import('@/flows/table')> => import('@/flows/table');

/// Codes of the printed card that lead to a flow or a page; the others answer questions (SK:YES, SK:1 ...).
const kOfCard: Readonly<Record<string, string>> = {
  SEAL: 'apply', CHECK: 'check', DRIVER: 'uplift', WRONG: '#wrong', BROKEN: 'replace', LOST: 'lost', COUNT: 'count', RECEIVE: 'receive', HANDOVER: 'hand_over', LOAD: 'load', HOME: '#home', TODO: '#todo', SYNC: '#sync', MORE: '#more', DAY: 'day_close',
};

export function card_command(command: string): boolean {
  const target = kOfCard[command];
  if (target === undefined) return false;
  if (target.startsWith('#')) app.go(target.slice(1));
  else app.begin(target, command === 'BROKEN' ? { cause: 'broke' } : {});
  return true;
}

/// Begins a flow with a number; every field that it fills counts as `came`.
export async function begin_flow(flow: string, number: { seal?: string; unit?: string; label?: string }, came: Came, exporter = ''): Promise<void> {
  const { begin_with } = await table();
  const values = begin_with(flow, number);
  app.begin(flow, values, Object.fromEntries(Object.keys(values).map((name) => [name, came])), exporter);
}

async function by_itself(text: string, is_unit: boolean, came: Came): Promise<void> {
  const { flow_of_word } = await table();
  const row = app.units.find((unit) => (is_unit ? unit.unit === text : unit.seals.includes(text)));
  if (row !== undefined) {
    const flow = flow_of_word[row.next] ?? 'load';
    // A scan of the container at the door is a reading; a seal on record must still be read.
    await begin_flow(flow, is_unit ? { unit: text } : { seal: text, unit: row.unit }, is_unit ? came : 'picked', row.exporter);
  } else if (is_unit) {
    await begin_flow('load', { unit: text }, came);
  } else {
    app.go(`what/${text}`);
  }
}

// What the agent knows of the text; false: it does not choose a flow by itself.
export async function begin_look(look: Look, came: Came): Promise<boolean> {
  const { flow_of_word, flows } = await table();
  const number = look.number ?? '';
  if (look.what === 'seal' && look.flow === 'show') {
    app.go(`history/${encodeURIComponent(number)}`);
    return true;
  }
  if (look.what === 'sheet' && look.flow === 'paper') {
    app.go(`paper/${encodeURIComponent(number)}`);
    return true;
  }
  const flow = flow_of_word[look.flow ?? ''];
  if (flow === undefined || !flows.has(flow) || !['seal', 'unit', 'box', 'sheet'].includes(look.what)) return false;
  // A scan of the container at the door is a reading; for a seal that is on already the container is only known.
  const from_scan: Came = look.what === 'unit' || flow === 'apply' ? came : 'picked';
  await begin_flow(flow, look.what === 'unit' || look.what === 'sheet' ? { unit: number } : look.what === 'box' ? { label: number } : { seal: number, unit: look.unit ?? '' }, from_scan, look.exporter ?? '');
  return true;
}

/// A scan or typed text on the first screen.
export async function act_on(raw: string, came: Came): Promise<void> {
  const read = read_code(raw);
  app.notice = undefined;
  if (read.what === 'empty') return;
  app.looked = { raw, text: 'text' in read ? read.text : '' };
  if (read.what === 'goods' || (read.what === 'strange' && read.garbled)) {
    app.notice = { words: t(`scan.${read.what}`, { text: read.shown }), tone: 'bad' };
    return;
  }
  if (read.what === 'command') {
    if (!card_command(read.command)) app.notice = { words: t('scan.no_question'), tone: 'plain' };
    return;
  }
  const answer = app.reached ? await app.read<Look>('look', { text: raw }, kLookPatience_ms) : undefined;
  if (answer?.ok === true && answer.value.what === 'person') {
    app.switch_to(raw);
    return;
  }
  if (answer?.ok === true && (await begin_look(answer.value, came))) return;
  if (read.what === 'link') {
    app.notice = { words: t('scan.link', { text: read.shown }), tone: 'bad' };
    return;
  }
  if (read.what === 'strange') {
    app.notice = { words: t('scan.strange', { text: read.shown }), tone: 'bad' };
    return;
  }
  if (read.what === 'sheet') await begin_flow('check', { unit: read.unit }, 'picked');
  else if (answer?.ok === true) app.go(`what/${encodeURIComponent(read.text)}`);
  else await by_itself(read.text, read.what === 'unit', came);
}
