/** The Dynamo operator of a rehearsal: the binary that DYNAMO_OPERATOR names, else the stand-in. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Runtime } from "../config/runtime/runtime";
import { startOperator } from "./operator/controller";

export interface RunningOperator {
  /** Whether it is a stand-in. */
  readonly standIn: boolean;
  stop(): Promise<void>;
}

/**
 * Starts the operator for a runtime.
 * @param runtime says which recorded operator the stand-in follows, whose rules its webhook has, and what makes pods of
 *   several nodes, for which it stands in as well
 * DYNAMO_OPERATOR names the real one, with its arguments: `/path/manager --etcdAddr=http://127.0.0.1:2379`.
 * It gets the rehearsal's KUBECONFIG; its log goes to standard error.
 */
export async function startDynamoOperator(
  kubeconfig: string,
  {
    operator: release,
    releaseLine: line,
    orchestrator,
  }: Pick<Runtime, "operator" | "releaseLine" | "orchestrator">,
): Promise<RunningOperator> {
  const command = process.env.DYNAMO_OPERATOR;
  if (command) return startReal(command, kubeconfig);
  return { standIn: true, ...(await startOperator({ kubeconfig, release, line, orchestrator })) };
}

async function startReal(command: string, kubeconfig: string): Promise<RunningOperator> {
  const [program = "", ...args] = command.split(" ").filter(Boolean);
  const operator = spawn(program, args, {
    env: { ...process.env, KUBECONFIG: kubeconfig },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const ended = once(operator, "exit");
  await once(operator, "spawn");
  return {
    standIn: false,
    async stop() {
      operator.kill();
      await ended;
    },
  };
}
