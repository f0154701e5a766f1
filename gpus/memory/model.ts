import type { Precision } from "../../config/modelSize";

/** A model as memory sees it. */
export interface ModelSize {
  /** Who says so: "its family", "its name" or "dynamo:graphs[].modelSize". */
  readonly by: string;
  /** Parameters, in 10⁹. */
  readonly parameters: number;
  /** Those of them that are experts', which expert parallelism divides. @default 0 */
  readonly experts?: number | undefined;
  /** Those that stay in 16 bits when the others are quantized: embeddings, and what the release leaves. @default 0 */
  readonly unquantized?: number | undefined;
  readonly precision: Precision;
  /** Bytes that a token takes in the KV cache in 16 bits, all layers and heads. @default undefined: not known */
  readonly kvBytesPerToken?: number | undefined;
  /** Heads of the KV cache, which tensor parallelism divides; 1: it can't. @default undefined: not known */
  readonly kvHeads?: number | undefined;
  /** Attention heads, which tensor parallelism must divide. @default undefined: not known */
  readonly heads?: number | undefined;
  /** Tokens of the longest text that the model takes. @default undefined: not known */
  readonly context?: number | undefined;
}
