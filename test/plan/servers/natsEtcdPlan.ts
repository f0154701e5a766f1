import { stackConfig } from "../../../config/schema";
import { planStack } from "../../../plan/stack";

/** What a discovery config of the mode nats-etcd becomes, with the servers that the stack runs. */
export function natsEtcdPlan(discovery: object = {}, config: object = {}) {
  const { discovery: plan } = planStack(
    stackConfig.parse({ discovery: { mode: "nats-etcd", ...discovery }, ...config }),
  );
  if (!plan.servers) throw new Error("the mode has no servers");
  return { ...plan, servers: plan.servers };
}

export function nats(config: object = {}, discovery: object = {}) {
  const { nats } = natsEtcdPlan({ nats: config, ...discovery }).servers;
  if (!nats) throw new Error("NATS is external");
  return nats;
}

export function etcd(config: object = {}, discovery: object = {}) {
  const { etcd } = natsEtcdPlan({ etcd: config, ...discovery }).servers;
  if (!etcd) throw new Error("etcd is external");
  return etcd;
}
