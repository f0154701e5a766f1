/** Progress of a run, on stderr: one line that changes in a terminal, a line every few seconds elsewhere. */
import { clearLine, cursorTo } from "node:readline";
import type { Sample } from "./load";
import { figure } from "./report";

const pace = { terminal: 200, log: 3_000 };

interface Progress {
  count(sample: Sample): void;
  stop(): void;
}

/** @param requests of the whole run */
export function showProgress(requests: number, stream: NodeJS.WriteStream = process.stderr): Progress {
  const start = performance.now();
  let [completed, failed, tokens] = [0, 0, 0];

  function line(): string {
    const seconds = (performance.now() - start) / 1000;
    const failures = failed > 0 ? `, ${failed} failed` : "";
    return `${completed + failed} of ${requests} requests${failures}, ${figure(completed / seconds)} requests/s, ${figure(tokens / seconds)} output tokens/s`;
  }
  function show() {
    if (!stream.isTTY) return void stream.write(`${line()}\n`);
    cursorTo(stream, 0);
    stream.write(line());
    clearLine(stream, 1);
  }
  const timer = setInterval(show, stream.isTTY ? pace.terminal : pace.log);
  return {
    count(sample) {
      if ("answer" in sample) {
        completed++;
        tokens += sample.answer.outputTokens;
      } else failed++;
    },
    stop() {
      clearInterval(timer);
      if (!stream.isTTY) return;
      cursorTo(stream, 0);
      clearLine(stream, 0);
    },
  };
}
