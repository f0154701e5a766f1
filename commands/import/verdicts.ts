/** Differences that don't matter, and why: what the program does in its own way, or does better. */
import { at, list, record } from "../../gpus/manifest";
import type { Difference } from "./differences";
import { ownModel } from "./model";
import { ofOperator, ofRuntime } from "./ofRuntime";
import { isSame } from "./same";
import type { Verdict } from "./verdict";

const isAdded = ({ wanted }: Difference) => wanted === undefined;
const hasEngineFile = ({ of }: Difference) => of.fields.has("flag --extra-engine-args");
/** Whether a security context only has the capability more that RDMA needs. */
function isMadeForRdma({ wanted, made }: Difference): boolean {
  const added = list(at(made, "capabilities", "add")).filter((one) => one !== "IPC_LOCK");
  const before = list(at(wanted, "capabilities", "add"));
  const { add: _, ...rest } = record(at(wanted, "capabilities"));
  const own = { ...record(wanted), capabilities: { ...rest, add: before } };
  return isSame(own, {
    ...record(made),
    capabilities: { ...record(at(made, "capabilities")), add: added },
  });
}

/** Type of the directory that models are in. */
const ofModels = "DirectoryOrCreate";

const isFrontend = ({ place }: Difference) => place === "frontend";

/** Port of planners' metrics: PLANNER_PROMETHEUS_PORT of operators 0.7 to 1.6. */
const plannerPort = 9085;

