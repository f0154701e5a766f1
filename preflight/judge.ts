/** The checks, in the order in which a fault shows. */
import { classes } from "./checks/classes";
import { devices } from "./checks/devices";
import { dns } from "./checks/dns";
import { gpuNodes } from "./checks/gpuNodes";
import { issuers } from "./checks/issuers";
import { kubernetesVersion } from "./checks/kubernetesVersion";
import { limitRanges } from "./checks/limitRanges";
import { monitoring } from "./checks/monitoring";
import { named } from "./checks/named";
import { namespaces } from "./checks/namespaces";
import { operator, operatorCheck } from "./checks/operator";
import { operatorSettings } from "./checks/operatorSettings";
import { orchestrator } from "./checks/orchestrator";
import { quotas } from "./checks/quotas";
import { rights } from "./checks/rights";
import { servedKinds } from "./checks/servedKinds";
import { volumes } from "./checks/volumes";
import type { Finding } from "./finding";
import type { Needs } from "./needs";
import type { Snapshot } from "./snapshot";

/** A check: what is found of a plan's needs in a cluster; nothing where the plan has none of these. */
type Check = (needs: Needs, cluster: Snapshot) => Finding[];

const checks: readonly Check[] = [
  kubernetesVersion,
  servedKinds,
  operator,
  operatorSettings,
  orchestrator,
  namespaces,
  named,
  rights,
  gpuNodes,
  devices,
  quotas,
  limitRanges,
  volumes,
  classes,
  issuers,
  monitoring,
  dns,
];

/** Judges whether a cluster is ready for a plan. */
export function judge(needs: Needs, cluster: Snapshot): Finding[] {
  return checks.flatMap((check) => check(needs, cluster));
}

/** Whether the operator could be looked at, which the requirements of a runtime are about: then the checks tell what of these is not met. */
export function answersRequirements(findings: readonly Finding[]): boolean {
  const ofOperator = findings.filter(({ check }) => check === operatorCheck);
  return ofOperator.length > 0 && ofOperator.every(({ state }) => state !== "unknown");
}
