/** Quotas that hold nothing. */
import { unknown } from "../judge";
import { gpus, object } from "../objects";
import {
  budget,
  byTemplate,
  claimTemplate,
  type Evasion,
  exactly,
  type Part,
  typed,
  whole,
  withComponent,
  withNewPod,
  withWorker,
} from "./make";

const quota = (amount: unknown, namespace = "dynamo", spec: Part = {}) =>
  object(
    "v1",
    "ResourceQuota",
    "sneaky",
    { spec: { hard: { [`requests.${whole}`]: amount }, ...spec } },
    { namespace },
  );

const held = { "gpu-quota": { enforcementLevel: "mandatory" } };

export const quotas: readonly Evasion[] = [
  ["a quota above the budget", budget, [quota("64")]],
  ["a quota that is not known yet", budget, [quota(unknown)]],
  [
    "a quota above the budget in a list",
    budget,
    [typed("core/v1:ResourceQuotaList", { items: [quota("64")] })],
  ],
  ["quotas that are above the budget together", budget, [quota("4"), quota("4", "sneaky")]],
  [
    "quotas of two kinds that are above the budget together",
    budget,
    [
      quota("4"),
      object(
        "v1",
        "ResourceQuota",
        "slices",
        { spec: { hard: { "requests.nvidia.com/mig-1g.5gb": "1" } } },
        {
          namespace: "sneaky",
        },
      ),
    ],
  ],
  ["a quota that is less than what is taken", budget, [quota("1"), withWorker({}, 2)]],
  [
    "a quota of the namespace by default",
    budget,
    [
      { ...quota("1"), metadata: { name: "sneaky" } },
      { ...withWorker({}, 2), metadata: { name: "llama" } },
    ],
  ],
  [
    "a quota of other GPUs",
    ["gpu-quota"],
    [
      withWorker({}),
      object("v1", "ResourceQuota", "other", { spec: { hard: { "requests.amd.com/gpu": 1 } } }),
    ],
    held,
  ],
  [
    "a quota of some pods",
    ["gpu-quota"],
    [withWorker({}), quota("4", "dynamo", { scopes: ["BestEffort"] })],
    held,
  ],
  [
    "a quota of GPUs that a memory service claims as devices",
    ["gpu-quota"],
    [withWorker({ gpuMemoryService: { enabled: true } }, 2), quota("4")],
    held,
  ],
  [
    "a quota of GPUs that a memory service claims as devices in v1beta1",
    ["gpu-quota"],
    [
      withComponent({ resources: gpus(2) }, { experimental: { gpuMemoryService: { mode: "IntraPod" } } }),
      quota("4"),
    ],
    held,
  ],
  [
    "a quota of no devices",
    ["gpu-quota"],
    [withNewPod({ resourceClaims: byTemplate() }), claimTemplate(exactly(1)), quota("4")],
    held,
  ],
];
