/** Objects of kinds of all sorts. */
export type Part = Readonly<Record<string, unknown>>;

export const image = "nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.4.0";
export const metadata = { name: "x", namespace: "dynamo" };
export const annotations = { "nvidia.com/dynamo-discovery-backend": "kubernetes" };

export const object = (apiVersion: string, kind: string, spec: unknown, rest: Part = {}) => ({
  apiVersion,
  kind,
  metadata,
  spec,
  ...rest,
});

/** Amounts above any limit of these tests. */
export const nine = { "nvidia.com/gpu": "9" };
export const one = { "nvidia.com/gpu": "1" };
