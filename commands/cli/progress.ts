import pc from "picocolors";

/** Before the first word of progress, and between two of the same, in ms. */
const [delay, repetition] = [2_000, 10_000];

/** Prints on stderr what is being done, if it takes long: what is new at once, and the same from time to time. */
export function showProgress(first: string) {
  const start = performance.now();
  let [current, shown, shownAt] = [first, "", 0];
  const timer = setInterval(() => {
    const now = performance.now() - start;
    if (now < delay || (current === shown && now - shownAt < repetition)) return;
    [shown, shownAt] = [current, now];
    console.error(pc.dim(`${Math.round(now / 1000)} s: ${current}`));
  }, 500);
  return {
    says(text: string) {
      current = text;
    },
    stop: () => clearInterval(timer),
  };
}
