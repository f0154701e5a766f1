import { some } from "../../config/printable";
import { at, list, text } from "../../gpus/manifest";
import { check, type Finding } from "../finding";
import { type Needs, objectsOf, pathOf } from "../needs";
import { isUnread, type Snapshot } from "../snapshot";

/** Whether the stack's NetworkPolicies let pods reach the cluster's DNS, by the port of its pods: that is what a policy sees. */
export function dns(needs: Needs, { dns }: Snapshot): Finding[] {
  const policies = objectsOf(needs, "NetworkPolicy").filter(
    (policy) => list(at(policy, "spec", "egress")).length > 0,
  );
  if (policies.length === 0) return [];
  const { passed, failed, unknown } = check("DNS", "port");
  if (isUnread(dns)) return [unknown(dns.unread)];
  if (dns.length === 0)
    return [unknown("neither kube-system/kube-dns nor openshift-dns/dns-default is there")];
  const targets = dns.map(({ metadata, spec }) => ({
    service: `${metadata.namespace}/${metadata.name}`,
    // A name is a port of the pods: dns, which OpenShift's pods have at 5353, and others' at 53.
    ports: new Set(
      (spec.ports ?? [])
        .filter(({ port }) => port === 53)
        .map(({ port, targetPort }) =>
          typeof targetPort === "number" ? targetPort : metadata.namespace === "openshift-dns" ? 5353 : port,
        ),
    ),
  }));
  const found = targets.map(({ service, ports }) => `${service} at ${[...ports].join(", ")}`).join("; ");
  const closed = policies.filter((policy) => {
    const open = list(at(policy, "spec", "egress")).flatMap((rule) =>
      list(at(rule, "ports")).map((port) => at(port, "port")),
    );
    return targets.some(({ ports }) => [...ports].some((port) => !open.includes(port)));
  });
  return [
    closed.length === 0
      ? passed(`${found}, as the stack's NetworkPolicies let it through`)
      : failed(
          `the pods of ${found}, and NetworkPolicies ${some(closed.map((policy) => text(pathOf(policy))))} don't let that through: members would not find each other`,
          "add a NetworkPolicy in these namespaces that lets DNS out by that port",
        ),
  ];
}
