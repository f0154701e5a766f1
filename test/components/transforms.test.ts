/** Changes of single objects, through the whole program. */

import * as pulumi from "@pulumi/pulumi";
import { type DryRun, dryRun } from "../../commands/preview/dryRun";
import { readPolicySettings } from "../../commands/preview/policySettings";
import { previewStack } from "../../commands/preview/previewStack";
import { log } from "../../components/audience";
import { plannedObjects } from "../../components/plannedObjects";
import { parseConfig } from "../../config/parse";
import type { Stack } from "../../config/project";
import { at, type Manifest } from "../../gpus/manifest";
import program from "../../index";
import { ownerLabel } from "../../plan/owner";
import { planStack } from "../../plan/stack";
import { inStateOfItsOwn } from "../pulumiState";

const annotate = [{ op: "add", path: "/metadata/annotations/example.com~1a", value: "b" }];
const label = [{ op: "add", path: "/metadata/labels/example.com~1a", value: "b" }];

function stackWith(transform: readonly object[] | undefined, more: object = {}): Stack {
  const settings = {
    discovery: { mode: "nats-etcd", etcd: { snapshots: {} } },
    namespace: { create: true },
    budget: { gpus: 4 },
    graphs: [
      {
        name: "chat",
        model: "m",
        huggingFaceSecret: "hf",
        modelCache: { pvc: { size: "1Gi", download: true } },
        frontend: { expose: { type: "Ingress", host: "chat.example.com" } },
        workers: { scaling: { by: "keda", max: 2 } },
      },
    ],
    ...(transform && { transform }),
    ...more,
  };
  const config = {
    ...Object.fromEntries(
      Object.entries(settings).map(([key, value]) => [`dynamo:${key}`, JSON.stringify(value)]),
    ),
    "dynamo:huggingFaceToken": "token",
  };
  const isSecret = (key: string) => key === "dynamo:huggingFaceToken";
  return {
    project: "dynamo",
    name: "test",
    config,
    secretKeys: ["dynamo:huggingFaceToken"],
    settings: parseConfig("dynamo", "test", config, isSecret),
  };
}

const run = (transform?: readonly object[]) => inStateOfItsOwn(() => dryRun(stackWith(transform), {}));

const identity = (inputs: object) => ({
  kind: String(at(inputs, "kind")),
  name: String(at(inputs, "metadata", "name")),
  namespace: at(inputs, "metadata", "namespace") as string | undefined,
});
const objectsOf = ({ resources }: DryRun) =>
  resources.filter(({ custom, type }) => custom && type.startsWith("kubernetes:"));

test("every object of a stack but its graphs can be changed, and stays the stack's own", async () => {
  const plain = await run();
  const others = objectsOf(plain).filter(({ inputs }) => inputs.kind !== "DynamoGraphDeployment");
  const kinds = new Set(others.map(({ inputs }) => inputs.kind));
  for (const kind of [
    "Namespace",
    "StatefulSet",
    "Secret",
    "Ingress",
    "Job",
    "CronJob",
    "ConfigMap",
    "ScaledObject",
  ])
    expect(kinds).toContain(kind);
  const changed = await run(
    others.map(({ inputs }) => ({ ...identity(inputs), patch: [...annotate, ...label] })),
  );
  expect(changed.refusals).toEqual([]);
  const before = new Map(objectsOf(plain).map((one) => [one.urn, one.inputs]));
  for (const { urn, inputs } of objectsOf(changed)) {
    const original = before.get(urn) ?? {};
    const { metadata, ...rest } = inputs as { metadata: { annotations: object; labels: object } };
    const { metadata: old, ...restBefore } = original as typeof inputs & { metadata: typeof metadata };
    expect(rest).toEqual(restBefore);
    const more = inputs.kind === "DynamoGraphDeployment" ? {} : { "example.com/a": "b" };
    expect(metadata.annotations ?? {}).toEqual({ ...old.annotations, ...more });
    expect(metadata.labels).toEqual({ ...old.labels, ...more });
    expect(metadata.labels).toHaveProperty([ownerLabel]);
  }
});

test("without it, and with an empty one, a stack is the same", async () => {
  expect(await run([])).toEqual(await run());
});

test("what can't be changed so is refused in a line each, and a budget counts GPUs of all objects", async () => {
  const gpus = "/spec/template/spec/containers/0/resources/limits/nvidia.com~1gpu";
  const { refusals } = await run([
    { kind: "StatefulSet", name: "natss", patch: annotate },
    { kind: "StatefulSet", name: "nats", patch: [{ op: "add", path: gpus, value: 3 }] },
  ]);
  expect(refusals).toEqual([
    "dynamo:transform[0]: there is no StatefulSet natss in this stack, which makes nats-system/nats",
    expect.stringMatching(
      /^the graphs and dynamo:transform ask for 5 GPUs, 3 of them by .* the budget is 4: /,
    ),
  ]);
});

