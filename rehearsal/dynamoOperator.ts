/** The Dynamo operator of a rehearsal: the binary that DYNAMO_OPERATOR names, else the stand-in. */
import type { ReleaseLine } from "../config/runtime/release";
import { releases } from "../config/runtime/releases";
import type { Runtime } from "../config/runtime/runtime";
import { withStoredVersion } from "./crdVersions";
import { startOperator } from "./operator/controller";
import type { OperatorCommand } from "./realOperator/command";
import { type PreparedOperator, prepareRealOperator } from "./realOperator/operator";

interface OperatorOptions {
  readonly kubeconfig: string;
  /** Directory of the control plane. */
  readonly directory: string;
  /** The real one. @default the stand-in */
  readonly command?: OperatorCommand | undefined;
  /** Says which recorded operator the stand-in follows, whose rules its webhook has, and what makes pods of several nodes, for which it stands in as well. */
  readonly runtime: Pick<Runtime, "operator" | "releaseLine" | "orchestrator">;
  readonly signal?: AbortSignal | undefined;
  /** Hears that a real one has ended by itself. */
  readonly onEnd: (error: Error) => void;
}

/** Prepares the operator of a rehearsal. */
export async function prepareDynamoOperator(options: OperatorOptions): Promise<PreparedOperator> {
  const { kubeconfig, command, runtime } = options;
  if (command) return prepareRealOperator({ ...options, command });
  const { operator: release, releaseLine: line, orchestrator } = runtime;
  return {
    adapt: withStoredVersion,
    async start() {
      let running = await startOperator({ kubeconfig, release, line, orchestrator });
      return {
        async become(next: ReleaseLine) {
          await running.stop();
          const { operator = release } = releases.get(next) ?? {};
          running = await startOperator({ kubeconfig, release: operator, line: next, orchestrator });
        },
        stop: () => running.stop(),
      };
    },
  };
}
