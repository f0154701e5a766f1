const firstDelay = 500;
const lastDelay = 30_000;

/**
 * Works on keys: on each of them once at a time, again when it was added meanwhile, and again after a delay, in
 * milliseconds, that doubles from failure to failure.
 */
export class WorkQueue {
  readonly #work: (key: string) => Promise<void>;
  readonly #dirty = new Set<string>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #delays = new Map<string, number>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #stopped = false;

  constructor(work: (key: string) => Promise<void>) {
    this.#work = work;
  }

  add(key: string): void {
    if (this.#stopped) return;
    this.#dirty.add(key);
    clearTimeout(this.#timers.get(key));
    if (!this.#running.has(key)) this.#running.set(key, this.#run(key));
  }

  /** Takes no more work and waits for what runs. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    await Promise.all(this.#running.values());
  }

  async #run(key: string): Promise<void> {
    while (this.#dirty.delete(key) && !this.#stopped) {
      try {
        await this.#work(key);
        this.#delays.delete(key);
      } catch {
        this.#retry(key);
      }
    }
    this.#running.delete(key);
  }

  #retry(key: string): void {
    const delay = this.#delays.get(key) ?? firstDelay;
    this.#delays.set(key, Math.min(2 * delay, lastDelay));
    this.#timers.set(
      key,
      setTimeout(() => this.add(key), delay),
    );
  }
}
