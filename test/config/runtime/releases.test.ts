/**
 * Each row is a row of what was found by running the released wheels (ai-dynamo 0.7.1, 0.8.1, 0.9.1, 1.0.2, 1.1.1,
 * 1.2.1, 1.4.2, 1.6.1) and reading the operators of the same releases, and the ledgers of 1.5 to 1.7. Lines without a wheel are like
 * their neighbours.
 */
import { operatorsFor, releaseLineIn } from "../../../config/runtime/operator";
import { type Release, type ReleaseLine, releaseLines } from "../../../config/runtime/release";
import { firstReleaseThat, releases } from "../../../config/runtime/releases";
import { runtimeOf } from "../../../config/runtime/runtime";
import { refusedVersion, versionOverrideOf } from "../../../config/runtime/versions";
import { runtime } from "../runtimes";

const newest = (line: ReleaseLine) => releases.get(line)?.newest ?? "";
const zmq = { env: { DYN_EVENT_PLANE: "zmq" }, events: "zmq" };
const zmqByDefault = { env: {}, events: "zmq" };
const noEvents = { env: { DYN_STORE_KV: "mem" }, events: "none" };
const withoutNats = /global.nats.install=false/;

test.each<[ReleaseLine, object, RegExp[]]>([
  ["0.8", noEvents, [/may deploy 0.7.1/, /platform's etcd/]],
  ["0.9", noEvents, [/may deploy 0.7.1/]],
  ["1.0", zmq, []],
  ["1.1", zmq, [/nats.enabled=false and dynamo-operator.nats.enabled=false/]],
  ["1.2", zmq, [withoutNats]],
  ["1.3", zmqByDefault, [withoutNats]],
  ["1.4", zmqByDefault, [withoutNats]],
  ["1.5", zmqByDefault, [withoutNats]],
  ["1.6", zmqByDefault, [withoutNats]],
  ["1.7", zmqByDefault, [withoutNats]],
])("%s in mode kubernetes", (line, expected, requirements) => {
  const { requirements: found, limits, ...wired } = runtime(newest(line), "kubernetes");
  expect(wired).toMatchObject({
    ...expected,
    otherMode: "nats-etcd",
    requestPlane: "tcp",
    natsWorkers: "none",
    podDiscoveryBackend: "kubernetes",
    workersRegisterIn: "DynamoWorkerMetadata",
    annotations: { "nvidia.com/dynamo-discovery-backend": "kubernetes" },
  });
  expect(found).toEqual(requirements.map((requirement) => expect.stringMatching(requirement)));
  expect(limits).toEqual(expected === noEvents ? [expect.stringMatching(/approximate/)] : []);
});

test.each<[ReleaseLine, object, "tcp" | "nats", "all" | "publishers"]>([
  ["0.7", {}, "nats", "all"],
  ["0.8", {}, "tcp", "publishers"],
  ["0.9", {}, "tcp", "publishers"],
  ["1.0", { DYN_EVENT_PLANE: "nats" }, "tcp", "publishers"],
  ["1.1", { DYN_EVENT_PLANE: "nats" }, "tcp", "all"],
  ["1.2", { DYN_EVENT_PLANE: "nats" }, "tcp", "all"],
  ["1.3", { DYN_EVENT_PLANE: "nats" }, "tcp", "all"],
  ["1.4", { DYN_EVENT_PLANE: "nats" }, "tcp", "all"],
  ["1.5", { DYN_EVENT_PLANE: "nats" }, "tcp", "all"],
  ["1.6", { DYN_EVENT_PLANE: "nats" }, "tcp", "all"],
  ["1.7", { DYN_EVENT_PLANE: "nats" }, "tcp", "all"],
])("%s in mode nats-etcd", (line, env, requestPlane, natsWorkers) => {
  expect(runtime(newest(line), "nats-etcd")).toMatchObject({
    env,
    requestPlane,
    natsWorkers,
    events: "nats",
    otherMode: "kubernetes",
    workersRegisterIn: "etcd",
    podDiscoveryBackend: line === "0.7" ? undefined : "not kubernetes",
    annotations: { "nvidia.com/dynamo-discovery-backend": "etcd" },
    requirements: [],
  });
  expect(runtime(newest(line), "nats-etcd", "nats")).toMatchObject({
    env: { ...env, DYN_REQUEST_PLANE: "nats" },
    requestPlane: "nats",
    natsWorkers: "all",
  });
});

type Fact = keyof Release;
const facts: { readonly [F in Fact]?: readonly (readonly [from: ReleaseLine, value: Release[F]])[] } = {
  kubernetes: [
    ["0.7", "1.24"],
    ["1.3", "1.30"],
  ],
  grove: [
    ["0.7", "0.1.0-alpha.3"],
    ["1.0", "0.1.0-alpha.6"],
    ["1.1", "0.1.0-alpha.8"],
    ["1.4", "0.1.0-alpha.12-rc1"],
    ["1.5", "0.1.0-alpha.13"],
    ["1.6", "0.1.0-alpha.14"],
  ],
  leaderWorkerSet: [["0.7", "0.7.0"]],
  crdsChart: [
    ["0.7", true],
    ["1.0", false],
  ],
  newest: [
    ["0.7", "0.7.1"],
    ["0.8", "0.8.1"],
    ["0.9", "0.9.1"],
    ["1.0", "1.0.2"],
    ["1.1", "1.1.1"],
    ["1.2", "1.2.1"],
    ["1.3", "1.3.1"],
    ["1.4", "1.4.2"],
    ["1.5", "1.5.1"],
    ["1.6", "1.6.2"],
    ["1.7", "1.7.0"],
  ],
  apiVersions: [
    ["0.7", ["v1alpha1"]],
    ["1.3", ["v1alpha1", "v1beta1"]],
    ["1.5", ["v1beta1", "v1alpha1"]],
  ],
  warnsOfV1alpha1: [
    ["0.7", false],
    ["1.2", true],
  ],
  needsVersionOverride: [
    ["0.7", false],
    ["1.5", true],
  ],
  scalingAdapters: [
    ["0.7", "none"],
    ["0.8", "always"],
    ["0.9", "requested"],
  ],
  gpuMemoryService: [
    ["0.7", false],
    ["1.1", true],
  ],
  endpointPicker: [
    ["0.7", "none"],
    ["1.3", "configured"],
    ["1.5", "native"],
  ],
  checkpoints: [
    ["0.7", false],
    ["1.4", true],
  ],
  countsReplicas: [
    ["0.7", false],
    ["0.8", true],
  ],
  operator: [
    ["0.7", "0.8"],
    ["1.0", "1.4"],
  ],
  operatorNeedsEtcd: [
    ["0.7", false],
    ["0.8", true],
    ["0.9", false],
  ],
  chartInstallsOperator: [
    ["0.7", undefined],
    ["0.8", "0.7.1"],
    ["1.0", undefined],
  ],
  unmonitoredWorkers: [
    ["0.7", ["prefill", "decode"]],
    ["1.3", []],
  ],
  kubernetesDiscovery: [
    ["0.7", false],
    ["0.8", true],
  ],
  injectsDiscoveryBackend: [
    ["0.7", false],
    ["0.8", true],
  ],
  ignoredAddresses: [
    ["0.7", ["NATS_SERVER", "ETCD_ENDPOINTS"]],
    ["1.0", ["NATS_SERVER"]],
    ["1.1", []],
  ],
  endsWithoutEtcd: [
    ["0.7", false],
    ["0.8", true],
    ["0.9", false],
  ],
  frontendsTake: [
    ["0.7", "own"],
    ["1.0", "prefixed"],
    ["1.6", "generations"],
  ],
  cutsKvRoutedStreams: [
    ["0.7", false],
    ["1.4", true],
    ["1.6", false],
  ],
  noKvEventsFlag: [
    ["0.7", "--no-kv-events"],
    ["1.0", "--no-router-kv-events"],
  ],
  vllmRoleFlags: [
    ["0.7", "is-role"],
    ["1.0", "mode"],
  ],
  vllmKvEvents: [
    ["0.7", "default"],
    ["1.0", "default-with-warning"],
    ["1.1", "requested"],
  ],
  trtllmEventsFlag: [
    ["0.7", "--publish-events-and-metrics"],
    ["1.4", "--publish-kv-events"],
  ],
  loraSources: [
    ["0.7", []],
    ["0.8", ["s3"]],
    ["1.4", ["s3", "hf"]],
  ],
  plannerSettings: [
    ["0.7", "flags"],
    ["1.0", "config"],
    ["1.1", "config-with-target"],
    ["1.2", "config-with-units"],
  ],
  plannerImage: [
    ["0.7", false],
    ["1.1", true],
  ],
  plansWithoutProfile: [
    ["0.7", false],
    ["1.4", true],
  ],
  kvCacheMetrics: [
    ["0.7", "kvstats"],
    ["0.9", "engine"],
    ["1.0", "component"],
  ],
  modelGauge: [
    ["0.7", "model_context_length"],
    ["1.5", "model_ready"],
  ],
  countsFailures: [
    ["0.7", false],
    ["1.6", true],
  ],
};

test.each(Object.entries(facts))("%s", (fact, rows) => {
  for (const [i, line] of releaseLines.entries()) {
    const known = rows.findLast(([from]) => releaseLines.indexOf(from) <= i);
    expect([line, releases.get(line)?.[fact as Fact]]).toEqual([line, known?.[1]]);
  }
});

test.each<
  [keyof Pick<Release, "removedFrontendFlags" | "removedWorkerFlags" | "removedEnv">, string, ReleaseLine]
>([
  ["removedFrontendFlags", "--router-ttl", "1.0"],
  ["removedFrontendFlags", "--router-temperature", "1.7"],
  ["removedFrontendFlags", "--load-aware", "1.7"],
  ["removedWorkerFlags", "--store-kv", "1.0"],
  ["removedWorkerFlags", "--is-prefill-worker", "1.4"],
  ["removedWorkerFlags", "--publish-events", "1.6"],
  ["removedWorkerFlags", "--publish-events-and-metrics", "1.7"],
  ["removedEnv", "DYN_STORE_KV", "1.0"],
  ["removedEnv", "DYN_VLLM_KV_EVENT_PORT", "1.1"],
  ["removedEnv", "DYN_USE_KV_EVENTS", "1.5"],
  ["removedEnv", "DYN_ROUTER_TEMPERATURE", "1.7"],
])("%s has %s from %s on", (set, name, from) => {
  const having = [...releases.values()].filter((release) => release[set][name] !== undefined);
  expect(having.map(({ releaseLine }) => releaseLine)).toEqual(
    releaseLines.slice(releaseLines.indexOf(from)),
  );
});

test("what the program writes for a release is not what the release has removed", () => {
  for (const { noKvEventsFlag, trtllmEventsFlag, ...release } of releases.values()) {
    expect(release.removedFrontendFlags[noKvEventsFlag]).toBeUndefined();
    expect(release.removedWorkerFlags[trtllmEventsFlag]).toBeUndefined();
    for (const env of [release.kubernetesEnv, release.natsEtcdEnv])
      for (const name of Object.keys(env)) expect(release.removedEnv[name]).toBeUndefined();
  }
});

describe("a version", () => {
  test.each(["0.7.0", "0.8.1", "0.9.0.post1", "1.4.2", "1.6.2", "1.7.0"])("%s is known", (version) =>
    expect(refusedVersion(version)).toBeUndefined(),
  );
  test.each([
    ["0.6.1", /0\.7 to 1\.7, of which 1\.7\.0 is the newest/],
    ["1.8.0", /0\.7 to 1\.7, of which 1\.7\.0 is the newest/],
    ["2.0.0", /0\.7 to 1\.7, of which 1\.7\.0 is the newest/],
    ["1.10.0", /0\.7 to 1\.7, of which 1\.7\.0 is the newest/],
    ["1.7.1", /newest of 1\.7 that this program knows is 1\.7\.0/],
    ["0.8.2", /newest of 0\.8 that this program knows is 0\.8\.1/],
  ])("%s is refused with the newest that is known", (version, words) =>
    expect(refusedVersion(version)).toMatch(words),
  );
  test("of no known line has no runtime", () =>
    expect(
      runtimeOf({
        runtime: { version: "1.8.0", registry: "r" },
        discovery: { mode: "kubernetes" },
        platform: {},
      }),
    ).toBeUndefined());
  test.each([
    ["1.4.2.post1", undefined],
    ["1.5.0", undefined],
    ["1.5.0.post1", "1.5.0"],
    ["1.5.0", "1.5.0", "1.5.0-efa-amd64"],
    ["1.4.2", undefined, "1.4.2-cuda13"],
  ])("%s is told the operator as %s", (version, override, tag = version) =>
    expect(versionOverrideOf(runtime(version, "kubernetes"), `localhost:5000/vllm:${tag}`)).toBe(override),
  );
});

test("a message names the first line that can", () => {
  expect(firstReleaseThat(({ kubernetesDiscovery }) => kubernetesDiscovery)).toBe("0.8");
  expect(() => firstReleaseThat(() => false)).toThrow(RangeError);
});

test.each<[ReleaseLine, ReleaseLine[]]>([
  ["0.7", ["0.7", "0.8", "0.9"]],
  ["1.4", ["1.3", "1.4", "1.5", "1.6"]],
  ["1.7", ["1.6", "1.7"]],
])("%s is run by operators that look two releases back and one ahead", (line, operators) => {
  expect(operatorsFor(line)).toEqual(operators);
});

test.each([
  ["1.4.2", "1.4"],
  ["v1.4.0-rc1", "1.4"],
  ["latest", undefined],
  ["9.9.9", undefined],
])("the release line in %s", (version, line) => {
  expect(releaseLineIn(version)).toBe(line);
});
