/** Helm releases that look like NVIDIA's platform, and bring more than its operator, or may. */
import { unknown } from "../judge";
import { gpus, platformRelease } from "../objects";
import type { Evasion } from "./make";

const off = { nats: { install: false }, etcd: { install: false } };
const operator = (more: object) => platformRelease({ "dynamo-operator": more });

const releases: readonly [string, object][] = [
  ["its chart's name alone", { chart: "dynamo-platform" }],
  ["another place of its chart", { chart: "https://evil.example.com/dynamo-platform-1.6.1.tgz" }],
  ["a place that begins so", { chart: "https://helm.ngc.nvidia.com/nvidia/ai-dynamo/charts/../../x.tgz" }],
  ["a chart of another version than it says", { version: "1.5.1" }],
  ["a version of which nothing is known", { version: "1.7.0", chart: at("1.7.0") }],
  ["a patch that is not there yet", { version: "1.6.99", chart: at("1.6.99") }],
  ["a version that is not known yet", { version: unknown }],
  ["a repository beside it", { repositoryOpts: { repo: "https://evil.example.com" } }],
  ["a program over what it renders", { postrender: "/usr/bin/evil" }],
  ["files of values", { valueYamlFiles: [{ path: "evil.yaml" }] }],
  ["other charts beneath it", { dependencyUpdate: true }],
  ["values that are not known yet", { values: unknown }],
  ["no values", { values: {} }],
];

function at(version: string): string {
  return `https://helm.ngc.nvidia.com/nvidia/ai-dynamo/charts/dynamo-platform-${version}.tgz`;
}

const values: readonly [string, object][] = [
  ["NATS", { global: { ...off, nats: { install: true } } }],
  ["NATS by silence", { global: { etcd: { install: false } } }],
  ["etcd", { global: { ...off, etcd: { install: true } } }],
  ["Grove", { global: { ...off, grove: { install: true } } }],
  ["a scheduler", { global: { ...off, "kai-scheduler": { install: true } } }],
  ["snapshots", { global: { ...off, snapshot: { install: unknown } } }],
  ["NATS, behind a name with dots", { global: { etcd: { install: false } }, "global.nats.install": false }],
  ["what merges into NATS", { nats: { podTemplate: { merge: { spec: { containers: [] } } } } }],
];

const operators: readonly [string, object][] = [
  ["GPUs", { controllerManager: { manager: { resources: { limits: { "nvidia.com/gpu": 1 } } } } }],
  ["GPUs behind a plain name", { controllerManager: { manager: { resources: { limits: { gpu: 8 } } } } }],
  ["another tag", { controllerManager: { manager: { image: { tag: "evil" } } } }],
  ["an image that is not known yet", { controllerManager: { manager: { image: { repository: unknown } } } }],
  ["replicas", { controllerManager: { replicas: 9 } }],
  ["env", { env: [{ name: "NVIDIA_VISIBLE_DEVICES", value: "all" }] }],
  ["what is new", { somethingNew: true }],
];

const caught = ["gpus-outside-graphs"];

export const platforms: readonly Evasion[] = [
  ...releases.map(([name, more]): Evasion => [name, caught, [platformRelease({}, more)]]),
  ...values.map(([name, more]): Evasion => [`values that bring ${name}`, caught, [platformRelease(more)]]),
  ...operators.map(([name, more]): Evasion => [`an operator with ${name}`, caught, [operator(more)]]),
  ["GPUs that are told in full", ["gpu-budget"], [operator({ resources: gpus(8) })]],
];
