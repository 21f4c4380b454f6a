// SPDX-License-Identifier: Apache-2.0
/// Every key of the page goes through here: bursts of a keyboard-wedge scanner become scans, wherever the focus is.
import { feed, kNoBurst, kPause_ms } from './burst';

type Typed = HTMLInputElement | HTMLTextAreaElement;

function typed_in(target: EventTarget | null): Typed | undefined {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement ? target : undefined;
}

/// Calls `scanned` with the text of each scan; what the scanner typed into a field before it was known as a scan is taken
/// out again. Calls `pressed` with a single key that was pressed outside of fields: only when it is known that no scan
/// began with it.
export function watch_scans(scanned: (text: string) => void, pressed: (key: string) => void): () => void {
  let burst = kNoBurst;
  let field: Typed | undefined;
  let before = '';
  let lone: ReturnType<typeof setTimeout> | undefined;
  const on_key = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    const target = typed_in(event.target);
    const result = feed(burst, { key: event.key, ctrl: event.ctrlKey, at_ms: event.timeStamp });
    if (result.burst.text.length === 1) {
      field = target;
      before = target?.value ?? '';
    }
    burst = result.burst;
    clearTimeout(lone);
    const plain = !event.ctrlKey && !event.altKey && !event.metaKey && !event.repeat;
    if (plain && target === undefined && !(event.target instanceof HTMLSelectElement) && burst.text.length === 1) {
      const key = event.key;
      lone = setTimeout(() => pressed(key), kPause_ms + 20);
    }
    if (result.scan === undefined) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (field !== undefined && field === target) {
      field.value = before;
      field.dispatchEvent(new Event('input', { bubbles: true }));
    }
    scanned(result.scan);
  };
  addEventListener('keydown', on_key, true);
  return () => removeEventListener('keydown', on_key, true);
}
