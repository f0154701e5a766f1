import { operatorsFor, releaseLineIn } from "../../config/runtime/operator";
import { releases } from "../../config/runtime/releases";
import { platformRelease } from "../../plan/platform";
import { check, type Finding } from "../finding";
import type { Needs } from "../needs";
import { isUnread, type Operator, type Snapshot, type Unread } from "../snapshot";

/** Name of the checks of the operator. */
export const operatorCheck = "Dynamo operator";

/** The operator that makes the stack's graphs: its namespace's own, or the cluster's; undefined where there is none. */
export function operatorOf({ config }: Needs, { operators }: Snapshot): Operator | Unread | undefined {
  if (isUnread(operators)) return operators;
  const { name } = config.namespace;
  return (
    operators.find(({ namespaceOnly }) => namespaceOnly === name) ??
    operators.find(({ namespaceOnly }) => namespaceOnly === undefined)
  );
}

/** Release line of an operator: by its image's tag, or where that is no release by what it is told. */
export function lineOfOperator({ image, version = "" }: Operator) {
  const tag = /:([^:/@]+)(?:@|$)/.exec(image)?.[1] ?? "";
  return releaseLineIn(tag) ?? releaseLineIn(version);
}

/** Whether Dynamo's operator is there, and of a release that runs the stack's runtime. */
export function operator(needs: Needs, cluster: Snapshot): Finding[] {
  const { runtime, namespace, platform } = needs.config;
  const one = operatorOf(needs, cluster);
  const { passed, failed, unknown } = check(operatorCheck, "release");
  if (isUnread(one)) return [unknown(one.unread)];
  if (platform.install !== undefined) return [installed(needs, one)];
  if (one === undefined)
    return [
      failed(
        isUnread(cluster.operators) || cluster.operators.length === 0
          ? "there is none: no Deployment of its image or labels"
          : `none makes graphs in namespace ${namespace.name}: ${cluster.operators.map((other) => `${other.namespace}/${other.name} looks at ${other.namespaceOnly} alone`).join(", ")}`,
        `install the Dynamo platform of ${runtime.newest} (${platform.namespace})`,
      ),
    ];
  const place = `${one.namespace}/${one.name}`;
  if (!one.ready)
    return [
      failed(
        `${place} has no Ready pod: nobody makes the graphs' pods, and its webhook refuses every graph`,
        `kubectl --namespace ${one.namespace} describe deployment ${one.name}`,
      ),
    ];
  const line = lineOfOperator(one);
  const found = `${place}, ${one.image}`;
  if (line === undefined) return [unknown(`${found} names no release that is known`)];
  const suited = operatorsFor(runtime.releaseLine).filter(
    (operator) => !needsKubernetesDiscovery(needs) || releases.get(operator)?.kubernetesDiscovery,
  );
  if (suited.includes(line)) return [passed(found)];
  const chart =
    runtime.chartInstallsOperator?.startsWith(`${line}.`) === true
      ? `: the chart of ${runtime.releaseLine} may install it, so set dynamo-operator.controllerManager.manager.image.tag=${runtime.newest}`
      : "";
  return [
    failed(
      `${found} is of ${line}, and runtime ${runtime.version} in mode ${runtime.mode} takes an operator of ${suited.join(", ")}`,
      `install the platform of ${runtime.releaseLine}${chart}`,
    ),
  ];
}

/** Of a stack that installs its platform: nobody else's may be there. */
function installed({ config: { platform, runtime } }: Needs, one: Operator | undefined): Finding {
  const { passed, failed } = check(operatorCheck, "release");
  const version = platform.install?.version ?? runtime.version;
  const own = `the stack installs ${version} in ${platform.namespace}`;
  if (one === undefined) return passed(own);
  const found = `${one.namespace}/${one.name}, ${one.image}`;
  return one.namespace === platform.namespace && one.name.startsWith(`${platformRelease}-`)
    ? passed(`${found}; ${own}`)
    : failed(
        `${found} is there already, and ${own}: a cluster has one operator`,
        "take dynamo:platform.install out, or have the other one removed",
      );
}

const needsKubernetesDiscovery = ({ config }: Needs) =>
  config.runtime.workersRegisterIn === "DynamoWorkerMetadata";
