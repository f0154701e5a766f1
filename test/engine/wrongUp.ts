/**
 * `pulumi up` of the dev stack with a wrong config on the cluster of the first argument, in a process of its own: the
 * Automation API hears of an inline program's errors by the process's own handlers.
 */
import { readStack } from "../../commands/project";
import { startEngine } from "../../rehearsal/engine";
import { buildTools } from "../../rehearsal/tools";

async function main(kubeconfig: string) {
  const engine = await startEngine({ tools: await buildTools(), kubeconfig, stack: readStack("dev") });
  try {
    await engine.configure({ "dynamo:graphs": [{ name: "Wrong", model: "m", workers: { gpus: 0.5 } }] });
    const print = (text: string) => process.stdout.write(text);
    await engine.stack.up({ onOutput: print, onError: print });
  } catch {
    process.exitCode = 1;
  } finally {
    await engine.stop();
  }
}

void main(process.argv[2] ?? "");
