/** A real operator in a rehearsal's cluster. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ReleaseLine } from "../../config/runtime/release";
import type { CustomResourceDefinition } from "../crdFiles";
import { convertedBy } from "../crdVersions";
import { freePort } from "../freePort";
import { servingCertificate } from "./certificates";
import type { OperatorCommand } from "./command";
import { operatorConfiguration } from "./configuration";
import { account, installOperator } from "./install";
import { startProcess } from "./process";
import { operatorReady } from "./ready";
import { namespace, serverName } from "./webhookServer";

/** An operator whose CRDs are not in the cluster yet. */
export interface PreparedOperator {
  /** A CRD, with what stores and converts its objects as the operator needs it. */
  readonly adapt: (crd: CustomResourceDefinition) => CustomResourceDefinition;
  /** Starts it, once the CRDs are there, and waits until it is ready. */
  start(): Promise<RunningOperator>;
}

export interface RunningOperator {
  /** Has the operator of another release line take its place. @default a real one can't: it is the one that is at hand */
  become?(line: ReleaseLine): Promise<void>;
  stop(): Promise<void>;
}

interface RealOperatorOptions {
  readonly kubeconfig: string;
  /** Directory of the control plane, for its files and its log. */
  readonly directory: string;
  readonly command: OperatorCommand;
  readonly signal?: AbortSignal | undefined;
  /** Hears that it has ended by itself, after it was ready. */
  readonly onEnd: (error: Error) => void;
}

/** Prepares the cluster for a real operator, as the chart of its release would. */
export function prepareRealOperator(options: RealOperatorOptions): Promise<PreparedOperator> {
  return { flags: byFlags, file: byFile }[options.command.release.operatorSettings](options);
}

/** Operators before 1.0 get the user's own flags alone, and no webhooks are registered. */
async function byFlags({
  kubeconfig,
  directory,
  command,
  onEnd,
}: RealOperatorOptions): Promise<PreparedOperator> {
  return {
    adapt: (crd) => crd,
    start: async () => {
      const { program, args } = command;
      const process = await startProcess({ program, args, env: { KUBECONFIG: kubeconfig }, directory });
      process.failure.then(onEnd);
      return process;
    },
  };
}

async function byFile(options: RealOperatorOptions): Promise<PreparedOperator> {
  const { kubeconfig, directory, command, signal, onEnd } = options;
  const { program, version, release } = command;
  const ports = { webhooks: await freePort(), health: await freePort(), metrics: await freePort() };
  const { ca, certificate, key } = servingCertificate(serverName);
  const server = { port: ports.webhooks, ca };
  const file = async (name: string, content: string) => {
    await writeFile(join(directory, name), content, { mode: 0o600 });
    return join(directory, name);
  };
  const certificates = join(directory, "operator-certificates");
  await mkdir(certificates);
  await file("operator-certificates/tls.crt", certificate);
  await file("operator-certificates/tls.key", key);
  const configuration = JSON.stringify(operatorConfiguration(ports, certificates));
  const settings = await file("operator.json", configuration);
  return {
    adapt: (crd) => convertedBy(server, crd),
    start: async () => {
      const own = await file(
        "operator.kubeconfig",
        await installOperator(kubeconfig, release.releaseLine, server),
      );
      const process = await startProcess({
        program,
        // What the user gives again counts. Without stack traces the end of its log says why it ends.
        args: [
          `--config=${settings}`,
          `--operator-version=${version}`,
          "--zap-stacktrace-level=panic",
          ...command.args,
        ],
        env: { KUBECONFIG: own, POD_NAMESPACE: namespace, POD_SERVICE_ACCOUNT: account },
        directory,
        namespace,
      });
      const waiting = new AbortController();
      try {
        await Promise.race([
          operatorReady(ports, ca, AbortSignal.any([waiting.signal, ...(signal ? [signal] : [])])),
          process.failure.then((error) => {
            throw error;
          }),
        ]);
      } catch (error) {
        await process.stop();
        throw error;
      } finally {
        waiting.abort();
      }
      process.failure.then(onEnd);
      return process;
    },
  };
}
