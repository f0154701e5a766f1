/**
 * `pulumi preview` or `pulumi up --yes` of a rehearsal's stack in a process of its own, for those that fail: the
 * Automation API hears of an inline program's errors by the process's own handlers, and jest has put its own in their
 * place.
 */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { UpOptions } from "@pulumi/pulumi/automation";
import { projectDir } from "../../config/project";
import type { Rehearsal } from "../../rehearsal/rehearsal";

type Policies = Pick<UpOptions, "policyPacks" | "policyPackConfigs">;

/** What such a process is told. */
export interface Attempt {
  readonly operation: "preview" | "up" | "up --skip-preview";
  readonly policies: Policies;
  readonly projectName: string;
  readonly stackName: string;
  readonly workspace: { workDir: string; pulumiHome: string | undefined; envVars: Record<string, string> };
}

/** What the operation printed, and how it ended. */
export async function attempt(
  rehearsal: Rehearsal,
  operation: Attempt["operation"],
  policies: Policies = {},
): Promise<{ code: number; stdout: string }> {
  const { command, args } = await attemptCommand(rehearsal, operation, policies);
  return promisify(execFile)(command, args, { env: process.env }).then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout, stderr }) => ({ code, stdout: stdout + stderr }),
  );
}

/** The command of such a process. */
export async function attemptCommand(
  { engine: { stack } }: Rehearsal,
  operation: Attempt["operation"],
  policies: Policies = {},
): Promise<{ command: string; args: string[] }> {
  const { workDir, pulumiHome, envVars } = stack.workspace;
  const { name: projectName } = await stack.workspace.projectSettings();
  const task: Attempt = {
    operation,
    policies,
    projectName,
    stackName: stack.name,
    workspace: { workDir, pulumiHome, envVars },
  };
  const run = [join(projectDir, "build/run.js"), "test/engine/attemptProcess", JSON.stringify(task)];
  return { command: process.execPath, args: run };
}
