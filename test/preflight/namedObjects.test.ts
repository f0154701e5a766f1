/** What plans name and do not make, in every place where a pod can name it. */
import { namedObjects } from "../../preflight/namedObjects";
import { devStack } from "../devStack";
import { needsOf, troublesOf } from "./clusters";

const graph = (spec: object) => ({
  apiVersion: "nvidia.com/v1beta1",
  kind: "DynamoGraphDeployment",
  metadata: { name: "chat", namespace: "dynamo" },
  spec,
});
const pod = (spec: object) => graph({ components: [{ podTemplate: { spec } }] });
const container = (field: object) => pod({ containers: [{ name: "main", ...field }] });
const volume = (field: object) => pod({ volumes: [{ name: "v", ...field }] });

test.each<[string, object, string]>([
  [
    "env of a Secret",
    container({ env: [{ valueFrom: { secretKeyRef: { name: "a", key: "k" } } }] }),
    "Secret",
  ],
  ["all of a Secret", container({ envFrom: [{ secretRef: { name: "a" } }] }), "Secret"],
  ["v1alpha1's env", graph({ services: { W: { envFromSecret: "a" } } }), "Secret"],
  ["a volume of a Secret", volume({ secret: { secretName: "a" } }), "Secret"],
  ["a part of one", volume({ projected: { sources: [{ secret: { name: "a" } }] } }), "Secret"],
  ["a registry's", pod({ imagePullSecrets: [{ name: "a" }] }), "Secret"],
  ["env of a ConfigMap", container({ envFrom: [{ configMapRef: { name: "a" } }] }), "ConfigMap"],
  ["its key", container({ env: [{ valueFrom: { configMapKeyRef: { name: "a" } } }] }), "ConfigMap"],
  ["a volume of it", volume({ configMap: { name: "a" } }), "ConfigMap"],
  ["a claim", volume({ persistentVolumeClaim: { claimName: "a" } }), "PersistentVolumeClaim"],
])("%s", (_, object, kind) => {
  const by = ["DynamoGraphDeployment dynamo/chat"];
  expect(namedObjects({ objects: [object, object] })).toEqual([{ kind, namespace: "dynamo", name: "a", by }]);
  const made = { apiVersion: "v1", kind, metadata: { name: "a", namespace: "dynamo" } };
  expect(namedObjects({ objects: [object, made] })).toEqual([]);
  const elsewhere = { ...made, metadata: { name: "a", namespace: "other" } };
  expect(namedObjects({ objects: [object, elsewhere] })).toHaveLength(1);
});

test("fields of any name are read", () =>
  expect(namedObjects({ objects: [pod({ constructor: { toString: "a", valueOf: ["b"] } })] })).toEqual([]));

test("what may be missing is not asked for", () =>
  expect(
    namedObjects({ objects: [container({ envFrom: [{ secretRef: { name: "a", optional: true } }] })] }),
  ).toEqual([]));

test("preflight tells of one that is missing, and of one that can't be looked at", async () => {
  const needs = await needsOf(devStack({}));
  const secret = "Secret dynamo/hf-token-secret";
  expect(troublesOf(needs, { named: { [secret]: false } })).toEqual([
    expect.objectContaining({ state: "failed", check: "named objects", subject: secret }),
  ]);
  for (const named of [{ [secret]: { unread: "not allowed" } }, {}])
    expect(troublesOf(needs, { named })).toMatchObject([{ state: "unknown", subject: secret }]);
});

test("servers that are there are asked for by the Secrets that clients need", async () => {
  const discovery = {
    mode: "nats-etcd",
    nats: { external: true, server: "nats://n:4222", secret: "nats-user" },
    etcd: { external: true, endpoints: ["http://e:2379"], secret: "etcd-user" },
  };
  const { objects } = await needsOf(devStack({ discovery }));
  expect(namedObjects({ objects }).map(({ name }) => name)).toEqual(
    expect.arrayContaining(["nats-user", "etcd-user", "hf-token-secret"]),
  );
});
