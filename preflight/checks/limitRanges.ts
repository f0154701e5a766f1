import { some } from "../../config/printable";
import { at, list, text } from "../../gpus/manifest";
import { check, type Finding } from "../finding";
import { type Needs, neededPods } from "../needs";
import { amountsOf } from "../requests";
import { isUnread, type Snapshot } from "../snapshot";

/** Whether the containers and pods of the plan keep to the limits of their namespaces, and have what quotas ask of each. */
export function limitRanges(needs: Needs, { limitRanges, quotas }: Snapshot): Finding[] {
  if (isUnread(limitRanges)) return [check("limits", "LimitRanges").unknown(limitRanges.unread)];
  const pods = neededPods(needs);
  const ofRanges = limitRanges.map(({ metadata: { name, namespace = "" }, spec }) => {
    const { passed, failed } = check("limits", `${namespace}/${name}`);
    const over = pods
      .filter((one) => one.namespace === namespace)
      .flatMap(({ object, component, pod, requests }) =>
        spec.limits.flatMap(({ type, max }) => {
          const amounts =
            type === "Pod"
              ? [requests]
              : type === "Container"
                ? list(at(pod, "containers")).map((one) => ({
                    ...amountsOf(at(one, "resources", "requests")),
                    ...amountsOf(at(one, "resources", "limits")),
                  }))
                : [];
          return Object.entries(amountsOf(max)).flatMap(([resource, most]) =>
            amounts.some((one) => (one[resource] ?? 0) > most)
              ? [
                  `${object} ${component}: a ${type.toLowerCase()} may have ${text(at(max, resource)) || most} ${resource} at most`,
                ]
              : [],
          );
        }),
      );
    return over.length === 0
      ? passed("all pods keep to it")
      : failed(
          some(over),
          `have it raised, or lower the component's resources (kubectl --namespace ${namespace} describe limitrange ${name})`,
        );
  });
  return [...ofRanges, ...(isUnread(quotas) ? [] : unsized(needs, limitRanges, quotas))];
}

type Ranges = Exclude<Snapshot["limitRanges"], { unread: string }>;
type Quotas = Exclude<Snapshot["quotas"], { unread: string }>;

/** Pods that a quota refuses because they say nothing of a resource that it counts, and no LimitRange says it for them. */
function unsized(needs: Needs, ranges: Ranges, quotas: Quotas): Finding[] {
  return quotas.flatMap(({ metadata: { name, namespace = "" }, spec }) => {
    const defaults = new Set(
      ranges
        .filter(({ metadata }) => metadata.namespace === namespace)
        .flatMap(({ spec: { limits } }) => limits)
        .flatMap((limit) => [
          ...Object.keys(limit.default ?? {}).flatMap((resource) => [
            `limits.${resource}`,
            `requests.${resource}`,
          ]),
          ...Object.keys(limit.defaultRequest ?? {}).map((resource) => `requests.${resource}`),
        ]),
    );
    const asked = ["requests.cpu", "requests.memory", "limits.cpu", "limits.memory"].filter(
      (resource) =>
        (spec?.hard?.[resource] ?? spec?.hard?.[resource.replace("requests.", "")]) !== undefined &&
        !defaults.has(resource),
    );
    const bare = neededPods(needs)
      .filter((one) => one.namespace === namespace)
      .flatMap(({ object, component, pod }) => {
        const lacks = asked.filter((resource) =>
          list(at(pod, "containers")).some((one) => !says(one, resource)),
        );
        return lacks.length > 0 ? [`${object} ${component} (${lacks.join(", ")})`] : [];
      });
    return bare.length === 0
      ? []
      : [
          check("limits", `${namespace}/${name}`).failed(
            `the quota refuses pods that don't say how much they take: ${some(bare)}`,
            "make a LimitRange there with defaults for these, or leave the quota's count of them out",
          ),
        ];
  });
}

/** A request is a limit's where it is not written. */
function says(container: unknown, resource: string): boolean {
  const [part = "", name = ""] = resource.split(".");
  const limit = at(container, "resources", "limits", name);
  return (at(container, "resources", part, name) ?? (part === "requests" ? limit : undefined)) !== undefined;
}
