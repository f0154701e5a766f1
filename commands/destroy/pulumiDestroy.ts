import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubeConfig, KubernetesObject } from "@kubernetes/client-node";
import pc from "picocolors";
import { cliName, projectDir, type Stack } from "../../config/project";
import { UserError } from "../cli/userError";
import { heldGraphs } from "./finalizers";

/**
 * `pulumi destroy`, which reports in its own words. Where a graph waits for an operator, this says so.
 * @param found objects of the stack
 * @param except URN of a resource that stays, with what it needs
 * @throws UserError where it fails
 */
export async function pulumiDestroy(
  stack: Stack,
  config: KubeConfig,
  found: readonly KubernetesObject[],
  except?: string,
): Promise<void> {
  const reported = new Set<string>();
  const watch = setInterval(async () => {
    for (const graph of await heldGraphs(config, found).catch(() => [])) {
      if (reported.has(graph)) continue;
      reported.add(graph);
      console.log(
        pc.yellow(
          `${graph} waits for the Dynamo operator, whose finalizer is on it. Where that is gone, press Ctrl-C and run this again with --remove-finalizers`,
        ),
      );
    }
  }, 5_000);
  // Ctrl-C reaches Pulumi too, which then ends in good order: so must this.
  const ignore = () => {};
  process.on("SIGINT", ignore);
  // Pulumi writes to the stack's file on the way, and may take a copy for it.
  const copies = await mkdtemp(join(tmpdir(), "dynamo-destroy-"));
  const file = `Pulumi.${stack.name}.yaml`;
  const configFile = join(copies, file);
  await copyFile(join(projectDir, file), configFile);
  try {
    const stackAndFile = ["--stack", cliName(stack), "--config-file", configFile];
    const args = ["destroy", "--yes", "--skip-preview", ...stackAndFile];
    if (except !== undefined) args.push("--exclude", except);
    const [code] = await once(spawn("pulumi", args, { cwd: projectDir, stdio: "inherit" }), "exit");
    if (code !== 0)
      throw new UserError("pulumi destroy failed, as reported above: run this again when it is mended");
  } finally {
    process.off("SIGINT", ignore);
    clearInterval(watch);
    await rm(copies, { recursive: true });
  }
}
