/** Arguments and env that say again what the plan says: of these a graph has settings, from which all its components are made. */
import type { Backend } from "./graph";

/** Flags by what they decide, and the setting to use instead. Sources: the parsers of ai-dynamo 0.7.1 to 1.6.1, and of the engines. */
const reserved: readonly (readonly [what: string, setting: string, flags: readonly string[]])[] = [
  ["discovery", "dynamo:discovery.mode", ["--discovery-backend", "--store-kv"]],
  ["the request plane", "dynamo:discovery.requestPlane", ["--request-plane"]],
  ["the event plane", "dynamo:discovery.mode", ["--event-plane"]],
  [
    "the encryption",
    "dynamo:encryption",
    [
      ...["--tcp-tls-cert-path", "--tcp-tls-key-path", "--tcp-tls-ca-cert-path", "--tcp-tls-insecure"],
      ...["--tcp-tls-server-name", "--tcp-tls-handshake-timeout-secs", "--tcp-tls-client-cert-path"],
      ...["--tcp-tls-client-key-path", "--tcp-tls-client-ca-cert-path", "--nats-tls-ca-cert-path"],
      ...["--nats-tls-insecure", "--nats-tls-client-cert-path", "--nats-tls-client-key-path"],
    ],
  ],
  ["the namespace", "the graph's name", ["--namespace", "--namespace-prefix"]],
  ["the endpoint", "the graph's name", ["--endpoint", "--component"]],
  ["the model", "the graph's model", ["--model", "--model-path", "-m"]],
  ["the model's revision", "modelRevision", ["--revision"]],
  ["the model's name", "servedModelName", ["--served-model-name", "--model-name"]],
  [
    "the role",
    "prefill and decode in place of workers",
    ["--disaggregation-mode", "--disaggregation-strategy", "--is-prefill-worker", "--is-decode-worker"],
  ],
  ["where it listens", "frontend.expose", ["--http-port"]],
  ["the router", "router", ["--router-mode", "--router-replica-sync", "--router-kv-events", "--kv-events"]],
  [
    "KV events",
    "router.index",
    ["--kv-events-config", "--publish-kv-events", "--publish-events-and-metrics"],
  ],
  [
    "parallelism",
    "gpus, nodes, tensorParallel, pipelineParallel, dataParallel or expertParallel",
    [
      ...["--tensor-parallel-size", "-tp", "--tp", "--tp-size"],
      ...["--pipeline-parallel-size", "-pp", "--pp", "--pp-size"],
      ...["--data-parallel-size", "-dp", "--dp", "--dp-size", "--data-parallel-size-local", "-dpl"],
      ...[
        "--data-parallel-rank",
        "-dpn",
        "--data-parallel-start-rank",
        "-dpr",
        "--data-parallel-address",
        "-dpa",
      ],
      ...[
        "--data-parallel-rpc-port",
        "-dpp",
        "--data-parallel-backend",
        "-dpb",
        "--data-parallel-hybrid-lb",
        "-dph",
      ],
      ...["--data-parallel-external-lb", "-dpe", "--prefill-context-parallel-size", "-pcp"],
      ...[
        "--enable-expert-parallel",
        "-ep",
        "--ep",
        "--ep-size",
        "--expert-parallel-size",
        "--expert-model-parallel-size",
      ],
      ...["--enable-dp-attention", "--enable-attention-dp", "--gpus-per-node"],
      ...["--nnodes", "-n", "--node-rank", "-r", "--headless", "--master-addr", "--dist-init-addr"],
    ],
  ],
];

/** Sizes in the JSON of `--override-engine-args`. */
const sizesInJson =
  /\b(tensor|pipeline|context|moe_expert|moe_cluster|moe_tensor)_parallel_size\b|\bgpus_per_node\b/;

/** An argument that says again what a graph's settings say. */
interface ReservedArg {
  /** As it is written. */
  readonly flag: string;
  /** What it decides. */
  readonly what: string;
  /** What to write instead. */
  readonly setting: string;
}

