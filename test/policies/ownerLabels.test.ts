import { Secret, unknownCheckingProxy } from "@pulumi/policy";
import { secretsPreservingProxy } from "@pulumi/policy/secret";
import { ownerLabels } from "../../policies/rules/ownerLabels";
import { resourceOf, unknown } from "./judge";
import { deployment, object } from "./objects";

const labels = { team: "inference", "cost-center": "4711" };

/** What the remediation makes of an object, which it is given as Pulumi gives it; undefined where it changes nothing. */
function remediate(object: object, settings: object = { labels }) {
  const { props, ...resource } = resourceOf(object);
  const wrapped = unknownCheckingProxy(secretsPreservingProxy(props));
  const args = { ...resource, props: wrapped, getConfig: () => settings };
  const result = ownerLabels.remediateResource?.(args as never);
  // Pulumi reads what is beneath its own proxies.
  return result === undefined ? undefined : props;
}

test("labels are added", () => {
  expect(remediate(deployment({}))).toMatchObject({ metadata: { name: "trainer", labels } });
  expect(remediate({ type: "kubernetes:core/v1:ConfigMap", props: {} })).toEqual({ metadata: { labels } });
});

test("labels that are there stay as they are, with whatever value", () => {
  const before = deployment({}, {}, {}, { labels: { team: "search", app: "web" } });
  const after = { app: "web", team: "search", "cost-center": "4711" };
  expect(remediate(before)).toMatchObject({ metadata: { labels: after } });
});

test("an object that has them all is left alone", () => {
  expect(remediate(deployment({}, {}, {}, { labels }))).toBeUndefined();
  expect(remediate(deployment({}), {})).toBeUndefined();
});

test("secrets stay secret", () => {
  const name = new Secret("trainer");
  const app = new Secret("web");
  const data = { token: new Secret("hunter2") };
  const secret = object("v1", "Secret", "hf", { data }, { name, labels: { app } });
  expect(remediate(secret)).toEqual({
    ...secret,
    data: { token: new Secret("hunter2") },
    metadata: {
      namespace: "dynamo",
      name: new Secret("trainer"),
      labels: { app: new Secret("web"), ...labels },
    },
  });
});

test("labels that are secret as a whole stay so", () => {
  const all = new Secret({ app: "web" });
  expect(remediate(deployment({}, {}, {}, { labels: all }))).toMatchObject({
    metadata: { labels: new Secret({ app: "web", ...labels }) },
  });
});

test("what is not known yet stays so", () => {
  const before = deployment({}, {}, {}, { namespace: unknown, labels: { app: unknown } });
  expect(remediate(before)).toMatchObject({
    metadata: { namespace: unknown, labels: { app: unknown, ...labels } },
  });
  expect(remediate(deployment({}, {}, {}, { labels: unknown }))).toBeUndefined();
  expect(remediate({ ...deployment({}), metadata: unknown })).toBeUndefined();
});

test.each([
  [{ type: "dynamo:index:DynamoGraph", props: { metadata: { name: "llama" } } }],
  [{ type: "pulumi:providers:kubernetes", props: {} }],
  [{ type: "random:index/randomPassword:RandomPassword", props: { metadata: unknown } }],
  [{ type: "kubernetes:helm.sh/v4:Chart", props: {} }],
  [{ type: "kubernetes:helm.sh/v3:Release", props: { chart: "nats" } }],
  [object("v1", "NamespacePatch", "kube-system")],
  [{ apiVersion: "v1", kind: "ConfigMapList", metadata: {}, items: [object("v1", "ConfigMap", "files")] }],
])("%j is left alone", (other) => {
  expect(remediate(other)).toBeUndefined();
});

test("settings that can't be used add nothing", () => {
  expect(remediate(deployment({}), { labels: { team: 7 } })).toBeUndefined();
});
