/** Histograms of a run's requests, for a terminal. */
import { bin, max } from "d3-array";
import pc from "picocolors";
import type { Values } from "./metrics";
import { distributions } from "./report";

const width = 40;
const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** Histograms of the latencies, one for each. */
export function histograms(values: Values): string {
  return Object.entries(distributions)
    .filter(([, key]) => key !== "interTokenLatency" && values[key].length > 1)
    .map(([name, key]) => histogram(`${name}, ms`, values[key]))
    .join("\n\n");
}

function histogram(title: string, values: readonly number[]): string {
  const bins = bin().thresholds(8)([...values]);
  const peak = max(bins, ({ length }) => length) ?? 0;
  const step = max(bins, ({ x0 = 0, x1 = 0 }) => x1 - x0) || 1;
  const digits = Math.max(0, Math.ceil(-Math.log10(step)));
  const ranges = bins.map(({ x0 = 0, x1 = 0 }) => `${x0.toFixed(digits)} – ${x1.toFixed(digits)}`);
  const widest = max(ranges, ({ length }) => length) ?? 0;
  const lines = bins.map(
    ({ length }, i) =>
      `  ${ranges[i]?.padStart(widest)}  ${pc.cyan(bar((length / peak) * width))} ${length || ""}`,
  );
  return [pc.bold(title), ...lines].map((line) => line.trimEnd()).join("\n");
}

function bar(length: number): string {
  const whole = Math.floor(length);
  return "█".repeat(whole) + eighths[Math.floor((length - whole) * 8)];
}
