/** Who the processes of a pod are, and what they may do, in Kubernetes' words. */
import { z } from "zod";
import { whole } from "./fields";

const id = (description: string) => whole(0, 2_147_483_647).optional().meta({ description });

const capabilities = (description: string) =>
  z
    .array(z.string().regex(/^[A-Z][A-Z_]+$/, 'must be a capability without CAP_, such as "IPC_LOCK"'))
    .optional()
    .meta({ description });

const ids = {
  runAsUser: id("User id. Default: the image's user, which is 1000 in NVIDIA's."),
  runAsGroup: id("Group id. Default: the image's."),
  runAsNonRoot: z
    .boolean()
    .optional()
    .meta({ description: "Whether the kubelet refuses to run it as root." }),
};

/** Schema of a container's `securityContext`. */
export const securityContext = z
  .strictObject({
    ...ids,
    privileged: z
      .boolean()
      .optional()
      .meta({ description: "Whether it may do what its node may. The policy pod-security must allow it." }),
    allowPrivilegeEscalation: z
      .boolean()
      .optional()
      .meta({ description: "Whether a process may gain more than its parent has. Default: true." }),
    capabilities: z
      .strictObject({
        add: capabilities("What it may do beside. The policy pod-security must allow all but IPC_LOCK."),
        drop: capabilities("What it may not do."),
      })
      .optional()
      .meta({ description: "Capabilities of Linux." }),
  })
  .refine(({ privileged, allowPrivilegeEscalation }) => !(privileged && allowPrivilegeEscalation === false), {
    path: ["allowPrivilegeEscalation"],
    error: "can't be false of a privileged container, which Kubernetes refuses: remove one",
  })
  .refine(({ runAsUser, runAsNonRoot }) => !(runAsNonRoot && runAsUser === 0), {
    path: ["runAsUser"],
    error: "0 is root, which runAsNonRoot keeps from running: remove one",
  })
  .meta({
    description: "What the container's processes may do. Default: what the image and the cluster say.",
  });

/** Schema of a pod's security context. */
export const podSecurityContext = z
  .strictObject({
    ...ids,
    fsGroup: id("Group that owns the files of its volumes. Default: 1000, the operator's."),
    fsGroupChangePolicy: z
      .enum(["Always", "OnRootMismatch"])
      .optional()
      .meta({ description: "Whether all files are given to that group at each start. Default: Always." }),
    supplementalGroups: z
      .array(whole(0, 2_147_483_647))
      .optional()
      .meta({ description: "Further groups of its processes." }),
  })
  .meta({
    description:
      "Ids of all containers and volumes of a pod. Where it is there, the operator adds nothing to it.",
  });

export type SecurityContextConfig = z.output<typeof securityContext>;
export type PodSecurityContextConfig = z.output<typeof podSecurityContext>;
