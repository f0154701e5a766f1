/** Writes that go on whatever happens, and what was acknowledged of them. */
import { setTimeout } from "node:timers/promises";

export interface Load {
  /** Of the writes that a server has confirmed. */
  readonly acknowledged: ReadonlySet<string>;
  /** Longest time between two confirmations since this was last called, in ms. */
  longestPause(): number;
  /** Waits until something more is confirmed. */
  goesOn(timeout?: number): Promise<void>;
  stop(): Promise<void>;
}

/** About this long between two writes, in ms: the load is bounded. */
const pause = 5;

export function startLoad(write: (id: string) => Promise<unknown>): Load {
  const acknowledged = new Set<string>();
  let longestPause = 0;
  let last = Date.now();
  let refusal = "";
  let isStopped = false;
  const ended = (async () => {
    for (let id = 0; !isStopped; id++) {
      try {
        await write(String(id));
        acknowledged.add(String(id));
        longestPause = Math.max(longestPause, Date.now() - last);
        last = Date.now();
      } catch (error) {
        refusal = (error as Error).message; // not confirmed, so nothing was promised
      }
      await setTimeout(pause);
    }
  })();
  return {
    acknowledged,
    longestPause() {
      const pause = longestPause;
      longestPause = 0;
      return pause;
    },
    async goesOn(timeout = 30_000) {
      const before = acknowledged.size;
      for (const deadline = Date.now() + timeout; acknowledged.size === before; await setTimeout(20))
        if (Date.now() > deadline) throw new Error(`nothing is confirmed for ${timeout} ms: ${refusal}`);
    },
    async stop() {
      isStopped = true;
      await ended;
    },
  };
}

/** What was confirmed before a look at everything, and is not there. */
export async function lost(load: Load, look: () => Promise<string[]>): Promise<string[]> {
  const confirmed = [...load.acknowledged];
  const present = new Set(await look());
  return confirmed.filter((id) => !present.has(id));
}
