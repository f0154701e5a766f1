/** The engines, by a graph's backend. */
import type { Backend } from "../../config/graph";
import type { Engine } from "./engine";
import { sglang } from "./sglang";
import { trtllm } from "./trtllm";
import { vllm } from "./vllm";

export const engines: Readonly<Record<Backend, Engine>> = { vllm, sglang, trtllm };
