/** What happens to a stack, and which alerts fire then: these, in these minutes, and no other at any time. */
import { counter } from "./alertSeries";

export interface Firing {
  readonly alert: string;
  /** The first and the last minute in which it fires. */
  readonly minutes: readonly [from: number, until: number];
  /** Beside `alertname`. */
  readonly labels: Readonly<Record<string, string>>;
  /** In its first minute. */
  readonly summary: string;
  /** Where it holds a template; else it is the rule's. */
  readonly description?: string;
}

export interface AlertCase {
  readonly what: string;
  readonly stack:
    | "dev"
    | "prod"
    | "prod on runtime 1.6.1"
    | "single members"
    | "split"
    | "served"
    | "neighbours";
  /** An hour by default. */
  readonly minutes?: number;
  /** What is not as when all is well: of the metric, the series whose labels match, and what their values are instead. */
  readonly changes: readonly (readonly [metric: RegExp | string, labels: RegExp, values: string])[];
  readonly firing: readonly Firing[];
}

/** From the tenth minute on: for ten minutes, and for twenty. Samples of `gone` end as those of a target that is gone. */
const zeroFor10 = "1x9 0x9 1x60";
const zeroFor20 = "1x9 0x19 1x60";
const goneFor10 = "1x9 stale _x9 1x60";
const goneFor20 = "1x9 stale _x19 1x60";

/** Labels of an alert on a graph, on a component of one, and on a server. */
const of = (severity: string) => (graph: string, component?: string) => ({
  severity,
  namespace: "dynamo",
  graph,
  ...(component !== undefined && { component }),
});
const [critical, warning] = [of("critical"), of("warning")];
const server = (severity: string, name: "nats" | "etcd") => ({ severity, namespace: `${name}-system` });
const member = (name: string) => ({ job: "nats-system/nats", pod: name });
const series = (name: string) => ({ ...member(name), server_id: name });

const fires = (
  alert: string,
  minutes: Firing["minutes"],
  labels: Firing["labels"],
  summary: string,
  description?: string,
): Firing => ({ alert, minutes, labels, summary, description });

const failsTooMany = (graph: string) => `graph ${graph} fails too many requests for its objective of 99%`;
const inAnHour = "2% of a month's budget in an hour";
const inSixHours = "5% of a month's budget in six hours";

