/** Settings of a component's container, in Kubernetes' words. */
import { z } from "zod";
import { cpu, label, storage } from "./fields";

const keyOf = (kind: string) =>
  z
    .strictObject({
      name: label.meta({ description: `Name of the ${kind}, in the graphs' namespace.` }),
      key: z.string().min(1).meta({ description: "Its key." }),
    })
    .optional()
    .meta({ description: `A key of a ${kind}.` });

const envVar = z
  .strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be letters, digits and underscores")
      .meta({ description: "Its name." }),
    value: z
      .string()
      .optional()
      .meta({ description: "Its value, which anybody may read who sees the graph." }),
    valueFrom: z
      .strictObject({
        secretKeyRef: keyOf("Secret"),
        configMapKeyRef: keyOf("ConfigMap"),
        fieldRef: z
          .strictObject({
            fieldPath: z.string().min(1).meta({ description: "Path of the field, such as status.podIP." }),
          })
          .optional()
          .meta({ description: "A field of the pod." }),
      })
      .refine((source) => Object.values(source).filter(Boolean).length === 1, {
        error: "must have exactly one of secretKeyRef, configMapKeyRef and fieldRef",
      })
      .optional()
      .meta({ description: "Where its value comes from." }),
  })
  .refine(({ value, valueFrom }) => (value === undefined) !== (valueFrom === undefined), {
    error: "must have exactly one of value and valueFrom",
  })
  .meta({ description: "A variable." });

/** Schema of a container's `env`. */
export const env = z.array(envVar).meta({ description: "Env of the container." });

/** Schema of a container's `envFrom`. */
export const envFrom = z
  .array(
    z
      .strictObject({
        secret: label
          .optional()
          .meta({ description: "A Secret that is there, each key of which is a variable." }),
        configMap: label.optional().meta({ description: "A ConfigMap likewise." }),
      })
      .refine(({ secret, configMap }) => (secret === undefined) !== (configMap === undefined), {
        error: "must have exactly one of secret and configMap",
      }),
  )
  .meta({ description: "Objects in the graphs' namespace whose keys are env of the container." });

const amounts = (description: string) =>
  z
    .strictObject({
      cpu: cpu.optional().meta({ description: 'CPUs, such as "8" or "500m".' }),
      memory: storage.optional().meta({ description: 'Memory, such as "64Gi".' }),
      ephemeralStorage: storage
        .optional()
        .meta({ description: "Disk of the node, for what is in no volume." }),
    })
    .optional()
    .meta({ description });

/** Schema of a container's `resources`, beside its GPUs. */
export const resources = z
  .strictObject({
    requests: amounts("What the scheduler keeps free for a pod."),
    limits: amounts("What a pod may take at most."),
  })
  .meta({ description: "CPU and memory of a pod. Default: none are set." });

export type EnvVarConfig = z.output<typeof envVar>;
export type ResourcesConfig = z.output<typeof resources>;
