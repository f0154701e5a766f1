import { some } from "../../config/printable";
import { at, list, text } from "../../gpus/manifest";
import { check, type Finding } from "../finding";
import { claimsOf, graphsOf, type Needs, neededPods, objectsOf, pathOf } from "../needs";
import { type Amounts, amountsOf, sum, times } from "../requests";
import { isUnread, type Snapshot } from "../snapshot";

/** Whether the quotas of the namespaces leave room for the plan. */
export function quotas(needs: Needs, { quotas, requests }: Snapshot): Finding[] {
  if (isUnread(quotas)) return [check("quota", "ResourceQuotas").unknown(quotas.unread)];
  const own = objectsOf(needs, "ResourceQuota").map(pathOf);
  const others = quotas.filter(({ metadata }) => !own.includes(`${metadata.namespace}/${metadata.name}`));
  return others.map(({ metadata: { name, namespace = "" }, spec, status }) => {
    const { passed, failed, unknown } = check("quota", `${namespace}/${name}`);
    if (list(spec?.scopes).length > 0 || (spec?.scopeSelector ?? undefined) !== undefined)
      return unknown("it counts some pods only: which is not known before they are made");
    const wanted = neededIn(needs, namespace);
    // What the plan's graphs hold already is counted among the used.
    const graphs = graphsOf(needs);
    const held = isUnread(requests)
      ? {}
      : sum(
          requests
            .filter((one) => one.namespace === namespace && graphs.has(`${namespace}/${one.graph}`))
            .map(({ amounts }) => countedAs(amounts)),
        );
    const used = amountsOf(status?.used);
    const short = Object.entries(amountsOf(spec?.hard)).flatMap(([resource, hard]) => {
      const left = hard - Math.max(0, (used[resource] ?? 0) - (held[resource] ?? 0));
      const need = wanted[resource] ?? 0;
      return need > left
        ? [`${resource}: the plan needs ${amount(need)}, and ${amount(left)} of ${amount(hard)} is left`]
        : [];
    });
    return short.length === 0
      ? passed(`it leaves room for ${Object.keys(spec?.hard ?? {}).length} resources`)
      : failed(
          some(short),
          `have it raised, or lower what the stack takes there (kubectl --namespace ${namespace} describe quota ${name})`,
        );
  });
}

/** What a plan takes in a namespace, by the names that quotas have. */
function neededIn(needs: Needs, namespace: string): Amounts {
  const pods = neededPods(needs).filter((one) => one.namespace === namespace);
  const claims = claimsOf(needs).filter(({ name }) => name.startsWith(`${namespace}/`));
  return sum([
    ...pods.map(({ requests, count, pod }) => times({ ...countedAs(requests), ...limitsOf(pod) }, count)),
    ...claims.map(({ spec, count }) => ({
      persistentvolumeclaims: count,
      "requests.storage": (amountsOf(at(spec, "resources", "requests")).storage ?? 0) * count,
    })),
    ...objectsOf(needs, "Service")
      .filter((object) => pathOf(object).startsWith(`${namespace}/`))
      .map((object): Amounts => {
        const type = text(at(object, "spec", "type"));
        return {
          services: 1,
          ...(type === "LoadBalancer" && { "services.loadbalancers": 1 }),
          ...(type === "NodePort" && { "services.nodeports": 1 }),
        };
      }),
  ]);
}

/** Requests by the names of quotas, of which some have two. */
function countedAs(requests: Amounts): Amounts {
  return Object.fromEntries(
    Object.entries(requests).flatMap(([resource, amount]) =>
      resource === "pods"
        ? [
            ["pods", amount],
            ["count/pods", amount],
          ]
        : [
            [`requests.${resource}`, amount],
            ...(["cpu", "memory"].includes(resource) ? [[resource, amount]] : []),
          ],
    ),
  );
}

function limitsOf(pod: unknown): Amounts {
  const limits = sum(list(at(pod, "containers")).map((one) => amountsOf(at(one, "resources", "limits"))));
  return Object.fromEntries(
    Object.entries(limits).map(([resource, amount]) => [`limits.${resource}`, amount]),
  );
}

/** A number as people read it: bytes in Gi. */
const amount = (number: number) =>
  Math.abs(number) >= 2 ** 30 ? `${+(number / 2 ** 30).toFixed(1)}Gi` : String(+number.toFixed(3));
