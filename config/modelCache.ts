/** The volume that keeps a graph's models. */
import { z } from "zod";
import { label, storage } from "./fields";
import { mountPath } from "./volumes";

/** Default mount path of the cache. The runtime's images run as user dynamo, uid 1000, since 0.7: a mount below /root is never read. */
export const defaultMountPath = "/home/dynamo/.cache/huggingface";

/** A model as Hugging Face names it. */
const modelName = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*$/, 'must be a model\'s name, such as "org/model"');

/** Names of files, with `*` for any part. */
const patterns = z.array(
  z.string().regex(/^[\w./*?[\]-]+$/, 'must be the names of files, such as "*.safetensors"'),
);

const caCertificate = z
  .strictObject({
    configMap: label.optional().meta({ description: "A ConfigMap that is there, in the graphs' namespace." }),
    secret: label.optional().meta({ description: "A Secret likewise." }),
    key: z
      .string()
      .regex(/^[\w.-]+$/, 'must be the name of a key, such as "ca.crt"')
      .default("ca.crt")
      .meta({ description: "Its key, with one certificate or several as PEM." }),
  })
  .refine(({ configMap, secret }) => (configMap === undefined) !== (secret === undefined), {
    error: "must have exactly one of configMap and secret",
  });

/** Schema of a graph's `modelCache`. */
export const modelCache = z
  .strictObject({
    hostPath: z
      .string()
      .startsWith("/", "must be an absolute path")
      .optional()
      .meta({ description: "A directory of every GPU node, writable by uid 1000." }),
    pvc: z
      .strictObject({
        size: storage.meta({ description: "Size of the claim." }),
        storageClass: z
          .string()
          .min(1)
          .optional()
          .meta({ description: "Default: the cluster's default class." }),
        accessMode: z
          .enum(["ReadWriteMany", "ReadWriteOnce"])
          .default("ReadWriteMany")
          .meta({ description: "ReadWriteOnce only suits workers that share one node." }),
        download: z.boolean().default(false).meta({
          description: "Whether a Job downloads the model into it before the graph is made.",
        }),
        moreModels: z.array(modelName).optional().meta({
          description:
            "Further models that the Job downloads, such as the draft model of speculative decoding. Default: none.",
        }),
        allowPatterns: patterns.optional().meta({
          description: 'Files of the model that the Job downloads, such as "*.safetensors". Default: all.',
        }),
        ignorePatterns: patterns.optional().meta({
          description:
            "Files of the model that the Job leaves out. Default: where it has safetensors, other copies of the weights (original/*, consolidated*, *.pth, *.gguf).",
        }),
        caCertificate: caCertificate.optional().meta({
          description:
            "Certificate authority that the Job trusts beside those of its image, for a proxy that looks into TLS. Default: none.",
        }),
      })
      .optional()
      .meta({ description: "A claim that the stack makes, named <graph>-model-cache." }),
    claim: label.optional().meta({
      description: "A claim that is there, in the graphs' namespace. Several graphs may share one.",
    }),
    mountPath: mountPath.optional().meta({
      description: `Directory of the pods where it is mounted. Frontends have it too where the model is a path. Default: ${defaultMountPath}.`,
    }),
  })
  .refine(
    ({ hostPath, pvc, claim }) =>
      [hostPath, pvc, claim].filter((source) => source !== undefined).length === 1,
    "must have exactly one of hostPath, pvc and claim",
  )
  .refine(
    ({ pvc }) =>
      pvc?.download ||
      (pvc?.allowPatterns ?? pvc?.ignorePatterns ?? pvc?.moreModels ?? pvc?.caCertificate) === undefined,
    {
      path: ["pvc", "download"],
      error:
        "is false, and moreModels, allowPatterns, ignorePatterns and caCertificate are of it: write true, or remove them",
    },
  )
  .meta({
    description: "Volume of downloaded models. Default: in the pod, so every start downloads anew.",
  });

export type ModelCacheConfig = z.output<typeof modelCache>;
