/** An upgrade that is done on a rehearsal, move by move, and undone. */
import type { Stack } from "../../../config/project";
import { summariseGraphs } from "../../../plan/graph/summary";
import { planStack } from "../../../plan/stack";
import { startPodCounts } from "../../../rehearsal/podCounts";
import type { Rehearsal } from "../../../rehearsal/rehearsal";
import { UserError } from "../../cli/userError";
import type { policyOptions } from "../../preview/policySettings";
import { update } from "../../rehearse/update";
import type { Move } from "../upgradeSteps";
import { changedObjects } from "./changedObjects";
import { startGraphTraffic } from "./graphTraffic";
import type { RehearsedMove } from "./rehearsed";

interface UpgradeOptions extends ReturnType<typeof policyOptions> {
  readonly signal: AbortSignal;
  /** Hears what is being done. */
  readonly report: (line: string) => void;
  /** Hears what updates say, of those that fail. */
  readonly print: (text: string) => void;
}

/**
 * Brings a stack up as it is, makes the moves of an upgrade, and takes them back, the last one first, while clients ask its
 * graphs. The first move that fails is the last one there.
 * @throws UserError where the stack does not come up, or does not answer; the signal's reason where it is aborted
 */
export async function rehearseUpgrade(
  rehearsal: Rehearsal,
  stack: Stack,
  moves: readonly Move[],
  options: UpgradeOptions,
): Promise<RehearsedMove[]> {
  const { signal, report } = options;
  const counts = await startPodCounts(rehearsal.kubeconfig);
  let traffic: Awaited<ReturnType<typeof startGraphTraffic>> | undefined;

  /** Configures and updates, and sees what comes of it. */
  async function make(move: Move, way: RehearsedMove["way"]): Promise<RehearsedMove> {
    const { steps } = move;
    const [from, to] = way === "there" ? [move.before, move.after] : [move.after, move.before];
    const names = namesOf(move, way);
    report(`${names.what} ${names.from} → ${names.to}`);
    const start = performance.now();
    const { objects, hear } = changedObjects();
    const done: string[] = [];
    let failure: string | undefined;
    if (from.operator !== to.operator && rehearsal.bringOperator) {
      await rehearsal.bringOperator(to.operator);
      done.push("operator");
    }
    const values = changes(from.config, to.config);
    if (Object.keys(values).length > 0) {
      failure = await updated(rehearsal, { values, hear, ...options });
      done.push("config", "runtime");
      if (objects.updated.some((name) => name.startsWith("Release/"))) done.push("chart");
    }
    if (!(await counts.settled(signal))) failure ??= "pods are not Ready, or still end, after 3 minutes";
    const seconds = (performance.now() - start) / 1000;
    if (traffic && !(await traffic.answered(signal))) failure ??= "a graph no longer answers";
    const { started, gone, ...held } = counts.takeSpan();
    return {
      ...names,
      way,
      done: steps.map((step) => step.what).filter((step) => done.includes(step)),
      notDone: steps.map((step) => step.what).filter((step) => !done.includes(step)),
      seconds: Math.round(10 * seconds) / 10,
      objects,
      pods: { started, gone },
      gpus: { ...held, forecast: Math.max(from.gpus, to.gpus, ...steps.map(({ pods }) => pods?.peak ?? 0)) },
      ...(traffic && { requests: traffic.takeSpan() }),
      ...(failure !== undefined && { failure }),
    };
  }

  try {
    report(`bringing up ${stack.name} with Dynamo ${stack.settings.runtime.version}`);
    const failure = await updated(rehearsal, options);
    if (failure !== undefined)
      throw new UserError(`stack ${stack.name} does not come up as it is: ${failure}`);
    await counts.settled(signal);
    const plan = planStack(stack.settings);
    const graphs = summariseGraphs(plan.graphs, plan.runtime);
    if (rehearsal.serving) {
      report("asking its graphs");
      traffic = await startGraphTraffic(rehearsal.serving, graphs, signal).catch((error: Error) => {
        signal.throwIfAborted();
        throw new UserError(error.message, { cause: error });
      });
      await traffic.answered(signal);
      traffic.takeSpan();
    }
    counts.takeSpan();
    const made: RehearsedMove[] = [];
    const there: Move[] = [];
    for (const move of moves) {
      there.push(move);
      made.push(await make(move, "there"));
      if (made.at(-1)?.failure !== undefined) break;
    }
    for (const move of there.reverse()) {
      made.push(await make(move, "back"));
      if (made.at(-1)?.failure !== undefined) break;
    }
    return made;
  } finally {
    await traffic?.stop();
    await counts.stop();
  }
}

/** What a move brings to another release: the runtime of the stack, or its platform. */
function namesOf({ steps }: Move, way: RehearsedMove["way"]): Pick<RehearsedMove, "what" | "from" | "to"> {
  const { from = "", to = "" } = steps[0] ?? {};
  const what = steps.some((step) => step.what === "runtime") ? "runtime" : "platform";
  return { what, ...(way === "there" ? { from, to } : { from: to, to: from }) };
}

/** Values that differ, as the config has them. */
function changes(before: Move["before"]["config"], after: Move["before"]["config"]): Record<string, unknown> {
  const different = Object.entries(after).filter(([key, text]) => before[key] !== text);
  return Object.fromEntries(different.map(([key, text]) => [key, JSON.parse(text)]));
}

interface Updating extends UpgradeOptions {
  readonly values?: Readonly<Record<string, unknown>>;
  readonly hear?: ReturnType<typeof changedObjects>["hear"];
}

/** Updates with other values. @returns why it failed, where it did: what it said is printed */
async function updated(
  rehearsal: Rehearsal,
  { values, hear, print, signal, report: _, ...policies }: Updating,
): Promise<string | undefined> {
  if (values) await rehearsal.engine.configure(values);
  let output = "";
  const onOutput = (text: string) => {
    output += text;
  };
  try {
    await update(rehearsal, { ...policies, signal, print: onOutput, onEvent: hear });
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    print(output);
    return (error as Error).message;
  }
}
