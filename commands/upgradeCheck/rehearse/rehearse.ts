/** The rehearsal of an upgrade, from its cluster's start to its end. */
import pc from "picocolors";
import type { Stack } from "../../../config/project";
import type { Snapshot } from "../../../preflight/snapshot";
import { whyNotServed } from "../../../rehearsal/serve/servable";
import { policyOptions, readPolicySettings } from "../../preview/policySettings";
import { interruption, nodesOf, withRehearsal } from "../../rehearse/session";
import type { Move } from "../upgradeSteps";
import { notesOnRehearsal } from "./notes";
import type { RehearsedUpgrade } from "./rehearsed";
import { rehearseUpgrade } from "./rehearseUpgrade";

interface RehearseOptions {
  /** @default as many nodes as the config says */
  readonly cluster?: Snapshot | undefined;
  /** Folders with CustomResourceDefinitions. @default stand-ins */
  readonly crds?: readonly string[] | undefined;
  /** Whether pods come to life, where this machine can do that. */
  readonly serve: boolean;
}

/** Progress goes to stderr. @throws UserError where it can't be rehearsed */
export async function rehearse(
  stack: Stack,
  moves: readonly Move[],
  { cluster, crds = [], serve }: RehearseOptions,
): Promise<RehearsedUpgrade> {
  const policies = policyOptions(readPolicySettings(stack.name));
  const noTraffic = serve ? await whyNotServed(stack.settings) : "--no-serve has pods simulated";
  const report = (line: string) => console.error(pc.dim(line));
  const print = (text: string) => void process.stderr.write(text);
  let standIns: readonly string[] = [];
  let made: RehearsedUpgrade["moves"] = [];
  await withRehearsal(
    { stack, ...nodesOf(stack), cluster, crds, serve: noTraffic === undefined, report },
    interruption(),
    async (rehearsal, signal) => {
      standIns = rehearsal.standIns;
      made = await rehearseUpgrade(rehearsal, stack, moves, { ...policies, signal, report, print });
    },
  );
  const { version } = stack.settings.runtime;
  return {
    standIns,
    ...(noTraffic !== undefined && { noTraffic }),
    notes: notesOnRehearsal(made, noTraffic === undefined ? version : undefined),
    moves: made,
  };
}
