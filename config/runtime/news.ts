/**
 * What releases change that no setting of a stack shows, and no row of the table of releases decides: for who upgrades.
 *
 * Sources: the ledgers of deprecations and the compatibility and installation pages of https://docs.nvidia.com/dynamo, with the
 * pull requests of ai-dynamo/dynamo that they name. Of 1.6 and 1.7 the ledgers were not to be had.
 */
import type { ReleaseLine } from "./release";

/** Parts of an installation that have a release. */
export type UpgradedPart = "CRDs" | "chart" | "operator" | "runtime";

/** A change that a release brings. */
export interface News {
  readonly part: UpgradedPart;
  /** The engine that it is about. @default all */
  readonly backend?: "vllm" | "sglang" | "trtllm";
  readonly text: string;
}

const of =
  (part: UpgradedPart, backend?: News["backend"]) =>
  (text: string): News => ({ part, ...(backend && { backend }), text });
const [crds, chart, operator, runtime] = [of("CRDs"), of("chart"), of("operator"), of("runtime")];
const [vllm, sglang, trtllm] = [of("runtime", "vllm"), of("runtime", "sglang"), of("runtime", "trtllm")];

/** News of each release line, of which those before have none. */
export const news: Readonly<Record<ReleaseLine, readonly News[]>> = {
  "0.7": [],
  "0.8": [operator("it knows mode kubernetes")],
  "0.9": [],
  "1.0": [
    crds(
      "the platform's chart applies them; leave the release dynamo-crds as it is: to uninstall it may delete the CRDs, and every graph with them",
    ),
    chart("etcd is not installed by default any more"),
    runtime("frontends end where they meet an argument that they don't know (#6201)"),
    runtime(
      "metrics are renamed: dynamo_frontend_worker_active_… to dynamo_router_worker_active_…, dynamo_component_router_… to dynamo_router_… (#6227)",
    ),
    vllm("--connector is gone, with its default: --kv-transfer-config has it (#6450)"),
    sglang("metrics of the engine are sglang:…, no more sglang_… (#5701)"),
  ],
  "1.1": [runtime("whether pods use NATS follows from NATS_SERVER and the event plane (#7265)")],
  "1.2": [crds("v1beta1 of the graphs is served, with a webhook that converts (#9235)")],
  "1.3": [
    runtime("images are of CUDA 13: nodes need NVIDIA's driver 580 or newer"),
    runtime("frontends serve their admin API unless DYN_DISABLE_FRONTEND_ADMIN_API is set (#11123)"),
    runtime("workers take images and other media with --enable-multimodal alone (#10680)"),
    runtime("DYN_AGENT_TRACE is DYN_REQUEST_TRACE (#10701)"),
    vllm("MODEL_EXPRESS_URL is not read any more: --load-format modelexpress has it (#10049)"),
  ],
  "1.4": [
    chart("NATS is not installed by default any more: pods that had its address lose it, and roll (#11951)"),
    chart("an image tag of the operator from before ends it at start: leave the value empty"),
    runtime("routers queue no requests by default any more (#11599)"),
    runtime("code that comes with a model is run with --trust-remote-code alone (#10738)"),
    runtime("an overload is answered with 529"),
  ],
  "1.5": [
    crds(
      "graphs are stored in v1beta1: CRDs that don't have it are refused from then on, so no platform before 1.2 is a way back (#11904)",
    ),
    chart("Grove and KAI Scheduler that it brings are of v0.1.0-alpha.13 and v0.17.0 at least"),
    operator("workers roll once where the release is part of their hash (#12633)"),
    operator("another value of nvidia.com/enable-grove deletes a graph's pods and makes them anew (#12942)"),
    runtime("a model whose parser of tool calls is not known is not registered (#13828)"),
    runtime("KVBM is deprecated"),
  ],
  "1.6": [
    operator(
      "it refuses children of a graph that others own, as after a deletion with --cascade=orphan (#13990)",
    ),
    operator("graphs that it makes keep the order of their env, and the last of a name counts"),
    operator("frontends with a sidecar roll once"),
    runtime("a DYN_REQUEST_PLANE or DYN_EVENT_PLANE that is not known ends the process"),
    runtime("DYN_AIC_… ends the process where it models performance: DYN_AIS_… has it"),
    vllm("DYN_CONNECTOR is ignored (#12611)"),
    trtllm("AutoDeploy is gone"),
  ],
  "1.7": [runtime("images are without KVBM's package")],
};
