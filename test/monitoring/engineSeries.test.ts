/** The queries of dashboards and alerts on what real engines were seen to serve: series/ has what of it they ask for. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parser } from "@prometheus-io/lezer-promql";
import { stackConfig } from "../../config/schema";
import { planStack } from "../../plan/stack";
import { panelQueries } from "./queries";

type Labels = Readonly<Record<string, string>>;

/** What Prometheus adds to each series of a pod. */
const ofTarget = ["job", "namespace", "pod"];
/** Metrics of engines, and of what Dynamo serves beside them. */
const isScraped = (name = "") => /^(dynamo_|vllm:|sglang:)/.test(name);

/** Recorded with runtime 1.4.2 and KV routing on two H200, model names shortened; a file has what one pod served. */
const recordings = { vllm: "vllm-0.26.0", sglang: "sglang-0.5.16" };

/** Counters that SGLang serves from their first event on, of which none came. */
const untilItHappens = ["sglang:num_transfer_failed_reqs_total", "sglang:num_bootstrap_failed_reqs_total"];

function recorded(folder: string): Labels[] {
  const directory = join(__dirname, "series", folder);
  return readdirSync(directory).flatMap((file) =>
    readFileSync(join(directory, file), "utf8")
      .split("\n")
      .flatMap((line) => {
        const [, name, labels = ""] = /^([\w:]+)(?:\{(.*)\})? \S+$/.exec(line) ?? [];
        if (name === undefined) return [];
        return [
          {
            __name__: name,
            ...Object.fromEntries(matchers(labels).map(({ label, value }) => [label, value])),
          },
        ];
      }),
  );
}

interface Matcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

function matchers(text: string): Matcher[] {
  return [...text.matchAll(/(\w+)(=~|!~|!=|=)"((?:[^"\\]|\\.)*)"/g)].map(
    ([, label = "", operator = "", value = ""]) => ({
      label,
      operator,
      value: value.replaceAll("\\\\", "\\"),
    }),
  );
}

function matches(labels: Labels, { label, operator, value }: Matcher): boolean {
  const actual = labels[label] ?? "";
  const isEqual = /~/.test(operator) ? new RegExp(`^(?:${value})$`).test(actual) : actual === value;
  return isEqual !== operator.startsWith("!");
}

/** Selectors of a query, each as matchers. */
function selectorsOf(expr: string): Matcher[][] {
  const selectors: Matcher[][] = [];
  parser.parse(expr).iterate({
    enter: ({ name, node, from, to }) => {
      if (name !== "VectorSelector") return;
      const identifier = node.getChild("Identifier");
      const all = matchers(expr.slice(from, to));
      selectors.push(
        identifier
          ? [{ label: "__name__", operator: "=", value: expr.slice(identifier.from, identifier.to) }, ...all]
          : all,
      );
    },
  });
  return selectors;
}

const nameOf = (selector: readonly Matcher[]) => selector.find(({ label }) => label === "__name__")?.value;

describe.each(Object.entries(recordings))("%s", (backend, folder) => {
  const series = recorded(folder);
  const graph = { name: "chat", model: "m", backend, router: { mode: "kv" } };
  const plan = planStack(
    stackConfig.parse({
      runtime: { version: "1.4.2" },
      graphs: [{ ...graph, prefill: {}, decode: {} }],
    }),
  );
  const queries = [
    ...panelQueries(plan),
    ...plan.alerts.flatMap(({ alerts }) => alerts.map(({ name, expr }) => ({ where: name, expr }))),
  ];

  test("each query finds what it asks the engine's pods for, in one of the names that it knows", () => {
    const missing = queries.flatMap(({ where, expr }) => {
      const selectors = selectorsOf(expr).filter((selector) => isScraped(nameOf(selector)));
      const found = selectors.some((selector) =>
        series.some((labels) =>
          selector.every((matcher) => ofTarget.includes(matcher.label) || matches(labels, matcher)),
        ),
      );
      const isRare = selectors.some((selector) => untilItHappens.includes(nameOf(selector) ?? ""));
      const isExempt = selectors.length === 0 || (backend === "sglang" && isRare);
      return isExempt || found ? [] : [`${where}: ${expr}`];
    });
    expect(missing).toEqual([]);
  });
});
