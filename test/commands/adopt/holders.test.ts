/** Who else holds a graph, by marks as the tools leave them. */
import { type Holder, holdersOf } from "../../../commands/adopt/holders";
import { isGivenTo, ownerLabel } from "../../../plan/owner";

const graph = (metadata: object) => ({
  apiVersion: "nvidia.com/v1alpha1",
  kind: "DynamoGraphDeployment",
  metadata: { name: "chat", namespace: "serving", ...metadata },
});
const written = (manager: string, more: object = {}) => ({
  ...{ manager, operation: "Update", fieldsV1: { "f:spec": {} } },
  ...more,
});
const found = (metadata: object, hasRelease?: boolean) => holdersOf(graph(metadata), "prod-1", hasRelease);
const who = (holders: readonly Holder[], mustLetGo: boolean) =>
  holders.filter((one) => one.mustLetGo === mustLetGo).map((one) => one.who);

const helm = {
  labels: { "app.kubernetes.io/managed-by": "Helm" },
  annotations: { "meta.helm.sh/release-name": "llm", "meta.helm.sh/release-namespace": "serving" },
  managedFields: [written("helm")],
};
const argo = {
  annotations: { "argocd.argoproj.io/tracking-id": "llm:nvidia.com/DynamoGraphDeployment:serving/chat" },
};

test.each([
  [
    "Helm",
    helm,
    /helm\.sh\/resource-policy: keep.*`kubectl --namespace serving label dynamographdeployment chat app\.kubernetes\.io\/managed-by-` and `kubectl --namespace serving annotate dynamographdeployment chat meta\.helm\.sh\/release-name- meta\.helm\.sh\/release-namespace-`$/,
  ],
  ["Helm", { labels: helm.labels }, /helm uninstall/],
  [
    "Argo CD",
    argo,
    /Prune=false,Delete=false.*--cascade=false.*annotate dynamographdeployment chat argocd\.argoproj\.io\/tracking-id-`$/,
  ],
  [
    "Argo CD",
    { labels: { "app.kubernetes.io/instance": "llm" }, managedFields: [written("argocd-controller")] },
    /label dynamographdeployment chat app\.kubernetes\.io\/instance-`$/,
  ],
  ["Flux", { labels: { "kustomize.toolkit.fluxcd.io/name": "llm" } }, /prune: disabled/],
  ["an ApplySet of kubectl", { labels: { "applyset.kubernetes.io/part-of": "applyset-x" } }, /--prune/],
  [
    "kustomize-v5.6.0",
    { labels: { "app.kubernetes.io/managed-by": "kustomize-v5.6.0" } },
    /label dynamographdeployment chat app\.kubernetes\.io\/managed-by-`$/,
  ],
  [
    "LLMService chat",
    { ownerReferences: [{ kind: "LLMService", name: "chat" }] },
    /deletes the graph with its owner/,
  ],
  ["stack other-2", { labels: { [ownerLabel]: "other-2" } }, /have that stack forget the graph/],
])("%s must let go first", (name, metadata, remedy) => {
  const holders = found(metadata);
  expect(who(holders, true)).toEqual([name]);
  expect(who(holders, false)).toEqual([]);
  expect(holders[0]?.remedy).toMatch(remedy);
});

test("of a Helm release that is gone only the marks are left", () => {
  expect(found(helm, false)[0]?.remedy).toMatch(
    /^its release is gone: `kubectl .*label.* and `kubectl .*annotate/,
  );
  expect(found(helm, true)[0]?.remedy).toMatch(/helm upgrade/);
});

test("an instance's label alone is nobody's: Helm's charts have it, too", () =>
  expect(found({ labels: { "app.kubernetes.io/instance": "llm" } })).toEqual([]));

test("who has written its spec is told, and need not let go; the operator's status is none of it", () => {
  const managedFields = [
    written("kubectl-client-side-apply"),
    { ...written("manager"), subresource: "status" },
    { manager: "kubectl-label", operation: "Update", fieldsV1: { "f:metadata": {} } },
    written("pulumi-kubernetes-1a2b3c4d"),
  ];
  const holders = found({ managedFields });
  expect(who(holders, true)).toEqual([]);
  expect(who(holders, false)).toEqual(["kubectl-client-side-apply"]);
});

test("what nobody holds any more an update takes up, once it has the stack's label", () => {
  for (const metadata of [{}, { labels: { [ownerLabel]: "prod-1" } }]) {
    expect(found(metadata)).toEqual([]);
    const labels = { [ownerLabel]: "prod-1" };
    expect(isGivenTo(graph({ ...metadata, labels }), "prod-1")).toBe(true);
  }
});
