/** A run beside an earlier one. */
import Table from "cli-table3";
import pc from "picocolors";
import { distributions, figure, percentiles, type TrafficReport } from "./report";

interface Row {
  readonly name: string;
  readonly earlier: number | undefined;
  readonly now: number | undefined;
  readonly better: "higher" | "lower";
  readonly unit: string;
}

/** A table with the earlier run, this one and the change, and what speaks against comparing them. */
export function compareReports(earlier: TrafficReport, now: TrafficReport): string {
  const table = new Table({
    head: ["", "earlier", "now", "change"],
    colAligns: ["left", "right", "right", "right"],
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows(earlier, now)) {
    const shown = (value: number | undefined) => {
      if (value === undefined) return "";
      return row.unit === "" ? String(value) : `${figure(value)} ${row.unit}`;
    };
    table.push([row.name, shown(row.earlier), shown(row.now), change(row)]);
  }
  const notes = differences(earlier, now).map((line) => pc.yellow(line));
  return [
    `compared with ${pc.bold(earlier.target.name)} of ${earlier.started}`,
    ...notes,
    table.toString(),
  ].join("\n");
}

function rows(earlier: TrafficReport, now: TrafficReport): Row[] {
  const [before, after] = [earlier.metrics, now.metrics];
  const share = (value: number | undefined) => value && 100 * value;
  return [
    ...[
      { name: "request throughput", key: "requestThroughput", unit: "/s" } as const,
      { name: "output token throughput", key: "outputTokenThroughput", unit: "/s" } as const,
    ].map(
      ({ name, key, unit }): Row => ({ name, earlier: before[key], now: after[key], better: "higher", unit }),
    ),
    ...Object.entries(distributions).flatMap(([name, key]) =>
      percentiles.map(
        (part): Row => ({
          name: `${name} ${part}`,
          earlier: before[key]?.[part],
          now: after[key]?.[part],
          better: "lower",
          unit: "ms",
        }),
      ),
    ),
    {
      name: "prompts from KV caches",
      earlier: share(before.cachedShare),
      now: share(after.cachedShare),
      better: "higher",
      unit: "%",
    },
    { name: "failed requests", earlier: before.failed, now: after.failed, better: "lower", unit: "" },
  ].filter(({ earlier, now }) => earlier !== undefined || now !== undefined) as Row[];
}

/** Changes of less than this, in percent, are in no colour: runs differ by themselves. */
const noise = 5;

function change({ earlier, now, better }: Row): string {
  if (earlier === undefined || now === undefined || earlier === now) return "";
  if (earlier === 0) return "";
  const percent = (100 * (now - earlier)) / earlier;
  const text = `${percent > 0 ? "+" : "−"}${Math.abs(percent).toFixed(1)} %`;
  if (Math.abs(percent) < noise) return text;
  return percent > 0 === (better === "higher") ? pc.green(text) : pc.red(text);
}

/** Differences of the settings and the targets, for messages. */
function differences(earlier: TrafficReport, now: TrafficReport): string[] {
  const values = ({ load, target }: TrafficReport) => ({
    ...load,
    tokensPerWord: undefined, // of the model
    model: target.model,
    runtime: target.runtime,
    "discovery mode": target.discoveryMode,
  });
  const before: Record<string, unknown> = values(earlier);
  return Object.entries(values(now))
    .filter(([key, value]) => before[key] !== value)
    .map(
      ([key, value]) => `not alike: ${key} was ${before[key] ?? "not given"}, and is ${value ?? "not given"}`,
    );
}
