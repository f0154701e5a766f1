/**
 * `pulumi preview` or `pulumi up --yes` of a rehearsal's stack in a process of its own, for those that fail: the
 * Automation API hears of an inline program's errors by the process's own handlers, and jest has put its own in their
 * place.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { LocalWorkspace, type UpOptions } from "@pulumi/pulumi/automation";
import program from "../../index";
import type { Rehearsal } from "../../rehearsal/rehearsal";

type Policies = Pick<UpOptions, "policyPacks" | "policyPackConfigs">;

interface Attempt {
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
  return { command: process.execPath, args: ["--require", "tsx/cjs", __filename, JSON.stringify(task)] };
}

async function main({ operation, policies, projectName, stackName, workspace }: Attempt): Promise<void> {
  const stack = await LocalWorkspace.selectStack(
    { projectName, stackName, program: async () => program() },
    workspace,
  );
  if (operation === "up") previewFirst(stack.workspace.pulumiCommand as never);
  const print = (text: string) => process.stdout.write(text);
  try {
    await stack[operation === "preview" ? "preview" : "up"]({ onOutput: print, onError: print, ...policies });
  } catch {
    process.exitCode = 1;
  }
}

/** In a terminal `pulumi up` begins with a preview, which the Automation API has it leave out. */
function previewFirst(command: { run(args: string[], ...rest: unknown[]): unknown }): void {
  const run = command.run.bind(command);
  const withPreview = (args: string[]) => args.filter((arg) => arg !== "--skip-preview");
  command.run = (args, ...rest) => run(withPreview(args), ...rest);
}

/** Pulumi's own host of programs does not mind either: what is left of a program when the engine has ended its run. */
if (require.main === module)
  process.on("unhandledRejection", (error: Error) => {
    if (error.message !== "Resource monitor is terminating") throw error;
  });

if (require.main === module) void main(JSON.parse(process.argv[2] ?? ""));
