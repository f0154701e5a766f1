/** The platform that a stack installs: its Helm release, by mode, release line and what stands beneath it. */
import { parseConfig } from "../../config/parse";
import type { PlatformPlan } from "../../plan/platform";
import { isNewer, platformAmong } from "../../plan/platformState";
import { planStack } from "../../plan/stack";

function stack(settings: Readonly<Record<string, unknown>>) {
  const values = Object.entries(settings).map(([key, value]) => [`dynamo:${key}`, JSON.stringify(value)]);
  return planStack(parseConfig("dynamo", "test", Object.fromEntries(values), () => false));
}

function platform(settings: Readonly<Record<string, unknown>>): PlatformPlan {
  const { platform } = stack({ platform: { install: {} }, ...settings });
  if (platform === undefined) throw new Error("it is not installed");
  return platform;
}

test("none unless a stack asks for it", () => {
  const { platform, requirements } = stack({});
  expect(platform).toBeUndefined();
  expect(requirements).toContainEqual(expect.stringMatching(/a platform without NATS/));
});

test("one that it installs needs nobody to leave NATS out", () => {
  expect(stack({ platform: { install: {} } }).requirements).toEqual([]);
});

const values = {
  global: { nats: { install: false }, etcd: { install: false }, grove: { enabled: false, install: false } },
  "dynamo-operator": {
    enabled: true,
    upgradeCRD: true,
    natsAddr: "",
    etcdAddr: "",
    discoveryBackend: "kubernetes",
    namespaceRestriction: { enabled: false },
    kubernetesClusterDomain: "cluster.local",
    controllerManager: {
      manager: { image: { repository: "nvcr.io/nvidia/ai-dynamo/kubernetes-operator", tag: "" } },
    },
    imagePullSecrets: [],
    dynamo: { metrics: { podMonitors: { enabled: false } } },
  },
};

test("the chart of the runtime's release, and all that it is told", () => {
  expect(platform({})).toEqual({
    name: "dynamo-platform",
    namespace: "dynamo-system",
    version: "1.6.1",
    chart: "https://helm.ngc.nvidia.com/nvidia/ai-dynamo/charts/dynamo-platform-1.6.1.tgz",
    values,
    images: ["nvcr.io/nvidia/ai-dynamo/kubernetes-operator:1.6.1"],
    requirements: [],
  });
});

test("a change of the mode does not touch the operator", () => {
  expect(platform({ discovery: { mode: "nats-etcd" } })).toEqual(
    platform({ discovery: { mode: "kubernetes" } }),
  );
});

test("the chart of 1.1 by the names of its time", () => {
  const { values: old } = platform({ runtime: { version: "1.1.1" } });
  const { nats: _, ...global } = values.global;
  expect(old).toEqual({
    ...values,
    nats: { enabled: false },
    global,
    "dynamo-operator": { ...values["dynamo-operator"], nats: { enabled: false } },
  });
});

test("what the stack says elsewhere, the chart is told", () => {
  const plan = platform({
    runtime: { version: "1.6.1", registry: "registry.example.com/nvidia" },
    images: { pullSecrets: ["pull"] },
    monitoring: { podMonitors: "platform", release: "prometheus" },
    platform: { namespace: "ai", orchestrator: "grove", clusterDomain: "corp.example", install: {} },
  });
  expect(plan.namespace).toBe("ai");
  expect(plan.values).toMatchObject({
    global: { grove: { enabled: true } },
    "dynamo-operator": {
      kubernetesClusterDomain: "corp.example",
      controllerManager: {
        manager: { image: { repository: "registry.example.com/nvidia/kubernetes-operator" } },
      },
      imagePullSecrets: [{ name: "pull" }],
      dynamo: { metrics: { podMonitors: { enabled: true, labels: { release: "prometheus" } } } },
    },
  });
  expect(plan.values).not.toHaveProperty(["global", "grove", "install"]);
  expect(plan.images).toEqual(["registry.example.com/nvidia/kubernetes-operator:1.6.1"]);
  expect(plan.requirements).toEqual([expect.stringMatching(/^Secret pull in namespace ai, /)]);
});

test("no label for PodMonitors of charts that take none", () => {
  const monitoring = { podMonitors: "platform", release: "prometheus" };
  expect(platform({ runtime: { version: "1.5.1" }, monitoring }).values).toHaveProperty(
    ["dynamo-operator", "dynamo", "metrics", "podMonitors"],
    { enabled: true },
  );
});

test("who leaves the watching to a chart that can't label is told", () => {
  const warnings = (version: string, podMonitors: string) =>
    stack({ runtime: { version }, monitoring: { podMonitors }, platform: { install: {} } }).warnings;
  expect(warnings("1.5.1", "platform")).toContainEqual(
    expect.stringMatching(/1.5.1 can't label its PodMonitors/),
  );
  expect(warnings("1.5.1", "stack")).not.toContainEqual(expect.stringMatching(/PodMonitors/));
  expect(warnings("1.6.1", "platform")).not.toContainEqual(expect.stringMatching(/PodMonitors/));
  const shared = (install: object) =>
    stack({ namespace: { name: "dynamo-system" }, platform: install }).warnings;
  expect(shared({})).toContainEqual(expect.stringMatching(/PodMonitors of the same names/));
  expect(shared({ install: {} })).not.toContainEqual(expect.stringMatching(/PodMonitors/));
});

test("own values beside those that are decided, and what they bring is not known", () => {
  const install = (own: object) =>
    platform({ platform: { orchestrator: "grove", install: { values: own } } });
  const tolerant = install({ "dynamo-operator": { controllerManager: { tolerations: [{ key: "infra" }] } } });
  expect(tolerant.values).toMatchObject({
    "dynamo-operator": {
      upgradeCRD: true,
      controllerManager: { tolerations: [{ key: "infra" }], manager: { image: { tag: "" } } },
    },
  });
  expect(tolerant.images).toHaveLength(1);
  expect(install({ global: { grove: { install: true } } }).images).toBeUndefined();
  expect(install({ global: {} }).images).toHaveLength(1);
});

test("a chart of another version, from a registry of one's own", () => {
  const install = { version: "1.6.2", repository: "oci://registry.example.com/charts" };
  expect(platform({ runtime: { version: "1.7.0" }, platform: { install } })).toMatchObject({
    version: "1.6.2",
    chart: "oci://registry.example.com/charts/dynamo-platform",
  });
  const folder = { repository: "https://charts.example.com/nvidia" };
  expect(platform({ platform: { install: folder } }).chart).toBe(
    "https://charts.example.com/nvidia/dynamo-platform-1.6.1.tgz",
  );
});

test("the stack's release is found in its state, and no other", () => {
  const urn = (parent: string) =>
    `urn:pulumi:prod::dynamo::${parent}kubernetes:helm.sh/v3:Release::platform-release`;
  const outputs = { name: "dynamo-platform", namespace: "ai", version: "1.6.1" };
  const own = urn("dynamo:index:Platform$");
  expect(
    platformAmong([
      [urn(""), outputs],
      [own, outputs],
    ]),
  ).toEqual({ urn: own, ...outputs });
  expect(platformAmong([[urn(""), outputs]])).toBeUndefined();
});

test.each([
  ["1.6.1", "1.5.1", true],
  ["1.5.10", "1.5.9", true],
  ["v1.6.1-rc1", "1.6.0", true],
  ["1.5.1", "1.5.1", false],
  ["1.4.9", "1.5.0", false],
  ["", "1.5.0", false],
])("CRDs of %s are newer than %s: %s", (found, version, expected) => {
  expect(isNewer(found, version)).toBe(expected);
});
