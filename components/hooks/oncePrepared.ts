import { setTimeout } from "node:timers/promises";

/** Times that it is asked for. */
const most = 10;

/**
 * Asks the API server, a second later again where it answers 429: so it does while it prepares the storage of a kind whose
 * definition is new.
 *
 * @throws what the last of ten answers is, or any other error at once
 */
export async function oncePrepared<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++)
    try {
      return await ask();
    } catch (error) {
      if ((error as { code?: unknown }).code !== 429 || tries === most) throw error;
      await setTimeout(1000);
    }
}
