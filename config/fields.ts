/** Fields that several settings share. */
import { z } from "zod";
import { labelLength } from "./names";
import { toBytes } from "./sizes";

export const label = z
  .string()
  .regex(
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
    "must be lower-case letters, digits and dashes, as Kubernetes names are",
  )
  .max(labelLength, `must be at most ${labelLength} characters, as Kubernetes labels are`);

export const componentName = z
  .string()
  .regex(
    /^[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?$/,
    "must be letters, digits and dashes, and start and end with a letter or digit",
  );

/** Key and value of a label, as nodes have them. */
export const labelKey = z
  .string()
  .regex(
    /^([a-z0-9]([-.a-z0-9]*[a-z0-9])?\/)?[A-Za-z0-9]([-._A-Za-z0-9]*[A-Za-z0-9])?$/,
    'must be the key of a label, such as "kubernetes.io/arch"',
  );
export const labelValue = z
  .string()
  .regex(
    /^([A-Za-z0-9]([-._A-Za-z0-9]*[A-Za-z0-9])?)?$/,
    "must be the value of a label: letters, digits, dashes, dots and underscores",
  )
  .max(labelLength, `must be at most ${labelLength} characters, as Kubernetes labels are`);

/** A resource of nodes beside CPUs and memory. */
export const resourceName = z
  .string()
  .regex(
    /^[a-z0-9]([-.a-z0-9]*[a-z0-9])?\/[A-Za-z0-9]([-._A-Za-z0-9]*[A-Za-z0-9])?$/,
    'must be the name of a resource with its domain, such as "nvidia.com/gpu" or "rdma/ib"',
  );

export const storage = z
  .string()
  .regex(/^[1-9][0-9]*(Mi|Gi|Ti)$/, 'must be a size such as "512Mi", "10Gi" or "1Ti"');

/** A whole number. zod's own integers would end the check at the first mistake. */
export const whole = (least: number, most?: number) =>
  z
    .number()
    .refine((value) => Number.isSafeInteger(value) && value >= least && value <= (most ?? value), {
      error: ({ input }) =>
        `must be a whole number ${most === undefined ? `of at least ${least}` : `between ${least} and ${most}`}, found ${input}`,
    })
    .meta({ type: "integer", minimum: least, ...(most !== undefined && { maximum: most }) });

export const count = whole(1);

/** Members of a quorum: an even count tolerates no more failures than the odd count below it. */
export const members = (max: number) =>
  whole(1, max).refine((replicas) => replicas < 1 || replicas % 2 !== 0, {
    error: ({ input }) =>
      `must be odd, found ${input}: an even member more tolerates no more failures; write ${Number(input) - 1} or ${Number(input) + 1}`,
  });

/** A size with a lower bound. What is no size at all is told once. */
export const atLeast = (least: string) =>
  storage.refine((size) => !(toBytes(size) < toBytes(least)), {
    error: ({ input }) => `must be at least ${least}, found ${input}`,
  });

export const cpu = z.string().regex(/^[1-9][0-9]*m?$/, 'must be CPUs as text, such as "500m" or "2"');

/** Where images are, without the tag that the runtime's version gives them. */
export const repository = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._:/-]*[a-z0-9]$/,
    "must be an image repository without tag, such as nvcr.io/nvidia/ai-dynamo/vllm-runtime",
  )
  .refine((image) => !/:[^/]*$/.test(image), "must have no tag: it comes from dynamo:runtime.version");
