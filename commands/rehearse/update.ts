/** `pulumi preview` and `pulumi up` on a rehearsal. */
import type { UpOptions } from "@pulumi/pulumi/automation";
import pc from "picocolors";
import { readPlacement } from "../../rehearsal/placement";
import { placementTable } from "../../rehearsal/placementTable";
import type { Rehearsal } from "../../rehearsal/rehearsal";
import { UserError } from "../cli/userError";
import type { policyOptions } from "../preview/policySettings";

/** Does as `pulumi up` in a terminal: a preview, and the update if nothing speaks against it. */
export async function update(rehearsal: Rehearsal, options: UpdateOptions): Promise<void> {
  await preview(rehearsal, options);
  await up(rehearsal, options);
}

export interface UpdateOptions extends ReturnType<typeof policyOptions> {
  readonly signal: AbortSignal;
  /** Hears what the update says. @default it is printed */
  readonly print?: (text: string) => void;
  /** Hears of each resource. */
  readonly onEvent?: UpOptions["onEvent"];
}

/** Silent, unless it fails. What a policy says of all objects together it says here, before any of them is made. */
async function preview({ engine }: Rehearsal, { print = toStdout, onEvent: _, ...options }: UpdateOptions) {
  print(`${pc.dim("previewing with the policies")}\n`);
  let output = "";
  const onOutput = (text: string) => {
    output += text;
  };
  const failed = await fails(engine.stack.preview({ ...options, onOutput, onError: onOutput }));
  options.signal.throwIfAborted();
  if (!failed) return;
  print(output);
  throw new UserError("pulumi preview failed, as reported above: nothing was made");
}

/** The update, and what came of it, also where it failed: then the table says what waits, and why. */
async function up({ engine, kubeconfig }: Rehearsal, { print, ...options }: UpdateOptions) {
  const onOutput = print ?? toStdout;
  const onError = print ?? ((text: string) => process.stderr.write(text));
  const failed = await fails(engine.stack.up({ ...options, onOutput, onError }));
  options.signal.throwIfAborted();
  onOutput(`${placementTable(await readPlacement(kubeconfig))}\n`);
  if (failed) throw new UserError("pulumi up failed, as reported above");
}

const toStdout = (text: string) => void process.stdout.write(text);

/** Whether an operation fails. Its output has said why. An interruption may come too early for it to notice. */
function fails(operation: Promise<unknown>): Promise<boolean> {
  return operation.then(
    () => false,
    () => true,
  );
}
