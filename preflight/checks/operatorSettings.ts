import { releases } from "../../config/runtime/releases";
import { check, type Finding } from "../finding";
import type { Needs } from "../needs";
import { isUnread, type Operator, type Snapshot } from "../snapshot";
import { lineOfOperator, operatorCheck, operatorOf } from "./operator";

/** Whether the operator's settings leave the mode alone: what it injects into pods, and the etcd of its own. */
export function operatorSettings(needs: Needs, cluster: Snapshot): Finding[] {
  if (needs.config.platform.install !== undefined) return []; // the plan has its values
  const one = operatorOf(needs, cluster);
  if (one === undefined || isUnread(one)) return []; // which the check of the operator tells
  return [...discovery(needs, one), ...etcd(one)];
}

function discovery({ config: { runtime } }: Needs, { settings }: Operator): Finding[] {
  const { passed, failed, unknown } = check(operatorCheck, "discovery");
  if (isUnread(settings)) return [unknown(settings.unread)];
  const { discoveryBackend = "its default", nats } = settings;
  const graphs = `each graph says by itself that it is of mode ${runtime.mode}`;
  // Graphs with NATS have its address and users from the stack, whatever the operator has.
  if (runtime.natsFreeValues !== undefined && runtime.natsWorkers === "none" && nats !== undefined)
    return [
      failed(
        `it gives every pod the address of NATS, ${nats}: pods of ${runtime.releaseLine} connect to it in mode ${runtime.mode} too, and end where it does not answer`,
        `install the platform without NATS: ${runtime.natsFreeValues}, and no dynamo-operator.natsAddr`,
      ),
    ];
  return [passed(`backend ${discoveryBackend}, NATS ${nats ?? "none"}; ${graphs}`)];
}

/** An operator that keeps records in an etcd of its own can't delete a graph without it. */
function etcd(one: Operator): Finding[] {
  const line = lineOfOperator(one);
  if (line === undefined || !releases.get(line)?.operatorNeedsEtcd) return [];
  const { passed, failed, unknown } = check(operatorCheck, "its etcd");
  if (isUnread(one.settings)) return [unknown(one.settings.unread)];
  const { etcd } = one.settings;
  const remedy = "keep the platform's etcd running (etcd.enabled=true, or dynamo-operator.etcdAddr)";
  const effect = `the operator of ${line} cleans up there when a graph is deleted, and without it none ever goes`;
  if (etcd === undefined) return [failed(`it has none: ${effect}`, remedy)];
  if (isUnread(one.etcdMembers)) return [unknown(`${etcd}: ${one.etcdMembers.unread}`)];
  return [
    one.etcdMembers > 0
      ? passed(`${etcd} answers by ${one.etcdMembers} pods`)
      : failed(`no pod is behind ${etcd}: ${effect}`, remedy),
  ];
}
