// SPDX-License-Identifier: Apache-2.0
/// What the real programs of these tests stand on: waiting for a state, wires that can be cut, numbers of containers.
import { connect, createServer } from 'node:net';

const kPatience_ms = 40_000;

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/// Waits until `ready` is true; what it throws counts as "not yet".
export async function until(what, ready, patience_ms = kPatience_ms) {
  const end = Date.now() + patience_ms;
  for (let fault; ; ) {
    try {
      if (await ready()) return;
      fault = undefined;
    } catch (error) {
      fault = error;
    }
    if (Date.now() > end) throw new Error(`gave up waiting until ${what}`, { cause: fault });
    await pause(100);
  }
}

/// The n-th container with its check digit (ISO 6346).
export function unit(n) {
  const ten = `MSCU${String(600_000 + n)}`;
  const sum = [...ten].reduce((total, c, i) => total + (c <= '9' ? Number(c) : c.charCodeAt(0) - 55 + Math.floor((c.charCodeAt(0) - 56) / 10)) * 2 ** i, 0);
  return `${ten}${(sum % 11) % 10}`;
}

/// A TCP wire from a port of its own to one of a program.
export class Wire {
  #ends = new Set();
  #to;
  #server;
  port = 0;

  static async lay(to) {
    const wire = new Wire();
    wire.#to = to;
    await wire.mend();
    return wire;
  }
  /// As new; nothing happens to a wire that is whole.
  async mend() {
    if (this.#server !== undefined) return;
    this.#server = createServer((caller) => {
      const program = connect(this.#to, '127.0.0.1');
      for (const [one, other] of [[caller, program], [program, caller]]) {
        this.#ends.add(one);
        one.setNoDelay(true);
        one.on('error', () => other.destroy());
        one.on('close', () => (this.#ends.delete(one), other.destroy()));
        one.pipe(other);
      }
    });
    await new Promise((resolve, reject) => this.#server.once('error', reject).listen(this.port, '127.0.0.1', resolve));
    this.port = this.#server.address().port;
  }
  async cut() {
    if (this.#server === undefined) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const end of this.#ends) end.destroy();
    await closed;
    this.#server = undefined;
  }
}

export async function free_port() {
  const wire = await Wire.lay(1);
  await wire.cut();
  return wire.port;
}
