/** Numbers of requests, and their outcomes. */
import type { Runtime } from "../../config/runtime/runtime";
import { burnLimits } from "../../plan/monitoring/burnRate";
import { requests } from "../../plan/monitoring/requests";
import { type Panel, stat, timeseries } from "../panel";
import type { Objectives } from "./objectives";

const rateOf = (frontends: string, runtime: Runtime, by?: "model") =>
  requests({ runtime, frontends, as: "rate", window: "$__rate_interval", by });

function success(frontends: string, runtime: Runtime, by?: "model"): string {
  const { failed, all } = rateOf(frontends, runtime, by);
  return `1 - ${failed} / ${all}`;
}

/** Orange and red where an alert warns or wakes somebody, if it stays so. */
function successThresholds({ availability }: Objectives): Panel["thresholds"] {
  const { critical, warning } = burnLimits(availability);
  const from = (burned: number) => Number((1 - burned).toFixed(5));
  return ["red", { from: from(critical), color: "orange" }, { from: from(warning), color: "green" }];
}

const share = ({ availability }: Objectives) =>
  `Share that did not fail. What clients do wrong is no failure, where the runtime tells it apart, from 1.0. Healthy: above the strictest objective of the graphs, ${Number((availability * 100).toFixed(4))} %. Empty while there are no requests.`;

/** Labels of the frontends' series: of the chosen models, and of all, since not every failure has a model. */
interface Scope {
  readonly frontends: string;
  readonly models: string;
}

/** Row of the requests of this moment. */
export function nowRow({ frontends, models }: Scope, runtime: Runtime, objectives: Objectives) {
  const sum = (metric: string) => `sum(dynamo_frontend_${metric}{${models}})`;
  return {
    title: "Now",
    panels: [
      stat({
        title: "Requests",
        description: "Requests a second that have ended, to all models. Healthy: as many as clients send.",
        unit: "reqps",
        queries: [{ expr: rateOf(frontends, runtime).all, legend: "requests" }],
        width: 6,
      }),
      stat({
        title: "Success",
        description: `Of all models. ${share(objectives)}`,
        unit: "percentunit",
        queries: [{ expr: success(frontends, runtime), legend: "success" }],
        thresholds: successThresholds(objectives),
        width: 6,
      }),
      stat({
        title: "In flight",
        description:
          "Requests that have begun and not ended. Healthy: it follows the load, and is 0 without.",
        unit: "none",
        queries: [{ expr: sum("inflight_requests"), legend: "in flight" }],
        width: 6,
      }),
      stat({
        title: "Queued",
        description:
          "Requests that wait for their first token. Healthy: it comes and goes, and does not grow.",
        unit: "none",
        queries: [{ expr: sum("queued_requests"), legend: "queued" }],
        width: 6,
      }),
    ],
  };
}

/** Row of requests and failures over time. */
export function requestRow({ frontends, models }: Scope, runtime: Runtime, objectives: Objectives) {
  const sum = (metric: string) => `sum(dynamo_frontend_${metric}{${models}})`;
  const rate = (by: string, metric: string, labels: string) =>
    `sum by (${by}) (rate(dynamo_frontend_${metric}{${labels}}[$__rate_interval]))`;
  const withoutModel = runtime.countsFailures
    ? " Requests that no worker was there for have no model: see Success."
    : "";
  return {
    title: "Requests",
    panels: [
      timeseries({
        title: "Throughput by model",
        description: "Requests a second that have ended, well or not. Healthy: as many as clients send.",
        unit: "reqps",
        queries: [{ expr: rateOf(models, runtime, "model").all, legend: "{{model}}" }],
        width: 12,
      }),
      timeseries({
        title: "Success by model",
        description: `${share(objectives)}${withoutModel}`,
        unit: "percentunit",
        queries: [{ expr: success(models, runtime, "model"), legend: "{{model}}" }],
        thresholds: successThresholds(objectives),
        width: 12,
        max: 1,
      }),
      timeseries({
        title: "Outcomes",
        description:
          "By status and, from runtime 1.0, kind of error: validation, not_found and cancelled are the clients'. From 1.6 by class of failure too: those that no worker was there for are only among these, and have no model. Healthy: hardly anything but success.",
        unit: "reqps",
        queries: [
          { expr: rate("status, error_type", "requests_total", models), legend: "{{status}} {{error_type}}" },
          ...(runtime.countsFailures
            ? [
                {
                  expr: `${rate("class", "failures_total", frontends)} or vector(0)`,
                  legend: "failure {{class}}",
                },
              ]
            : []),
        ],
        width: 12,
      }),
      timeseries({
        title: "Queued and in flight",
        description:
          "Healthy: queued is a small part of in flight. Growing without end, the workers can't keep up.",
        unit: "none",
        queries: [
          { expr: sum("queued_requests"), legend: "queued", color: "orange" },
          { expr: sum("inflight_requests"), legend: "in flight", color: "blue" },
        ],
        width: 12,
      }),
    ],
  };
}
