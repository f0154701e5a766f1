/** Dynamic resource allocation. */
import { unknown } from "../judge";
import { computeDomain, gpus, object } from "../objects";
import {
  budget,
  byTemplate,
  claimTemplate,
  devices,
  type Evasion,
  exactly,
  kind,
  tooMany,
  typed,
  whole,
  withComponent,
  withNewPod,
  withPod,
  withWorker,
} from "./make";

export const claims: readonly Evasion[] = [
  [
    "GPUs beside a field that the version of the API does not have",
    budget,
    [
      object("resource.k8s.io/v1beta1", "ResourceClaim", "gpus", {
        spec: {
          devices: {
            requests: [
              {
                name: "g",
                exactly: { deviceClassName: "dranet" },
                deviceClassName: "gpu.nvidia.com",
                count: 64,
              },
            ],
          },
        },
      }),
    ],
  ],
  [
    "GPUs by the name of a network's class",
    budget,
    [object("resource.k8s.io/v1", "DeviceClass", "rdma.dranet.net", { spec: { selectors: [] } })],
  ],
  [
    "a template of the name that a domain of another namespace has",
    budget,
    [withNewPod({ resourceClaims: byTemplate() }), computeDomain("gpus", { namespace: "other" })],
  ],
  [
    "devices by a claim of its pods",
    budget,
    [withPod({ resourceClaims: byTemplate() }), claimTemplate(exactly(8))],
  ],
  [
    "a claim by resources.claims",
    tooMany,
    [
      withWorker({
        resources: { claims: [{ name: "gpus" }] },
        extraPodSpec: { resourceClaims: byTemplate() },
      }),
      claimTemplate(exactly(8)),
    ],
  ],
  [
    "another class of devices",
    ["gpu-kinds"],
    [claimTemplate(exactly(1)), withNewPod({ resourceClaims: byTemplate() })],
  ],
  [
    "another class as the second choice",
    ["gpu-kinds"],
    [
      claimTemplate([
        { firstAvailable: [{ deviceClassName: "small.nvidia.com" }, { deviceClassName: "big.nvidia.com" }] },
      ]),
    ],
    { "gpu-kinds": { resources: [whole, "small.nvidia.com"] } },
  ],
  [
    "more devices as the second choice",
    tooMany,
    [
      withNewPod({ resourceClaims: byTemplate() }),
      claimTemplate([{ firstAvailable: [{ deviceClassName: "a" }, { deviceClassName: "b", count: 8 }] }]),
    ],
  ],
  [
    "as many devices as there are",
    budget,
    [claimTemplate(exactly(1, { allocationMode: "All" })), withNewPod({ resourceClaims: byTemplate() })],
  ],
  [
    "devices that others use",
    budget,
    [claimTemplate(exactly(1, { adminAccess: true })), withNewPod({ resourceClaims: byTemplate() })],
  ],
  [
    "as many devices as is not known yet",
    budget,
    [claimTemplate(exactly(unknown)), withNewPod({ resourceClaims: byTemplate() })],
  ],
  [
    "devices of the first version of the API",
    tooMany,
    [withNewPod({ resourceClaims: byTemplate() }), claimTemplate([{ deviceClassName: "a", count: 8 }])],
  ],
  [
    "a class with the name of something else",
    tooMany,
    [
      withNewPod({ resourceClaims: byTemplate() }),
      claimTemplate(exactly(8, { deviceClassName: "constructor" })),
    ],
  ],
  ["a template of someone else", budget, [withNewPod({ resourceClaims: byTemplate() })]],
  [
    "a template that a namesake of another namespace hides",
    tooMany,
    [
      withNewPod({ resourceClaims: byTemplate() }),
      claimTemplate(exactly(1), { namespace: "elsewhere" }),
      claimTemplate(exactly(8)),
    ],
  ],
  [
    "a template in a list",
    tooMany,
    [
      withNewPod({ resourceClaims: byTemplate() }),
      typed("resource.k8s.io/v1:ResourceClaimTemplateList", { items: [claimTemplate(exactly(8))] }),
    ],
  ],
  ["a claim that pods share", tooMany, [kind("resource.k8s.io/v1", "ResourceClaim", devices(exactly(8)))]],
  [
    "a claim of someone else",
    budget,
    [withNewPod({ resourceClaims: [{ name: "gpus", resourceClaimName: "theirs" }] })],
  ],
  [
    "a class by the name of a resource",
    [...tooMany, "gpu-kinds"],
    [withComponent({ resources: gpus(8, "deviceclass.resource.kubernetes.io/gpu.nvidia.com") })],
  ],
  [
    "a class that takes the name of a network device",
    budget,
    [
      kind("resource.k8s.io/v1", "DeviceClass", { extendedResourceName: "rdma/ib" }),
      withComponent({ resources: gpus(8, "rdma/ib") }),
    ],
  ],
  [
    "devices of a single Pod",
    ["gpus-outside-graphs"],
    [kind("v1", "Pod", { resourceClaims: byTemplate() }), claimTemplate(exactly(1))],
  ],
];
