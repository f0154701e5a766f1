/** Images of a stack beside NVIDIA's, and the Secrets by which nodes pull all of them. */
import { z } from "zod";
import { label, pinnedImage } from "./fields";

const image = (of: string) =>
  pinnedImage
    .optional()
    .meta({ description: `Image of ${of}, with its tag or digest. Default: that of registry.` });

/** A registry, and the path in it below which images are. */
const registry = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9.-]*(:\d{1,5})?(\/[a-z0-9][a-z0-9._-]*)*$/,
    'must be a registry with or without a path, such as "registry.example.com:5000/mirror"',
  );

/** Schema of `dynamo:images`. */
export const images = z
  .strictObject({
    registry: registry.optional().meta({
      description:
        "Registry, with or without a path, in the place of docker.io and gcr.io, such as a mirror for clusters without internet: <registry>/library/nats, natsio/prometheus-nats-exporter, etcd-development/etcd and library/node. NVIDIA's images have dynamo:runtime.registry. Default: the public ones.",
    }),
    nats: image("NATS"),
    natsExporter: image("NATS' exporter of metrics"),
    etcd: image("etcd"),
    node: image("the Jobs of etcd, with Node.js and a shell"),
    pullSecrets: z.array(label).default([]).meta({
      description:
        "Secrets (kubernetes.io/dockerconfigjson) by which nodes pull the images of graphs, servers and Jobs. They must be in the graphs' namespace, and in nats-system and etcd-system where the stack runs these. Default: none.",
    }),
  })
  .meta({ description: "Images of the servers and Jobs that the stack runs, and access to all." });

export type ImagesConfig = z.output<typeof images>;