const demo = "vllm-distributed-demo";
const graphCases: AlertCase[] = [
  {
    what: "no frontend answers",
    stack: "prod",
    changes: [["up", /qwen-1b.*frontend/, zeroFor10]],
    firing: [
      fires("DynamoNoFrontend", [12, 19], critical("qwen-1b"), "graph qwen-1b has no frontend that answers"),
    ],
  },
  {
    what: "one frontend answers",
    stack: "prod",
    changes: [["up", /qwen-1b.*frontend-.+-\d/, zeroFor20]],
    firing: [],
  },
  {
    what: "no worker answers",
    stack: "prod",
    changes: [["up", /qwen-1b.*worker/, zeroFor20]],
    firing: [
      fires(
        "DynamoNoWorker",
        [12, 29],
        critical("qwen-1b", "VllmWorker"),
        "graph qwen-1b has no worker that answers",
      ),
      fires(
        "DynamoWorkersMissing",
        [25, 29],
        warning("qwen-1b", "VllmWorker"),
        "graph qwen-1b has 0 of 4 workers",
      ),
    ],
  },
  {
    what: "a worker's pod is gone",
    stack: "prod",
    changes: [["up", /qwen-72b.*worker-.+-3/, goneFor20]],
    firing: [
      fires(
        "DynamoWorkersMissing",
        [25, 29],
        warning("qwen-72b", "VllmWorker"),
        "graph qwen-72b has 7 of 8 workers",
      ),
    ],
  },
  {
    what: "Prometheus loses the workers",
    stack: "dev",
    changes: [["up", /worker/, goneFor20]],
    firing: [
      fires(
        "DynamoMetricsMissing",
        [15, 29],
        critical("vllm-distributed-demo"),
        "Prometheus knows no frontend or no worker of graph vllm-distributed-demo",
      ),
    ],
  },
  {
    what: "Prometheus loses the frontends",
    stack: "prod",
    changes: [[/^up|_frontend_/, /qwen-1b.*frontend/, goneFor20]],
    firing: [
      fires(
        "DynamoMetricsMissing",
        [15, 29],
        critical("qwen-1b"),
        "Prometheus knows no frontend or no worker of graph qwen-1b",
      ),
    ],
  },
  {
    what: "no decode worker answers, and a prefill worker does",
    stack: "split",
    changes: [["up", /decode/, zeroFor20]],
    firing: [
      fires(
        "DynamoNoWorker",
        [12, 29],
        critical("chat", "Decode"),
        "graph chat has no decode worker that answers",
      ),
      fires(
        "DynamoWorkersMissing",
        [25, 29],
        warning("chat", "Decode"),
        "graph chat has 0 of 2 decode workers",
      ),
    ],
  },
  {
    what: "prefill workers are gone, and decode workers are not",
    stack: "split",
    changes: [["up", /prefill/, goneFor20]],
    firing: [
      fires(
        "DynamoMetricsMissing",
        [15, 29],
        critical("chat"),
        "Prometheus knows no frontend or no worker of graph chat",
      ),
    ],
  },
  {
    what: "a new graph pulls its image for ten minutes",
    stack: "split",
    changes: [["up", /./, "0x9 1x60"]],
    firing: [],
  },
  {
    what: "a new graph is down five minutes after it came up",
    stack: "dev",
    changes: [["up", /./, "0x9 1x4 0x4 1x60"]],
    firing: [
      fires("DynamoNoFrontend", [17, 19], critical(demo), `graph ${demo} has no frontend that answers`),
      fires(
        "DynamoNoWorker",
        [17, 19],
        critical(demo, "VllmWorker"),
        `graph ${demo} has no worker that answers`,
      ),
    ],
  },
  {
    what: "a new graph never answers: it may take 30 minutes",
    stack: "dev",
    changes: [["up", /./, "0x60"]],
    firing: [
      fires("DynamoNoFrontend", [32, 60], critical(demo), `graph ${demo} has no frontend that answers`),
      fires(
        "DynamoNoWorker",
        [32, 60],
        critical(demo, "VllmWorker"),
        `graph ${demo} has no worker that answers`,
      ),
      fires(
        "DynamoWorkersMissing",
        [15, 60],
        warning(demo, "VllmWorker"),
        `graph ${demo} has 0 of 2 workers`,
      ),
    ],
  },
  {
    what: "shared frontends list one model and not the other",
    stack: "served",
    minutes: 120,
    changes: [["dynamo_frontend_model_ready", /vision/, "1x59 0x19 1x60"]],
    firing: [
      fires(
        "DynamoDiscoveryMismatch",
        [65, 79],
        critical("vision"),
        "graph vision has workers for longer than a model takes to load, and no frontend knows of them",
      ),
    ],
  },
  {
    what: "a model that never comes: workers may load for 30 minutes",
    stack: "dev",
    changes: [["dynamo_frontend_model_context_length", /./, "_x45 32768x60"]],
    firing: [
      fires(
        "DynamoDiscoveryMismatch",
        [36, 44],
        critical("vllm-distributed-demo"),
        "graph vllm-distributed-demo has workers for longer than a model takes to load, and no frontend knows of them",
      ),
    ],
  },
  {
    what: "a model goes",
    stack: "prod on runtime 1.6.1",
    minutes: 120,
    changes: [["dynamo_frontend_model_ready", /qwen-1b/, "1x59 0x19 1x60"]],
    firing: [
      fires(
        "DynamoDiscoveryMismatch",
        [65, 79],
        critical("qwen-1b"),
        "graph qwen-1b has workers for longer than a model takes to load, and no frontend knows of them",
      ),
    ],
  },
  {
    what: "the queue grows",
    stack: "prod",
    changes: [["dynamo_frontend_queued_requests", /qwen-1b/, "3x9 4+1x29 3x60"]],
    firing: [
      fires(
        "DynamoQueueGrowing",
        [27, 39],
        warning("qwen-1b"),
        "105 requests wait for their first token at graph qwen-1b, and more come than go",
      ),
    ],
  },
  {
    what: "the queue is long, and grows no more",
    stack: "prod",
    changes: [["dynamo_frontend_queued_requests", /./, "3x9 500x60"]],
    firing: [],
  },
];

