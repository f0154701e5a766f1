import { some } from "../../config/printable";
import { at, list, record, text } from "../../gpus/manifest";
import { check, type Finding } from "../finding";
import { type Needs, namespacesOf, neededPods } from "../needs";
import { providerOf } from "../provider";
import { isUnread, type Snapshot } from "../snapshot";

/** Whether the namespaces of the plan are there, and take its pods. */
export function namespaces(needs: Needs, cluster: Snapshot): Finding[] {
  const { namespaces } = cluster;
  return [...namespacesOf(needs)].flatMap(([name, isMade]) => {
    const { passed, failed, unknown } = check("namespace", name);
    if (isUnread(namespaces)) return [unknown(namespaces.unread)];
    const there = namespaces.find(({ metadata }) => metadata.name === name);
    if (there === undefined)
      return [
        isMade
          ? passed("the stack makes it")
          : failed(
              "it is not there",
              `make it, or let the stack: dynamo:namespace.create: true (kubectl create namespace ${name})`,
            ),
      ];
    if (there.status?.phase === "Terminating")
      return [
        failed(
          "it is being deleted",
          "wait until it is gone, or see what holds it up: kubectl get namespace -o yaml",
        ),
      ];
    return [
      podSecurity(needs, name, record(there.metadata.labels)) ?? passed("it is there"),
      ...securityContext(needs, name, cluster),
    ];
  });
}

/** Pods that the level of a namespace refuses, as far as volumes decide: a cache in a directory of the nodes. */
function podSecurity(
  needs: Needs,
  name: string,
  labels: Readonly<Record<string, unknown>>,
): Finding | undefined {
  const level = text(labels["pod-security.kubernetes.io/enforce"]);
  if (!["baseline", "restricted"].includes(level)) return undefined;
  const mounting = podsIn(needs, name).filter(({ pod }) =>
    list(at(pod, "volumes")).some((volume) => at(volume, "hostPath") !== undefined),
  );
  const refused = mounting.map(({ object, component }) => `${object} ${component}`);
  return refused.length === 0
    ? undefined
    : check("namespace", name).failed(
        `its pod security level ${level} refuses directories of the node: ${some(refused)}`,
        "keep models in a claim (dynamo:graphs[].modelCache.pvc), or label the namespace privileged",
      );
}

/** OpenShift gives a namespace a range of uids, and by default takes pods of no other. */
function securityContext(needs: Needs, name: string, cluster: Snapshot): Finding[] {
  if (providerOf(cluster) !== "OpenShift") return [];
  const there = isUnread(cluster.namespaces)
    ? undefined
    : cluster.namespaces.find(({ metadata }) => metadata.name === name);
  const { failed, unknown, passed } = check("security context", name);
  const range = /^(\d+)\/(\d+)$/.exec(there?.metadata.annotations?.["openshift.io/sa.scc.uid-range"] ?? "");
  if (range === null) return [unknown("the namespace tells no range of uids")];
  const [first = 0, size = 0] = range.slice(1).map(Number);
  const fixed = podsIn(needs, name).filter(({ pod }) => {
    const uid = at(pod, "securityContext", "runAsUser");
    return typeof uid === "number" && (uid < first || uid >= first + size);
  });
  return [
    fixed.length === 0
      ? passed(`no pod has a uid outside ${first} to ${first + size - 1}`)
      : failed(
          `${some(fixed.map(({ object, pod }) => `${object} runs as uid ${at(pod, "securityContext", "runAsUser")}`))}, and SCC restricted-v2 takes ${first} to ${first + size - 1} alone`,
          `write dynamo:platform.openshift: true, or grant nonroot-v2 to its ServiceAccounts: oc adm policy add-scc-to-group nonroot-v2 system:serviceaccounts:${name}`,
        ),
  ];
}

const podsIn = (needs: Needs, name: string) =>
  neededPods(needs).filter(({ namespace }) => namespace === name);
