/** A user of a graph, who asks one thing after the other. */
import { setTimeout } from "node:timers/promises";
import { ask } from "../runtime/frontendClient";
import type { LocalRuntime } from "../runtime/runtime";

export interface ChatClient {
  /** Waits for that many more answers. */
  answers(count: number): Promise<void>;
  /** @returns what was said in the place of answers */
  stop(): Promise<string[]>;
}

/** @param pause about this long between two questions, in ms: the load is bounded */
export function startClient({ url, model }: Pick<LocalRuntime, "url" | "model">, pause = 20): ChatClient {
  const failures: string[] = [];
  let answered = 0;
  let isStopped = false;
  const ended = (async () => {
    for (; !isStopped; await setTimeout(pause)) {
      await ask(url, model, "hello").then(
        () => answered++,
        (error) => failures.push(String(error)),
      );
    }
  })();
  return {
    async answers(count) {
      const enough = answered + count;
      for (const deadline = Date.now() + 60_000; answered < enough; await setTimeout(pause))
        if (Date.now() > deadline) throw new Error(`no answers for a minute: ${failures.at(-1)}`);
    },
    async stop() {
      isStopped = true;
      await ended;
      return failures;
    },
  };
}