/**
 * The first flag in an argument that decides what a setting does. Parsers take flags cut short, with underscores, negated, and
 * with a part of their JSON behind a dot; an argument may have several words.
 */
export function reservedIn(arg: string, backend?: Backend): ReservedArg | undefined {
  for (const word of arg.split(/[\s;&|]+/)) {
    const [flag = ""] = word.replace(/^["']+/, "").split(/[=."']/, 1);
    if (!flag.startsWith("-")) continue;
    const name = flag.replaceAll("_", "-").replace(/^--no-/, "--");
    const found = reserved.find(([, , flags]) =>
      flags.some((one) => one === name || (name.length > 3 && name.startsWith("--") && one.startsWith(name))),
    );
    if (found) return { flag, what: found[0], setting: found[1] };
    if (backend !== undefined && backend !== "trtllm" && name === "--config")
      return {
        flag,
        what: "what the plan says, by a file that it can't read",
        setting: "each argument as an item",
      };
  }
  return sizesInJson.test(arg)
    ? {
        flag: sizesInJson.exec(arg)?.[0] ?? "",
        what: "parallelism",
        setting: "gpus and the sizes of the workers",
      }
    : undefined;
}

/** Variables that decide the same, and the setting to use instead. */
const reservedEnv: readonly (readonly [setting: string, names: RegExp])[] = [
  [
    "dynamo:discovery",
    /^(NATS_(SERVER|AUTH_\w+)|ETCD_(ENDPOINTS|AUTH_\w+)|DYN_(DISCOVERY|STORE|KV_STORE|EVENT_PLANE)\w*)$/,
  ],
  ["dynamo:encryption", /^(DYN_TCP_TLS|NATS_TLS)_\w+$/],
  ["dynamo:discovery.requestPlane", /^DYN_REQUEST_PLANE\w*$/],
  ["the graph's name", /^DYN_(NAMESPACE|COMPONENT|ENDPOINT(?!_TYPES)|PARENT_DGD|DEPLOYMENT_CONFIG)\w*$/],
  ["router", /^DYN_(ROUTER_(MODE|REPLICA_SYNC|USE_KV_EVENTS|KV_EVENTS)|KV_EVENTS|USE_KV_EVENTS)\w*$/],
  ["the graph's model", /^DYN_MODEL(?!_NAME)\w*$/],
  ["servedModelName", /^DYN_(MODEL_NAME|SERVED_MODEL)\w*$/],
  ["prefill and decode in place of workers", /^DYN_DISAGGREGATION\w*$/],
];

/** Variables in which the parsers of Dynamo's engines take their flags (`backend_args.py` of 1.2 and newer). */
const flagOfEngine = /^DYN_(?:VLLM|SGL|SGLANG|TRTLLM)_(\w+)$/;

/**
 * The setting in the place of a variable of the environment that decides what a setting does; undefined for any other.
 * @param value by default anything
 */
export function settingOfEnv(name: string, value = ""): string | undefined {
  const [, flag] = flagOfEngine.exec(name) ?? [];
  return (
    reservedEnv.find(([, names]) => names.test(name))?.[0] ??
    (flag && reservedIn(`--${flag.toLowerCase().replaceAll("_", "-")}=${value}`)?.setting)
  );
}

/** Names of variables that a script sets. */
export const setIn = (script: string): string[] =>
  [...script.matchAll(/(?<![\w.$/-])([A-Z]\w*)=/g)].map(([, name = ""]) => name);

/** Commands of a shell alone, whose letters are none of an engine's flags. */
const ofTheShell = /(^|[;&|\n]|\/sh -l?c|\/bash -l?c)\s*(?:if\s+)?(ulimit|test|\[)\s+-\w(?=\s)/g;

/** Words of a script, but for the letters of commands that are a shell's own. */
export const wordsOfScript = (script: string) => script.replace(ofTheShell, "$1").split(/[\s"']+/);
