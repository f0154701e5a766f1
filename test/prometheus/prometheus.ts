/** A Prometheus that scrapes pods, which may be processes of this machine, as PodMonitors tell it, and evaluates rules. */
import { randomInt } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { V1Pod } from "@kubernetes/client-node";
import type { Tools } from "../../rehearsal/tools";
import { startProcess } from "../runtime/dynamoProcess";
import { type PodMonitor, scrapeJobs, targetGroups } from "./scrapeJobs";

type Labels = Readonly<Record<string, string>>;

export interface PrometheusOptions {
  readonly tools: Tools<"prometheus">;
  /** Folder for its configuration, data and log. It is left to the caller. */
  readonly directory: string;
  readonly podMonitors: readonly PodMonitor[];
  /** Pods of all namespaces. Each is scraped at its `status.podIP`, on the ports of its containers. */
  readonly pods: readonly V1Pod[];
  /** Groups of rules, as in a file of rules and in the `spec` of a PrometheusRule. */
  readonly rules?: { readonly groups: readonly object[] };
  /** Seconds between two scrapes, and between two evaluations of a rule; 1 by default. */
  readonly interval?: number;
}

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}
export interface Series {
  readonly labels: Labels;
  /** By time, in seconds since the epoch. */
  readonly values: readonly (readonly [time: number, value: number])[];
}
export interface ActiveAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly state: "pending" | "firing";
  readonly value: number;
}
export interface ScrapeTarget {
  readonly labels: Labels;
  /** `unknown` until it has been scraped. */
  readonly health: "up" | "down" | "unknown";
  /** Of the last scrape; empty where it went well. */
  readonly error: string;
}
export interface Metadata {
  readonly type: string;
  readonly help: string;
}

/** Each method throws an Error in Prometheus' words where it refuses. */
export interface Prometheus {
  /** `http://host:port` */
  readonly url: string;
  /** A scalar is one sample without labels. @param time in seconds since the epoch; now by default */
  query(expression: string, time?: number): Promise<Sample[]>;
  /** @param range in seconds since the epoch, and seconds */
  queryRange(expression: string, range: { start: number; end: number; step: number }): Promise<Series[]>;
  /** Those pending or firing. */
  alerts(): Promise<ActiveAlert[]>;
  targets(): Promise<ScrapeTarget[]>;
  /** What targets say of their metrics, by name. */
  metadata(): Promise<Readonly<Record<string, readonly Metadata[]>>>;
  /** Replaces the pods that there are, and waits until it scrapes them. */
  discover(pods: readonly V1Pod[]): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts Prometheus on a loopback address of its own, and waits until it has scraped every pod once, be it in vain.
 * @throws Error with the end of its log where it ends, as with a rule that it can't read, or 30 s are over
 */
export async function startPrometheus(options: PrometheusOptions): Promise<Prometheus> {
  const { tools, directory, podMonitors, interval = 1 } = options;
  const file = (name: string) => join(directory, name);
  // Random, so that what runs at the same time does not meet.
  const address = `127.${randomInt(1, 255)}.${randomInt(255)}.1:9090`;
  const url = `http://${address}`;
  const every = `${interval * 1000}ms`;
  const configuration = {
    global: { scrape_interval: every, scrape_timeout: every, evaluation_interval: every },
    rule_files: [file("rules.json")],
    scrape_configs: podMonitors.flatMap((podMonitor) => scrapeJobs(podMonitor, file("pods.json"))),
  };
  async function writePods(pods: readonly V1Pod[]) {
    await writeFile(file("pods.json.new"), JSON.stringify(targetGroups(pods)));
    await rename(file("pods.json.new"), file("pods.json")); // it watches the folder, and never reads one half
  }
  await mkdir(directory, { recursive: true });
  await writePods(options.pods);
  await writeFile(file("rules.json"), JSON.stringify(options.rules ?? { groups: [] }));
  await writeFile(file("prometheus.json"), JSON.stringify(configuration));
  const command = [
    tools.prometheus,
    `--config.file=${file("prometheus.json")}`,
    `--storage.tsdb.path=${file("data")}`,
    `--web.listen-address=${address}`,
    "--scrape.discovery-reload-interval=200ms", // of 5 s
  ];
  const server = await startProcess({ name: "prometheus", command, env: {}, directory });

  const get = async <Data>(path: string, parameters: Record<string, string | number> = {}): Promise<Data> => {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(parameters)) query.set(name, `${value}`);
    const response = await fetch(`${url}/api/v1/${path}?${query}`, { signal: AbortSignal.timeout(30_000) });
    const answer = (await response.json()) as { status: string; error: string; data: Data };
    if (answer.status !== "success") throw new Error(answer.error);
    return answer.data;
  };
  /** Whether each job knows these pods and no others, and has scraped those that it selects. */
  async function scrapes(pods: readonly V1Pod[]) {
    const expected = targetGroups(pods).flatMap(({ targets }) => targets);
    const { activeTargets, droppedTargets } = await get<AllTargets>("targets");
    const known = [...activeTargets, ...droppedTargets].map(
      ({ discoveredLabels }) => discoveredLabels.__address__,
    );
    return (
      known.length === expected.length * configuration.scrape_configs.length &&
      expected.every((target) => known.includes(target)) &&
      activeTargets.every(({ health }) => health !== "unknown")
    );
  }
  const untilScraped = (pods: readonly V1Pod[]) =>
    server.until(() => scrapes(pods).catch(() => false), "has not scraped every pod", 30_000);

  await untilScraped(options.pods).catch(async (error) => {
    await server.kill();
    throw error;
  });
  return {
    url,
    async query(expression, time) {
      const parameters = { query: expression, ...(time !== undefined && { time }) };
      const { resultType, result } = await get<QueryResult>("query", parameters);
      if (resultType === "scalar") return [{ labels: {}, value: Number(result[1]) }];
      return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
    },
    async queryRange(expression, range) {
      const { result } = await get<RangeResult>("query_range", { query: expression, ...range });
      return result.map(({ metric, values }) => ({
        labels: metric,
        values: values.map(([time, value]) => [time, Number(value)] as const),
      }));
    },
    async alerts() {
      const { alerts } = await get<{ alerts: (Omit<ActiveAlert, "value"> & { value: string })[] }>("alerts");
      return alerts.map((alert) => ({ ...alert, value: Number(alert.value) }));
    },
    async targets() {
      const { activeTargets } = await get<AllTargets>("targets");
      return activeTargets.map(({ labels, health, lastError }) => ({ labels, health, error: lastError }));
    },
    metadata: () => get("metadata"),
    async discover(pods) {
      await writePods(pods);
      await untilScraped(pods);
    },
    stop: () => server.kill(),
  };
}

/** https://prometheus.io/docs/prometheus/latest/querying/api/ */
interface AllTargets {
  readonly activeTargets: readonly {
    readonly discoveredLabels: Labels;
    readonly labels: Labels;
    readonly health: ScrapeTarget["health"];
    readonly lastError: string;
  }[];
  readonly droppedTargets: readonly { readonly discoveredLabels: Labels }[];
}
type Value = readonly [time: number, value: string];
type QueryResult =
  | { readonly resultType: "scalar"; readonly result: Value }
  | { readonly resultType: "vector"; readonly result: readonly { metric: Labels; value: Value }[] };
interface RangeResult {
  readonly result: readonly { metric: Labels; values: readonly Value[] }[];
}
