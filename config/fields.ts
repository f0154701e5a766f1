/** Fields that several settings share. */
import { z } from "zod";
import { isPinned } from "./image";
import { labelLength } from "./names";
import { toBytes } from "./sizes";

/** A name that Kubernetes takes as a label, 1 to 63 characters. */
export const label = z
  .string()
  .regex(
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
    "must be lower-case letters, digits and dashes, as Kubernetes names are",
  )
  .max(labelLength, `must be at most ${labelLength} characters, as Kubernetes labels are`);

/** A component's name in a graph. */
export const componentName = z
  .string()
  .regex(
    /^[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?$/,
    "must be letters, digits and dashes, and start and end with a letter or digit",
  );

/** Key of a node's label. */
export const labelKey = z
  .string()
  .regex(
    /^([a-z0-9]([-.a-z0-9]*[a-z0-9])?\/)?[A-Za-z0-9]([-._A-Za-z0-9]*[A-Za-z0-9])?$/,
    'must be the key of a label, such as "kubernetes.io/arch"',
  );

/** Value of a node's label, 0 to 63 characters. */
export const labelValue = z
  .string()
  .regex(
    /^([A-Za-z0-9]([-._A-Za-z0-9]*[A-Za-z0-9])?)?$/,
    "must be the value of a label: letters, digits, dashes, dots and underscores",
  )
  .max(labelLength, `must be at most ${labelLength} characters, as Kubernetes labels are`);

/** An extended resource of nodes, as `nvidia.com/gpu`. */
export const resourceName = z
  .string()
  .regex(
    /^[a-z0-9]([-.a-z0-9]*[a-z0-9])?\/[A-Za-z0-9]([-._A-Za-z0-9]*[A-Za-z0-9])?$/,
    'must be the name of a resource with its domain, such as "nvidia.com/gpu" or "rdma/ib"',
  );

/** A size in Mi, Gi or Ti. */
export const storage = z
  .string()
  .regex(/^[1-9][0-9]{0,5}(Mi|Gi|Ti)$/, 'must be a size such as "512Mi", "10Gi" or "1Ti"');

/**
 * A whole number from `min` to `max`, in one check: a number is told one mistake. zod's own integers would end the check at
 * the first.
 */
const wholeNumber = (min: number, max: number, mistakeOf: (found: number) => string) =>
  z.number().refine((value) => Number.isInteger(value) && value >= min && value <= max, {
    error: ({ input }) => mistakeOf(Number(input)),
  });

/** A whole number from `min` to `max`. */
export const whole = (min: number, max: number) =>
  wholeNumber(min, max, (found) => `must be a whole number between ${min} and ${max}, found ${found}`).meta({
    type: "integer",
    minimum: min,
    maximum: max,
  });

/**
 * A whole number of at least 1, and not so many that sums of them are no whole numbers any more.
 * @param reason for the limit, as the end of its message. Default: no cluster has as many
 */
export const countTo = (max: number, reason?: string) =>
  wholeNumber(1, max, (found) =>
    found > max && Number.isInteger(found)
      ? `must be at most ${max}, found ${found}${reason === undefined ? "" : `: ${reason}`}`
      : `must be a whole number of at least 1, found ${found}`,
  ).meta({ type: "integer", minimum: 1 });

/** A whole number from 1, for what no cluster has a hundred thousand of. */
export const count = countTo(100_000);

/** Members of a quorum: an even count tolerates no more failures than the odd count below it. */
export const members = (max: number) =>
  whole(1, max).refine((replicas) => replicas < 1 || replicas > max || replicas % 2 !== 0, {
    error: ({ input }) =>
      `must be odd, found ${input}: an even member more tolerates no more failures; write ${Number(input) - 1} or ${Number(input) + 1}`,
  });

/** A size of at least `min`. What is no size at all is reported once. */
export const minStorage = (min: string) =>
  storage.refine((size) => !(toBytes(size) < toBytes(min)), {
    error: ({ input }) => `must be at least ${min}, found ${input}`,
  });

/** CPUs in whole ones or thousandths: "2", "500m". */
export const cpu = z.string().regex(/^[1-9][0-9]{0,5}m?$/, 'must be CPUs as text, such as "500m" or "2"');

/** An image's registry and path, without the tag, which is the runtime's version. */
export const repository = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._:/-]*[a-z0-9]$/,
    "must be an image repository without tag, such as nvcr.io/nvidia/ai-dynamo/vllm-runtime",
  )
  .refine((image) => !/:[^/]*$/.test(image), "must have no tag: it comes from dynamo:runtime.version");

/** An image, with or without a tag and a digest. */
export const imageReference = z
  .string()
  .regex(
    /^[a-z0-9][a-zA-Z0-9.-]*(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:\w[\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/,
    'must be an image, such as "registry.example.com/ai-dynamo/vllm-runtime:1.4.2-cuda13"',
  );

/** An image that names its content by a tag or digest. */
export const pinnedImage = imageReference.refine(isPinned, {
  error: ({ input }) => `must have a tag or a digest, found ${input}`,
});

/** An image's tag. */
export const tag = z
  .string()
  .regex(/^\w[\w.-]{0,127}$/, 'must be the tag of an image, such as "1.4.2-cuda13"');
