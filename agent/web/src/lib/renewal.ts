// SPDX-License-Identifier: Apache-2.0
/// When what the agent knows is asked for anew: soon after it changed, once for many changes, and never while a person
/// waits for an answer.

/// What a person waits for is drawn first.
const kFirstDrawn_ms = 40;

export interface RenewalParts {
  /// Fetches. May fail: the next change asks again.
  readonly fetch: () => Promise<void>;
  /// Between the beginnings of two.
  readonly apart_ms: number;
}

export class Renewal {
  readonly #parts: RenewalParts;
  #wanted = false;
  #running = false;
  #waited_for = 0;
  #not_before = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: RenewalParts) {
    this.#parts = parts;
  }

  /// Something changed, or may have: at once where nothing was fetched for a while, else after a pause. What changes while
  /// it is fetched is fetched after it, once.
  want(): void {
    this.#wanted = true;
    this.#go_on();
  }

  /// Nothing is fetched beside `work`, which a person waits for. What it changed is theirs to see: no pause after it but
  /// for its own answer to be drawn.
  async after<T>(work: Promise<T>): Promise<T> {
    ++this.#waited_for;
    try {
      return await work;
    } finally {
      --this.#waited_for;
      this.#not_before = performance.now() + kFirstDrawn_ms;
      this.#go_on();
    }
  }

  #go_on(): void {
    if (!this.#wanted || this.#running || this.#waited_for > 0) return;
    const left_ms = this.#not_before - performance.now();
    clearTimeout(this.#timer);
    if (left_ms > 0) this.#timer = setTimeout(() => this.#go_on(), left_ms);
    else void this.#run();
  }

  async #run(): Promise<void> {
    this.#wanted = false;
    this.#running = true;
    this.#not_before = performance.now() + this.#parts.apart_ms;
    await this.#parts.fetch().catch(() => undefined);
    this.#running = false;
    this.#go_on();
  }
}