test("policies see the objects as they are changed", async () => {
  const patch = [{ op: "add", path: "/spec/template/spec/hostNetwork", value: true }];
  const stack = stackWith([{ kind: "StatefulSet", name: "nats", patch }]);
  const settings = readPolicySettings("test", undefined);
  const { summary } = await inStateOfItsOwn(() => previewStack(stack, settings, {}));
  const violations = summary.policies.violations.map(({ rule, urn }) => [rule, urn?.split("::").at(-1)]);
  expect(violations).toContainEqual(["pod-security", "discovery-nats-members"]);
});

/** What an object is made of, beside its owner's label, what Secrets hold and what is asked of Pulumi. */
function contentOf({ stringData: _, data, ...object }: Manifest): unknown {
  const isSecret = object.kind === "Secret";
  const { labels, annotations, ...metadata } = object.metadata as Record<string, object | undefined>;
  const without = (map: object = {}) =>
    Object.entries(map).filter(([key]) => key !== ownerLabel && !/^pulumi\.com\/deletion/.test(key));
  return JSON.parse(
    JSON.stringify({
      ...object,
      ...(isSecret ? {} : { data }),
      metadata: { ...metadata, labels: without(labels).sort(), annotations: without(annotations).sort() },
    }),
  );
}

test.each<[string, object]>([
  ["servers, a token, a cache and a scaler", {}],
  [
    "no server, and the namespace of others",
    { discovery: { mode: "kubernetes" }, namespace: {}, budget: {} },
  ],
  [
    "clients in other namespaces, passwords of two generations",
    { discovery: { mode: "nats-etcd", clientNamespaces: ["other"], credentials: { generation: 2 } } },
  ],
  [
    "a server of others",
    {
      discovery: {
        mode: "nats-etcd",
        nats: { external: true, server: "nats://nats.example.com:4222" },
      },
    },
  ],
  [
    "a route, adapters and claims of devices",
    {
      discovery: { mode: "kubernetes" },
      graphs: [
        {
          name: "chat",
          model: "meta-llama/Llama-3.1-8B-Instruct",
          frontend: { expose: { type: "Gateway", host: "chat.example.com", gateway: "edge" } },
          loras: [{ name: "support", source: "s3://example-bucket/support" }],
          workers: { gpus: 1, gpuDeviceClass: "gpu.nvidia.com", engineConfig: { max_seq_len: 8192 } },
        },
        { name: "code", model: "m", workers: { scaling: { by: "hpa", max: 3 } } },
      ],
    },
  ],
  [
    "certificates of cert-manager",
    {
      discovery: { mode: "nats-etcd", clientNamespaces: ["team-b"] },
      encryption: { issuer: "cert-manager", issuerRef: { name: "internal-ca" }, generation: 2 },
    },
  ],
])("all objects are known ahead: %s", async (_, more) => {
  const stack = stackWith(undefined, more);
  const run = await inStateOfItsOwn(() => dryRun(stack, {}));
  const made = objectsOf(run).map(({ inputs }) => contentOf(inputs));
  const planned = plannedObjects(planStack(stack.settings), stack.settings, true).map(contentOf);
  const sorted = (all: unknown[]) => all.map((one) => JSON.stringify(sortKeys(one))).sort();
  expect(sorted(planned)).toEqual(sorted(made));
});

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, one]) => [key, sortKeys(one)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

test("a program that is refused makes nothing", async () => {
  const made: string[] = [];
  const newResource = ({ type, name }: pulumi.runtime.MockResourceArgs) => {
    made.push(type);
    return { id: name, state: {} };
  };
  const { config, secretKeys } = stackWith([{ kind: "Job", name: "x", patch: annotate }]);
  await inStateOfItsOwn(async () => {
    await pulumi.runtime.setMocks({ newResource, call: () => ({}) }, "dynamo", "test");
    pulumi.runtime.setAllConfig(config, [...secretKeys]);
    await pulumi.runtime.runInPulumiStack(() =>
      expect(program(log)).rejects.toThrow(
        /^dynamo:transform\[0\]: there is no Job x in this stack, which makes /,
      ),
    );
    await pulumi.runtime.disconnect();
  });
  expect(made.filter((type) => type !== "pulumi:pulumi:Stack")).toEqual([]);
});
