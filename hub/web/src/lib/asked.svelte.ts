// SPDX-License-Identifier: Apache-2.0
/// An answer that a page shows: asked for again when its question changes or the hub says that something did.
import type { Problem } from '@common/http';
import { untrack } from 'svelte';
import { app, type Changed } from './app.svelte';

export type Options = Readonly<Record<string, string | number | boolean | undefined>>;
export type Question = readonly [command: string, options?: Options] | undefined;

const kTogether_ms = 250;

export class Asked<T> {
  value = $state.raw<T>();
  problem = $state.raw<Problem>();
  loading = $state(true);
  at_ms = $state(0);
  #latest = 0;

  async load(question: Question, silently = false): Promise<void> {
    const mine = ++this.#latest;
    if (question === undefined) {
      this.value = undefined;
      this.loading = false;
      return;
    }
    if (!silently) this.loading = true;
    const answer = await app.read<T>(question[0], question[1]);
    if (mine !== this.#latest) return;
    this.loading = false;
    if (answer.ok) {
      this.value = answer.value;
      this.problem = undefined;
      this.at_ms = Date.now();
    } else {
      // What was read before stays on the screen, with its time; the problem stands beside it.
      this.problem = answer.problem;
    }
  }

  /// The next page of a list, put behind what is there.
  async more(question: Question, list: keyof T & string, cursor: string): Promise<void> {
    if (question === undefined || this.loading) return;
    const mine = this.#latest;
    const answer = await app.read<T>(question[0], { ...question[1], cursor });
    if (mine !== this.#latest || this.value === undefined) return;
    if (!answer.ok) {
      this.problem = answer.problem;
      return;
    }
    const before = ((this.value as T & object)[list] ?? []) as readonly unknown[];
    this.value = { ...this.value, ...answer.value, [list]: [...before, ...((answer.value[list] ?? []) as readonly unknown[])] };
  }
}

/// For the script of a component. `on`: what must change at the hub so that it is asked again.
export function asked<T>(question: () => Question, on: readonly Changed[] = []): Asked<T> {
  const answer = new Asked<T>();
  let told = '';
  let timer: ReturnType<typeof setTimeout> | undefined;
  $effect(() => {
    const now = question();
    const changes = on.map((one) => app.changed[one]).join(' ');
    const text = JSON.stringify(now ?? null);
    const same = text === told;
    told = text;
    void changes;
    void app.asked_again;
    clearTimeout(timer);
    untrack(() => {
      if (!same) void answer.load(now);
      else timer = setTimeout(() => void answer.load(now, true), kTogether_ms);
    });
  });
  $effect(() => () => clearTimeout(timer));
  return answer;
}
