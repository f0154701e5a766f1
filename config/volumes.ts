/** Volumes of a component's pods beside the models'. */
import { z } from "zod";
import { label, storage } from "./fields";

/** An absolute path in a container. */
export const mountPath = z
  .string()
  .regex(/^(\/\.?[\w-][\w.-]*)+$/, 'must be an absolute path, such as "/models"');

const file = z.strictObject({
  key: z.string().min(1).meta({ description: "Key." }),
  path: z.string().min(1).meta({ description: "Name of its file." }),
});

const sources = {
  claim: label.optional().meta({
    description: "A claim that is there, in the graphs' namespace. Several graphs may share one.",
  }),
  configMap: label.optional().meta({ description: "A ConfigMap that is there, whose keys are the files." }),
  secret: label.optional().meta({ description: "A Secret that is there, whose keys are the files." }),
  emptyDir: z
    .strictObject({
      medium: z
        .enum(["Memory", "HugePages"])
        .optional()
        .meta({ description: "Memory or huge pages of the node in place of its disk." }),
      sizeLimit: storage.optional().meta({ description: "Most that it may hold." }),
    })
    .optional()
    .meta({ description: "An empty directory, which goes with the pod." }),
  hostPath: z
    .string()
    .startsWith("/", "must be an absolute path")
    .optional()
    .meta({ description: "A directory of the node. The policy pod-security must allow it." }),
};

const sourceNames = Object.keys(sources) as readonly (keyof typeof sources)[];

/** Schema of an item of `volumes`. */
export const volume = z
  .strictObject({
    name: label.meta({ description: "Its name in the pod. Items of one name are one volume." }),
    mountPath: mountPath.meta({ description: "Directory of the container where it is." }),
    subPath: z
      .string()
      .regex(/^\.?[\w-][\w.-]*(\/\.?[\w-][\w.-]*)*$/, "must be a path within the volume")
      .optional()
      .meta({ description: "The part of it to mount. Default: all." }),
    readOnly: z.boolean().optional().meta({ description: "Whether nothing can be written to it." }),
    ...sources,
    items: z
      .array(file)
      .optional()
      .meta({ description: "Keys of the configMap or secret that are files. Default: all." }),
    defaultMode: z
      .string()
      .regex(/^0?[0-7]{3}$/, 'must be a mode in octal as text, such as "0755"')
      .optional()
      .meta({ description: "Mode of those files, in octal as text. Default: 0644." }),
  })
  .refine((one) => sourceNames.filter((source) => one[source] !== undefined).length === 1, {
    error: `must have exactly one of ${sourceNames.join(", ")}`,
  })
  .refine(({ items, defaultMode, configMap, secret }) => !(items ?? defaultMode) || (configMap ?? secret), {
    path: ["items"],
    error: "and defaultMode are of a configMap or secret: remove them",
  })
  .meta({ description: "A volume, and where it is mounted." });

export type VolumeConfig = z.output<typeof volume>;
