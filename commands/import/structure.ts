/** What a graph is made of, in the words of settings: model, engine, pools, sizes, images. The rest follows by its differences. */
import { isGpu, isGpuClass, wholeGpu } from "../../config/accelerators";
import type { Backend } from "../../config/graph";
import { at, list, type Manifest, text } from "../../gpus/manifest";
import { engines } from "../../plan/engines/engines";
import { type Component, componentsIn } from "./component";
import { flagsOf } from "./flags";
import { graphItself } from "./graphItself";
import { modelOf } from "./model";
import { cacheOf } from "./modelCache";
import { plannerDefaults } from "./plannerFields";
import type { Place, Settings } from "./settings";
import { pickerSettings, sidecarSettings } from "./sidecar";

/** The beginning of a graph's settings, and where each component's are. */
export interface Structure {
  readonly settings: Settings;
  /** Components by their key in the settings. */
  readonly places: ReadonlyMap<Place, Component>;
  /** The graph itself, beside its components. */
  readonly itself: Component;
  /** Components that no key has a place for. */
  readonly others: readonly Component[];
}

/** @param registry of the runtime's images @param version of the runtime */
export function structureOf(
  graph: unknown,
  registry: string,
  version: string,
  beside: readonly Manifest[],
): Structure {
  const components = componentsIn(graph, beside);
  const places = placesOf(components);
  const pools = (["workers", "prefill", "decode"] as const).flatMap((key) => places.get(key) ?? []);
  const [first] = pools;
  const backend = backendOf(first);
  const flags = flagsOf(first?.executed.args ?? []);
  const model = modelOf(text(at(graph, "metadata", "name")), first);
  const served = flags.get("--served-model-name")?.[0];
  const revision = flags.get("--revision")?.[0];
  const secret = secretOf(components);
  const frontend = places.get("frontend");
  const planner = places.get("planner");
  const picker = places.get("endpointPicker");
  const [one, ...more] = new Set(pools.map(devicesOf));
  const settings: Settings = {
    name: text(at(graph, "metadata", "name")),
    model,
    ...(revision !== undefined && { modelRevision: revision }),
    ...(served !== undefined && { servedModelName: served }),
    backend,
    ...imageOf(text(first?.fields.get("container.image")), `${registry}/${engines[backend].image}`, version),
    ...routerOf(frontend),
    ...(places.has("prefill") &&
      more.length === 0 &&
      one !== undefined &&
      one !== "" && { kvTransfer: { rdma: JSON.parse(one) } }),
    ...cacheOf(model, pools),
    ...(secret !== undefined && { huggingFaceSecret: secret }),
    ...(picker && {
      frontend: sidecarSettings(first?.sidecar, text(first?.fields.get("container.image"))),
      endpointPicker: pickerSettings(picker),
    }),
    ...(frontend && { frontend: { name: frontend.name, replicas: frontend.fields.get("replicas") } }),
  };
  for (const [key, component] of places)
    if (pools.includes(component)) settings[key] = poolOf(component, backend, planner !== undefined);
  if (planner) settings.planner = plannerOf(planner, pools);
  return {
    settings,
    places,
    itself: graphItself(graph),
    others: components.filter((one) => ![...places.values()].includes(one)),
  };
}

/** A frontend and a planner; of workers one kind, or prefill and decode. A worker beside prefill is its decode. */
function placesOf(components: readonly Component[]): Map<Place, Component> {
  const first = (type: string) => components.find((one) => one.type === type);
  const isEngine = ({ executed: { module = "" } }: Component) =>
    /^dynamo\.(vllm|sglang|trtllm)$/.test(module);
  const ofType = (type: string) => components.find((one) => one.type === type && isEngine(one));
  const places = new Map<Place, Component>();
  const put = (key: Place, component: Component | undefined) => component && places.set(key, component);
  put("frontend", first("frontend"));
  const [prefill, decode] = [ofType("prefill"), ofType("decode") ?? ofType("worker")];
  if (prefill && decode) {
    put("prefill", prefill);
    put("decode", decode);
  } else put("workers", ofType("worker") ?? decode ?? prefill);
  put("planner", first("planner"));
  if (!places.has("frontend")) put("endpointPicker", first("epp"));
  return places;
}

/** The engine that a worker runs. */
function backendOf(worker: Component | undefined): Backend {
  const module = worker?.executed.module ?? "";
  return (Object.keys(engines) as Backend[]).find((backend) => engines[backend].module === module) ?? "vllm";
}

