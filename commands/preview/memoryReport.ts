/** The memory of GPUs as people read it in a preview. */
import type { MemorySummary } from "../../plan/graph/memory";
import type { Summary } from "./summary";

/** A line for each component that runs an engine. */
export function memoryLines({ services }: Pick<Summary["outputs"], "services">): string[] {
  return services.flatMap(({ graph, component, memory }) =>
    memory ? [`${graph} ${component}: ${describeMemory(memory)}`] : [],
  );
}

function describeMemory({ weights, gpu, tokens, unknown }: MemorySummary): string {
  const held = weights === undefined ? "" : `${weights.toFixed(1)} GiB of weights on a GPU`;
  if (unknown.length > 0) return `${held === "" ? "" : `${held}; `}not known is ${unknown.join(", and ")}`;
  if (tokens === 0) return `${held} of ${gpu?.toFixed(1)}: that does not fit`;
  const room =
    tokens === undefined
      ? "room for a KV cache of unknown size"
      : `a KV cache of ${thousands(tokens)} tokens`;
  return `${held} of ${gpu?.toFixed(1)}, and ${room} for a replica`;
}

const thousands = (number: number) => number.toLocaleString("en-US");
