/** Arguments and env by which a worker's own engine runs on this machine, beside others that have pods' networks of their own in a cluster. */
import type { Env } from "../../config/runtime/release";

/** Ports that a pod has to itself in a cluster. */
export interface EnginePorts {
  /** Where the engine publishes KV events, for the runtime in the same pod. */
  readonly kvEvents: number;
  /** Where it publishes what each forward pass did. */
  readonly forwardPass: number;
  /** Where prefill and decode workers of vLLM agree on a transfer. */
  readonly transfer: number;
  /** Where those of SGLang do. */
  readonly bootstrap: number;
}

/** A process' place among others of one host. */
interface EnginePlace {
  readonly address: string;
  readonly ports: EnginePorts;
  /** Indices of its GPUs. */
  readonly gpus: readonly number[];
}

const bootstrapFlag = "--disaggregation-bootstrap-port";

/**
 * The container's arguments, with weights that are made up and ports of its own.
 * @throws Error for a worker of several nodes, whose other nodes nothing stands for
 */
export function engineArgs(args: readonly string[], { kvEvents, bootstrap }: EnginePorts): string[] {
  if (args.some((arg) => /^--(nnodes|node-rank)\b/.test(arg)))
    throw new Error("a worker of several nodes does not run on one machine: leave --engine out");
  const own = args.map((arg, i) => {
    if (args[i - 1] === bootstrapFlag) return `${bootstrap}`;
    return arg
      .replaceAll(/tcp:\/\/\*:\d+/g, `tcp://*:${kvEvents}`)
      .replace(new RegExp(`^${bootstrapFlag}=.*`), `${bootstrapFlag}=${bootstrap}`);
  });
  return [...own, "--load-format", "dummy"];
}

/** Env in the place of a pod's own network and of its node's device plugin. */
export function engineEnv({ address, ports, gpus }: EnginePlace): Env {
  return {
    CUDA_DEVICE_ORDER: "PCI_BUS_ID", // nvidia-smi counts so
    CUDA_VISIBLE_DEVICES: gpus.join(","),
    DYN_FORWARDPASS_METRIC_PORT: `${ports.forwardPass}`,
    SGLANG_HOST_IP: address,
    DYN_VLLM_KV_EVENT_PORT: `${ports.kvEvents}`, // up to 1.0, where no argument says it
    VLLM_NIXL_SIDE_CHANNEL_HOST: address,
    VLLM_NIXL_SIDE_CHANNEL_PORT: `${ports.transfer}`,
    VLLM_NO_USAGE_STATS: "1",
  };
}