const verdicts: readonly Verdict[] = [
  ...ofOperator,
  ...ofRuntime,
  {
    field: /^container\.startupProbe$/,
    if: (one) => isFrontend(one) && isAdded(one),
    why: "a frontend is ready once it lists the model",
  },
  {
    field: /^container\.lifecycle$/,
    if: (one) => isFrontend(one) && isAdded(one),
    why: "a frontend answers until clients' nodes know that it ends",
  },
  {
    field:
      /^(pod\.terminationGracePeriodSeconds|env DYN_(HTTP_GRACEFUL_SHUTDOWN_TIMEOUT_SECS|MIGRATION_LIMIT))$/,
    if: (one) => isFrontend(one) && isAdded(one),
    why: "clients lose less when pods go",
  },
  {
    field: /^pod\.imagePullSecrets$/,
    if: ({ wanted, made }) =>
      list(wanted).every((secret) => list(made).some((one) => at(one, "name") === at(secret, "name"))),
    why: "nodes pull the images of all pods by the same Secrets",
  },
  {
    field: /^beside\.env DYN_(HTTP_GRACEFUL_SHUTDOWN_TIMEOUT_SECS|MIGRATION_LIMIT)$/,
    if: isAdded,
    why: "clients lose less when pods go",
  },
  {
    field: /^(beside\.)?envFrom /,
    if: isAdded,
    why: "every pod has the token of Hugging Face, for tokenizers",
  },
  {
    field: /^mount /,
    if: ({ wanted, made }) => {
      const [own, its] = [wanted, made].map((mount) => at(mount, "source", "hostPath"));
      return (
        own !== undefined && at(own, "type") === undefined && isSame({ ...record(own), type: ofModels }, its)
      );
    },
    why: "the directory is made where a node has none",
  },
  { field: /^mount /, if: isAdded, why: "every pod that reads the model mounts its volume" },
  {
    field: /^env DYN_\w+$/,
    if: isAdded,
    why: "the stack says by it how frontends and workers find each other",
  },
  {
    field: /^env PROMETHEUS_ENDPOINT$/,
    if: isAdded,
    why: "the planner reads the load of the stack's Prometheus",
  },
  {
    field: /^planner (metric_reporting_)?prometheus_port$/,
    if: ({ wanted, made }) => made === undefined && Number(wanted) === plannerPort,
    why: "the operator tells the planner that port by env",
  },
  {
    field: /^env (NATS|ETCD)_\w+$/,
    why: "the stack runs NATS and etcd itself, or needs none",
  },
  {
    field: /^env DYN_(STORE_KV|KV_STORE|DISCOVERY_BACKEND)$/,
    why: "the stack says by its mode how frontends and workers find each other",
  },
  {
    field: /^flag --data-parallel-(hybrid-lb|size-local|start-rank|address)$/,
    if: ({ of }) => Number(of.fields.get("nodes")) > 1,
    why: "the operator adds it to workers of several nodes",
  },
  {
    field: /^flag --data-parallel-rpc-port$/,
    if: ({ of, made }) =>
      made === undefined && Number(of.fields.get("nodes")) > 1 && of.fields.get("pod.hostNetwork") !== true,
    why: "the nodes of a worker meet at a port of their pods alone, and the operator gives them one",
  },
  {
    field: /^flag --disaggregation-strategy$/,
    if: ({ of, wanted }) => of.executed.module === "dynamo.trtllm" && isSame(wanted, ["prefill_first"]),
    why: "no release has it any more: prefill is first in all of them",
  },
  {
    field: /^flag --model$/,
    if: (one) => isAdded(one) && String(one.made) === ownModel(one.of),
    why: "it is the engine's default",
  },
  { field: /^again /, if: isAdded, why: "the last one counts, which is the file's" },
  { field: /^env HF_HOME$/, if: isAdded, why: "it leads Hugging Face's library to the volume" },
  {
    field: /^container\.securityContext$/,
    if: isMadeForRdma,
    why: "RDMA locks the memory that it reads",
  },
  {
    field: /^flag --enable-metrics$/,
    if: isAdded,
    why: "an engine tells of its own load, which changes no answer",
  },
  {
    field: /^flag --skip-tokenizer-init$/,
    if: isAdded,
    why: "dynamo.sglang sets it by itself",
  },
  {
    field: /^flag --kv-events-config$/,
    why: "the port of KV events is of the pod alone, and they are sent where a router hears them",
  },
  {
    field: /^flag --(publish-(kv-)?events(-and-metrics)?)$/,
    why: "KV events are sent where a router hears them",
  },
  {
    field: /^flag --disaggregation-(mode|transfer-backend|bootstrap-port)$/,
    if: isAdded,
    why: "its part is in its arguments too",
  },
  { field: /^flag --host$/, if: isAdded, why: "prefill and decode meet over the pods' network" },
  {
    field: /^flag --kv-transfer-config$/,
    if: isAdded,
    why: "prefill and decode hand over the KV cache by NIXL, which releases differ in doing by themselves",
  },
  {
    field: /^flag --(no-router-kv-events|router-replica-sync)$/,
    why: "the program decides on KV events by the runtime's release",
  },
  {
    field: /^env (GLOO_SOCKET_IFNAME|OMPI_ALLOW_RUN_AS_ROOT\w*)$/,
    if: isAdded,
    why: "pods of several nodes meet by it",
  },
  {
    field: /^annotation nvidia\.com\/vllm-distributed-executor-backend$/,
    if: ({ wanted }) => wanted === "mp",
    why: "it is the operator's default for new graphs from 1.0 on",
  },
  {
    field: /^type$/,
    if: ({ wanted, made }) => [wanted, made].every((type) => /^(worker|decode)$/.test(String(type))),
    why: "a decode worker without prefill does all of a request, and one beside prefill its part",
  },
  {
    field: /^replicas$/,
    if: ({ place, made }) => /^(prefill|decode)$/.test(place) && made === 1,
    why: "they belong to the planner, which begins at one",
  },
  {
    field: /^flag --tensor-parallel-size$/,
    if: (one) => isAdded(one) && hasEngineFile(one),
    why: "TensorRT-LLM goes by the sizes of its file, which are before those of arguments",
  },
];

/** Why a difference does not matter; undefined where it does. */
export function harmless(difference: Difference): string | undefined {
  return verdicts.find((one) => one.field.test(difference.field) && (one.if?.(difference) ?? true))?.why;
}