/** Of every 600 requests a minute at a frontend, so many fail in each phase. */
const failing = (...phases: [failures: number, minutes: number][]): AlertCase["changes"] => [
  [/^dynamo_frontend_(requests|failures)_total$/, /qwen-1b.*"(error|Internal)"}/, counter(...phases)],
  [
    "dynamo_frontend_requests_total",
    /qwen-1b.*"success"/,
    counter(...phases.map(([failures, minutes]): [number, number] => [600 - failures, minutes])),
  ],
];
/** And so many answers come too late. */
const slow = (...phases: [late: number, minutes: number][]): AlertCase["changes"] => [
  [
    "dynamo_frontend_time_to_first_token_seconds_bucket",
    /"(0.1|1.0|2.2)"/,
    counter(...phases.map(([late, minutes]): [number, number] => [600 - late, minutes])),
  ],
];

const burnCases: AlertCase[] = [
  {
    what: "half of all requests fail for 25 minutes",
    stack: "prod",
    minutes: 480,
    changes: failing([0, 361], [300, 25], [0, 100]),
    firing: [
      fires(
        "DynamoErrorBudgetBurn",
        [379, 387],
        critical("qwen-1b"),
        `${failsTooMany("qwen-1b")}: ${inAnHour}`,
        "15.88% of its requests fail.",
      ),
    ],
  },
  {
    what: "a tenth of all requests fails for four hours",
    stack: "prod",
    minutes: 720,
    changes: failing([0, 361], [60, 240], [0, 120]),
    firing: [
      fires(
        "DynamoErrorBudgetBurn",
        [577, 611],
        warning("qwen-1b"),
        `${failsTooMany("qwen-1b")}: ${inSixHours}`,
        "6.029% of its requests fail.",
      ),
    ],
  },
  {
    what: "half of all good requests fail, and as many are refused as the clients' mistake",
    stack: "prod on runtime 1.6.1",
    minutes: 480,
    changes: failing([0, 361], [300, 40], [0, 100]),
    firing: [
      fires(
        "DynamoErrorBudgetBurn",
        [396, 401],
        critical("qwen-1b"),
        `${failsTooMany("qwen-1b")}: ${inAnHour}`,
        "15.04% of its requests fail.",
      ),
    ],
  },
  {
    what: "answers are late for 50 minutes",
    stack: "single members",
    minutes: 480,
    changes: slow([0, 361], [600, 50], [0, 100]),
    firing: [
      fires(
        "DynamoFirstTokenSlow",
        [404, 411],
        critical("demo"),
        `graph demo answers too slowly for its objective of 95% within 1 s: ${inAnHour}`,
        "74.58% of its requests wait longer than 1 s for the first token.",
      ),
    ],
  },
  {
    what: "half of all answers are late for four hours",
    stack: "single members",
    minutes: 720,
    changes: slow([0, 361], [300, 240], [0, 120]),
    firing: [
      fires(
        "DynamoFirstTokenSlow",
        [577, 611],
        warning("demo"),
        `graph demo answers too slowly for its objective of 95% within 1 s: ${inSixHours}`,
        "30.22% of its requests wait longer than 1 s for the first token.",
      ),
    ],
  },
];