/** Repository and tag, as far as they are not the runtime's own. */
function imageOf(image: string, repository: string, version: string): Settings {
  const [, name = image, tag = "latest"] = /^(.*?)(?::([^:/]+))?$/.exec(image.replace(/@.*$/, "")) ?? [];
  return { ...(name !== repository && { image: name }), ...(tag !== version && { imageTag: tag }) };
}

function routerOf(frontend: Component | undefined): Settings {
  const [mode] = list(frontend?.fields.get("flag --router-mode"));
  const isDeaf = frontend?.fields.has("flag --no-router-kv-events");
  if (mode === undefined) return {};
  return { router: { mode, ...(mode === "kv" && isDeaf && { index: "approximate" }) } };
}

/** The one Secret of which all keys are env, or the one among several that has a name of Hugging Face's. */
function secretOf(components: readonly Component[]): string | undefined {
  const names = new Set(
    components.flatMap(({ container }) =>
      list(container.envFrom).map((source) => text(at(source, "secretRef", "name"))),
    ),
  );
  names.delete("");
  return names.size === 1 ? [...names][0] : [...names].find((name) => /hf|hugging/i.test(name));
}

/** Network devices of a pod, as the setting has them; empty where it has none, or several kinds. */
function devicesOf({ fields }: Component): string {
  const found = [...fields].filter(
    ([key]) => key.startsWith("limit ") && key.includes("/") && !isGpu(key.slice(6)),
  );
  const [[key, devices] = []] = found;
  return found.length === 1 && key !== undefined ? JSON.stringify({ resource: key.slice(6), devices }) : "";
}

function poolOf({ name, fields, executed }: Component, backend: Backend, isPlanned: boolean): Settings {
  const [key, amount] =
    [...fields].find(([field]) => field.startsWith("limit ") && isGpu(field.slice(6))) ?? [];
  const claimed = claimedGpus(fields);
  const gpus = amount ?? claimed?.count;
  const resource = key?.slice(6) ?? wholeGpu;
  const flags = flagsOf(executed.args);
  const size = (flag: string) => Number(flags.get(flag)?.[0] ?? 1);
  const [nodes, pipeline, data] = [
    Number(fields.get("nodes")),
    size("--pipeline-parallel-size"),
    size("--data-parallel-size"),
  ];
  const total = Number(gpus ?? 0) * nodes;
  const written = size("--tensor-parallel-size");
  const tensor = backend === "vllm" ? written : written / data;
  const isEngineFile = backend === "trtllm" && !flags.has("--tensor-parallel-size"); // which has the sizes
  const expert = flags.has("--enable-expert-parallel") || size("--expert-parallel-size") > 1;
  return {
    name,
    ...(!isPlanned && { replicas: fields.get("replicas") }),
    gpus,
    ...(resource !== wholeGpu && { gpuResource: resource }),
    ...(amount === undefined && claimed && { gpuDeviceClass: claimed.deviceClass }),
    ...(nodes > 1 && { nodes }),
    ...(!isEngineFile && tensor * pipeline * data !== total && { tensorParallel: tensor }),
    ...(pipeline > 1 && { pipelineParallel: pipeline }),
    ...(data > 1 && { dataParallel: data }),
    ...(expert && { expertParallel: true }),
  };
}

/** GPUs that pods claim by their class; undefined where they claim none. */
function claimedGpus(fields: Component["fields"]): { deviceClass: string; count: number } | undefined {
  const claims = [...fields.keys()]
    .filter((key) => key.startsWith("claim "))
    .map((key) => JSON.parse(key.slice(6)));
  return claims.find(({ deviceClass }) => deviceClass !== undefined && isGpuClass(deviceClass));
}

/** The planner's aims, and its limit of GPUs: without one it has its own, or what the workers have where it would have none. */
function plannerOf({ fields, volumes }: Component, pools: readonly Component[]): Settings {
  const number = (name: string) => Number(fields.get(`planner ${name}`) ?? plannerDefaults[name]);
  const held = pools.reduce(
    (sum, { fields: own }) =>
      sum +
      Number(own.get(`limit ${wholeGpu}`) ?? 0) * Number(own.get("nodes")) * Number(own.get("replicas")),
    0,
  );
  const [profile] = [...volumes.values()].map((volume) => text(at(volume, "configMap", "name")));
  const limit = number("max_gpu_budget");
  const folder = fields.get("planner profile_results_dir");
  return {
    timeToFirstToken: number("ttft_ms"),
    interTokenLatency: number("itl_ms"),
    maxGpus: limit > 0 ? limit : Math.max(1, held),
    ...(profile && { profile }),
    ...(!profile && folder !== undefined && { settings: { profile_results_dir: folder } }),
  };
}
