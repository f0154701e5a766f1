import { existsSync } from "node:fs";
import type { KubeConfig } from "@kubernetes/client-node";

/** What the client takes where it finds no kubeconfig and is in no pod. */
const nowhere = "http://localhost:8080";

/**
 * @param given a kubeconfig, or the path of one. Default: the one that kubectl takes, or that of the pod
 * @throws Error of one line, which shows nothing of the kubeconfig: there are credentials in it
 */
export function readKubeconfig(
  { KubeConfig: Config }: typeof import("@kubernetes/client-node"),
  given: string | undefined,
): KubeConfig {
  const config = new Config();
  try {
    if (given === undefined) config.loadFromDefault();
    else if (existsSync(given)) config.loadFromFile(given);
    else config.loadFromString(given);
  } catch (error) {
    throw new Error(`the kubeconfig can't be read: ${reasonOf(error)}`);
  }
  if (given === undefined && !process.env.KUBECONFIG && config.getCurrentCluster()?.server === nowhere)
    throw new Error("there is no kubeconfig: set KUBECONFIG, or make ~/.kube/config");
  return config;
}

/** The parser of YAML shows the lines around a mistake, and the client looks into what it has parsed, whatever that is. */
function reasonOf(error: unknown): string {
  const { name, message, mark } = error as Error & { mark?: { line: number } };
  if (name === "YAMLException") return `it is no YAML${mark ? ` from line ${mark.line + 1} on` : ""}`;
  return error instanceof TypeError ? "it is empty, or none" : message;
}