const serverCases: AlertCase[] = [
  {
    what: "two members of etcd have no leader",
    stack: "prod",
    changes: [["etcd_server_has_leader", /pod="etcd-[01]"/, zeroFor10]],
    firing: [
      fires(
        "EtcdNoQuorum",
        [11, 19],
        server("critical", "etcd"),
        "1 of 3 members of etcd have a leader, and 2 are needed",
      ),
    ],
  },
  {
    what: "one of three members of etcd is gone",
    stack: "prod",
    changes: [[/./, /pod="etcd-1"/, goneFor20]],
    firing: [
      fires(
        "EtcdMembersMissing",
        [20, 29],
        server("warning", "etcd"),
        "2 of 3 members of etcd have a leader",
      ),
    ],
  },
  {
    what: "one of three members of NATS is gone, pod and exporter",
    stack: "prod",
    changes: [[/^up$|nats_(healthz|server)/, /pod="nats-1"/, goneFor20]],
    firing: [
      fires("NatsMembersMissing", [20, 29], server("warning", "nats"), "2 of 3 members of NATS answer"),
    ],
  },
  {
    what: "Prometheus loses etcd",
    stack: "single members",
    changes: [[/./, /pod="etcd-0"/, goneFor20]],
    firing: [
      fires(
        "EtcdNoQuorum",
        [13, 29],
        server("critical", "etcd"),
        "0 of 1 members of etcd have a leader, and 1 are needed",
      ),
      fires(
        "EtcdMetricsMissing",
        [20, 29],
        { ...server("warning", "etcd"), job: "etcd-system/etcd" },
        "Prometheus knows no member of etcd",
      ),
    ],
  },
  {
    what: "a member of NATS is killed, its exporter is not",
    stack: "prod",
    changes: [[/nats_(healthz|server)/, /pod="nats-0"/, goneFor10]],
    firing: [
      fires(
        "NatsDown",
        [11, 19],
        { ...server("warning", "nats"), ...member("nats-0") },
        "NATS of nats-0 does not answer",
      ),
    ],
  },
  {
    what: "the only NATS and its exporter don't answer",
    stack: "single members",
    changes: [
      ["up", /pod="nats-0"/, zeroFor10],
      [/nats_(healthz|server)/, /pod="nats-0"/, goneFor10],
    ],
    firing: [fires("NatsDown", [13, 19], server("critical", "nats"), "NATS does not answer")],
  },
  {
    what: "the only NATS is Pending or gone, with its exporter",
    stack: "single members",
    changes: [[/^up$|nats_(healthz|server)/, /pod="nats-0"/, goneFor20]],
    firing: [
      fires("NatsDown", [13, 29], server("critical", "nats"), "NATS does not answer"),
      fires(
        "NatsMetricsMissing",
        [20, 29],
        { ...server("warning", "nats"), job: "nats-system/nats" },
        "Prometheus knows no member of NATS",
      ),
    ],
  },
  {
    what: "NATS loses its leader",
    stack: "prod",
    changes: [["nats_server_total_streams", /pod="nats-[01]"/, goneFor10]],
    firing: [
      fires(
        "NatsNoQuorum",
        [11, 19],
        server("critical", "nats"),
        "1 of 3 members of NATS have a leader, and 2 are needed",
      ),
    ],
  },
  {
    what: "Prometheus loses NATS",
    stack: "prod",
    changes: [[/^up$|nats_(healthz|server)/, /pod="nats-/, goneFor20]],
    firing: [
      fires(
        "NatsNoQuorum",
        [11, 29],
        server("critical", "nats"),
        "0 of 3 members of NATS have a leader, and 2 are needed",
      ),
      fires(
        "NatsMetricsMissing",
        [20, 29],
        { ...server("warning", "nats"), job: "nats-system/nats" },
        "Prometheus knows no member of NATS",
      ),
    ],
  },
  {
    what: "NATS cuts off a client that reads too slowly",
    stack: "prod",
    changes: [["nats_varz_slow_consumers", /pod="nats-2"/, "7x9 8x60"]],
    firing: [
      fires(
        "NatsSlowConsumers",
        [11, 18],
        { ...server("warning", "nats"), ...series("nats-2") },
        "nats-2 has cut off clients that read too slowly",
      ),
    ],
  },
  {
    what: "JetStream is 90% full",
    stack: "prod",
    changes: [["nats_varz_jetstream_stats_storage", /pod="nats-1"/, "100x9 900x9 800x60"]],
    firing: [
      fires(
        "NatsStorageHigh",
        [15, 19],
        { ...server("warning", "nats"), ...series("nats-1") },
        "JetStream of nats-1 is 90% full",
      ),
    ],
  },
  {
    what: "workers lose NATS",
    stack: "prod",
    changes: [["nats_varz_connections", /./, "4x9 0x9 4x60"]],
    firing: [
      fires(
        "NatsNoConnections",
        [15, 19],
        server("warning", "nats"),
        "workers run, and nobody is connected to NATS",
      ),
    ],
  },
  {
    what: "nobody is connected to NATS, and no worker is there",
    stack: "single members",
    changes: [
      ["nats_varz_connections", /./, "4x9 0x9 4x60"],
      ["up", /worker/, "1x9 0x9 1x60"],
    ],
    firing: [
      fires(
        "DynamoNoWorker",
        [12, 19],
        critical("demo", "VllmWorker"),
        "graph demo has no worker that answers",
      ),
    ],
  },
];

const everythingFails = "0+600x60";

/** What must not be taken for a fault, or for another graph's. */
const quietCases: AlertCase[] = [
  {
    what: "servers and frontends start anew, and count from 0",
    stack: "prod",
    changes: [
      [/dynamo_frontend_.*(total|count|bucket)$/, /./, "0+600x29 0+600x60"],
      ["dynamo_frontend_requests_total", /"error"/, "1000+5x29 0+5x60"],
      ["nats_varz_slow_consumers", /./, "7x29 0x60"],
      ["dynamo_component_uptime_seconds", /./, "0+60x29 0+60x60"],
    ],
    firing: [],
  },
  {
    what: "nobody asks",
    stack: "prod",
    changes: [[/dynamo_frontend_.*(total|count|bucket)$/, /./, "9x60"]],
    firing: [],
  },
  {
    what: "one of the twelve requests in an hour fails",
    stack: "single members",
    minutes: 480,
    changes: [
      [
        "dynamo_frontend_requests_total",
        /"success"/,
        counter(
          ...Array(96)
            .fill([
              [1, 1],
              [0, 4],
            ])
            .flat(),
        ),
      ],
      ["dynamo_frontend_requests_total", /"error"/, counter([0, 361], [1, 1], [0, 118])],
    ],
    firing: [],
  },
  {
    what: "three requests come in an hour, and all fail",
    stack: "single members",
    minutes: 480,
    changes: [
      ["dynamo_frontend_requests_total", /"success"/, "0x480"],
      ["dynamo_frontend_requests_total", /"error"/, counter([0, 361], [1, 3], [0, 116])],
    ],
    firing: [],
  },
  {
    what: "frontends before their first request",
    stack: "prod on runtime 1.6.1",
    changes: [[/dynamo_frontend_.*(total|count|bucket)$/, /./, "_x60"]],
    firing: [],
  },
  {
    what: "chat fails, and chat-2 does not",
    stack: "neighbours",
    changes: [
      ["up", /"chat-(0-)?vllmworker/, zeroFor10],
      ["dynamo_frontend_requests_total", /"chat-(0-)?frontend.*"internal"/, everythingFails],
    ],
    firing: bothFail("chat"),
  },
  {
    what: "chat-2 fails, and chat does not",
    stack: "neighbours",
    changes: [
      ["up", /"chat-2-(0-)?vllmworker/, zeroFor10],
      ["dynamo_frontend_requests_total", /"chat-2-(0-)?frontend.*"internal"/, everythingFails],
    ],
    firing: bothFail("chat-2"),
  },
  {
    what: "chat of the other mode fails",
    stack: "neighbours",
    changes: [
      ["up", /"chat-etcd-(0-)?(frontend|vllmworker)/, zeroFor20],
      ["dynamo_frontend_requests_total", /"chat-etcd-(0-)?frontend.*"internal"/, everythingFails],
    ],
    firing: [],
  },
];

/** A young graph without workers: as many requests fail as succeed, and as many are refused. */
function bothFail(graph: string): Firing[] {
  const burn = { alert: "DynamoErrorBudgetBurn", description: "33.33% of its requests fail." };
  return [
    fires(
      "DynamoNoWorker",
      [12, 19],
      critical(graph, "VllmWorker"),
      `graph ${graph} has no worker that answers`,
    ),
    { ...burn, minutes: [2, 60], labels: critical(graph), summary: `${failsTooMany(graph)}: ${inAnHour}` },
    { ...burn, minutes: [2, 60], labels: warning(graph), summary: `${failsTooMany(graph)}: ${inSixHours}` },
  ];
}

export const alertCases = [...graphCases, ...burnCases, ...serverCases, ...quietCases];
