import type { PolicyRule } from "../rule";
import { componentGpus } from "./componentGpus";
import { discoveryAnnotation } from "./discoveryAnnotation";
import { encryptedPaths } from "./encryptedPaths";
import { gpuBudget } from "./gpuBudget";
import { gpuCost } from "./gpuCost";
import { gpuKinds } from "./gpuKinds";
import { gpuLimits } from "./gpuLimits";
import { gpuMemory } from "./gpuMemory";
import { gpuQuota } from "./gpuQuota";
import { gpusOutsideGraphs } from "./gpusOutsideGraphs";
import { images } from "./images";
import { inPlaceChanges } from "./inPlaceChanges";
import { loadBalancers } from "./loadBalancers";
import { nodePorts } from "./nodePorts";
import { oneDiscoveryMode } from "./oneDiscoveryMode";
import { oneDynamoVersion } from "./oneDynamoVersion";
import { ownerLabels } from "./ownerLabels";
import { parallelism } from "./parallelism";
import { plainTextSecrets } from "./plainTextSecrets";
import { podMonitors } from "./podMonitors";
import { podSecurity } from "./podSecurity";
import { probesAndLimits } from "./probesAndLimits";
import { scaledReplicas } from "./scaledReplicas";
import { serverMembers } from "./serverMembers";
import { unrequestedGpus } from "./unrequestedGpus";
import { wholeGpus } from "./wholeGpus";

/** Every rule of the pack, GPUs first. */
export const rules: readonly PolicyRule[] = [
  gpuBudget,
  gpuQuota,
  gpuCost,
  gpuLimits,
  wholeGpus,
  componentGpus,
  parallelism,
  gpuMemory,
  gpuKinds,
  gpusOutsideGraphs,
  unrequestedGpus,
  scaledReplicas,
  oneDiscoveryMode,
  discoveryAnnotation,
  oneDynamoVersion,
  inPlaceChanges,
  serverMembers,
  images,
  plainTextSecrets,
  encryptedPaths,
  podSecurity,
  nodePorts,
  loadBalancers,
  probesAndLimits,
  podMonitors,
  ownerLabels,
];
