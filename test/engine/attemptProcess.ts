/** The process of an attempt. */
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import program from "../../index";
import { withoutResults } from "../../rehearsal/bareUpdate";
import type { Attempt } from "./attempt";

async function main({ operation, policies, projectName, stackName, workspace }: Attempt): Promise<void> {
  const stack = await LocalWorkspace.selectStack(
    { projectName, stackName, program: async () => program() },
    workspace,
  );
  if (operation === "up") previewFirst(stack.workspace.pulumiCommand as never);
  const print = (text: string) => process.stdout.write(text);
  try {
    await withoutResults(stack)[operation === "preview" ? "preview" : "up"]({
      onOutput: print,
      onError: print,
      ...policies,
    });
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

// Pulumi's own host of programs does not mind either: what is left of a program when the engine has ended its run.
process.on("unhandledRejection", (error: Error) => {
  if (error.message !== "Resource monitor is terminating") throw error;
});

void main(JSON.parse(process.argv[2] ?? ""));
