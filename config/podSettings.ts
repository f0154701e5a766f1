/** Settings of a component's pods, in Kubernetes' words: frontends, workers and the planner have the same. */
import { z } from "zod";
import { env, envFrom, resources } from "./container";
import { imageReference, labelKey, labelValue, storage, whole } from "./fields";
import { placement } from "./placement";
import { probe } from "./probe";
import { podSecurityContext, securityContext } from "./securityContext";
import { mountPath, volume } from "./volumes";

/** Keys that the operator, its orchestrators and this program write, or go by. */
const others =
  /^(nvidia\.com|grove\.io|leaderworkerset\.sigs\.k8s\.io|app\.kubernetes\.io|pulumi-dynamo|pulumi\.com|kubectl\.kubernetes\.io)\//;

const ownKey = labelKey.refine((key) => !others.test(key), {
  error: ({ input }) => `"${input}" is written by the operator or this program: remove it`,
});

/** Fields of the schemas of components. */
export const podSettings = {
  image: imageReference.optional().meta({
    description: "Image of these pods alone, with a tag or digest or the graph's. Default: the graph's.",
  }),
  imagePullPolicy: z
    .enum(["Always", "IfNotPresent", "Never"])
    .optional()
    .meta({ description: "When nodes pull the image. Default: IfNotPresent." }),
  workingDir: mountPath
    .optional()
    .meta({ description: "Directory that the command starts in. Default: the image's." }),
  env: env.default([]),
  envFrom: envFrom.default([]),
  resources: resources.optional(),
  sharedMemory: storage.optional().meta({
    description:
      "Size of /dev/shm, by which the processes of an engine hand data on. Default: 8Gi, the operator's.",
  }),
  volumes: z.array(volume).default([]).meta({ description: "Volumes of the container beside the models'." }),
  startupProbe: probe(
    "Until it passes, no other is asked. Default: of frontends, that a model is listed; of workers the operator's, which waits 2 hours.",
  ),
  readinessProbe: probe("While it fails, clients are not led to the pod. Default: the operator's."),
  livenessProbe: probe("Where it fails, the container starts anew. Default: the operator's."),
  securityContext: securityContext.optional(),
  podSecurityContext: podSecurityContext.optional(),
  hostIPC: z.boolean().default(false).meta({
    description:
      "Whether the pods share memory with all of their node. The policy pod-security must allow it.",
  }),
  hostNetwork: z.boolean().default(false).meta({
    description: "Whether the pods have their node's network. The policy pod-security must allow it.",
  }),
  annotations: z
    .record(ownKey, z.string())
    .optional()
    .meta({ description: "Annotations of the pods, such as a network's." }),
  labels: z.record(ownKey, labelValue).optional().meta({ description: "Further labels of the pods." }),
  terminationGracePeriodSeconds: whole(0, 86_400)
    .optional()
    .meta({ description: "Seconds that a pod has to end. Default: 60, the operator's." }),
  placement: placement.optional(),
};

const schema = z.strictObject(podSettings);
export type PodSettingsConfig = z.output<typeof schema>;
