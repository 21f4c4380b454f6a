// SPDX-License-Identifier: Apache-2.0

export type Hear = (event: string, data: Record<string, unknown>) => void;

const kAgainFirst_ms = 1_000;
const kAgainAtMost_ms = 15_000;
const kSilentTooLong_ms = 40_000;

/// What changes at the server, as it happens. Connects again by itself; `reached` says whether it is connected.
/// `may_again` is asked before each new attempt but the first: false puts it off. Call the result to end it.
export function listen(path: string, events: readonly string[], hear: Hear, reached: (ok: boolean) => void, may_again: () => Promise<boolean> = async () => true): () => void {
  let source: EventSource | undefined;
  let again_ms = kAgainFirst_ms;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;

  const wait_again = (): void => {
    source?.close();
    source = undefined;
    if (ended) return;
    clearTimeout(timer);
    timer = setTimeout(() => void open_again(), again_ms);
    again_ms = Math.min(again_ms * 2, kAgainAtMost_ms);
  };
  const open_again = async (): Promise<void> => {
    const may = await may_again();
    if (ended || source !== undefined) return;
    if (may) open();
    else wait_again();
  };
  const open = (): void => {
    if (ended) return;
    const own = new EventSource(path);
    source = own;
    own.onopen = () => {
      again_ms = kAgainFirst_ms;
      reached(true);
    };
    own.onerror = () => {
      if (source !== own) return;
      wait_again();
      if (!ended) reached(false);
    };
    for (const name of events) {
      own.addEventListener(name, (message) => {
        let data: unknown = {};
        try {
          data = JSON.parse(String((message as MessageEvent).data));
        } catch {
          return;
        }
        if (typeof data === 'object' && data !== null) hear(name, data as Record<string, unknown>);
      });
    }
  };
  const begin_anew = (): void => {
    source?.close();
    source = undefined;
    clearTimeout(timer);
    again_ms = kAgainFirst_ms;
    void open_again();
  };
  // A tablet that slept finds its connection dead without an error: begin again when it is looked at.
  let hidden_at = 0;
  const seen = (): void => {
    if (document.visibilityState === 'hidden') {
      hidden_at = Date.now();
    } else if (hidden_at !== 0 && Date.now() - hidden_at > kSilentTooLong_ms) {
      begin_anew();
    }
  };
  const network_back = (): void => {
    if (source?.readyState !== EventSource.OPEN) begin_anew();
  };
  document.addEventListener('visibilitychange', seen);
  window.addEventListener('online', network_back);
  open();
  return () => {
    ended = true;
    clearTimeout(timer);
    source?.close();
    document.removeEventListener('visibilitychange', seen);
    window.removeEventListener('online', network_back);
  };
}
