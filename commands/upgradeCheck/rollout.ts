/** The way in which a stack's graphs come to another version of the runtime: in place, or by a graph beside the old one. */
import type { Stack } from "../../config/project";
import { summariseGraphs, summariseServices } from "../../plan/graph/summary";
import { planStack, type StackPlan } from "../../plan/stack";
import type { DeployedGraphs } from "../../plan/switchover";
import { refusedInPlace } from "../../plan/upgrade";
import { graphEffects } from "../preview/effects";
import { againstInPlace, type Room, roomOf } from "./inPlace";
import { configAt, type Revisions } from "./stackAt";
import type { StepPods } from "./step";
import { stepPods } from "./stepPods";

/** A stack at some point of an upgrade. */
export interface StackState {
  readonly version: string;
  readonly plan: StackPlan;
  /** Its graphs, as the next update finds them. */
  readonly deployed: DeployedGraphs;
  readonly revisions: Revisions;
  /** Version of the platform that the stack installs, where the upgrade has raised it. */
  readonly platform?: string | undefined;
}

/** A change of the version, and why it can't be made so. */
export interface Rollout {
  readonly after: StackState;
  readonly pods: StepPods;
  /** Graphs whose revision it raises, and why they don't go in place. */
  readonly raised: ReadonlyMap<string, string>;
  /** What the config's rules or the plan's have against the version. */
  readonly mistakes: readonly string[];
  /** Why its pods would never all be there. */
  readonly noRoom: readonly string[];
}

/** The stack as its config has it. */
export function initialState({ settings }: Stack): StackState {
  const plan = planStack(settings);
  return {
    version: settings.runtime.version,
    plan,
    deployed: summariseGraphs(plan.graphs, plan.runtime),
    revisions: new Map(),
  };
}

/** The least disturbing way to another version that the rules allow: in place where they do, else by revision. */
export function rolloutOf(stack: Stack, before: StackState, version: string): Rollout {
  const inPlace = rolled(stack, before, version, new Map());
  if (inPlace.mistakes.length > 0) return inPlace;
  const { plan } = inPlace.after;
  const against = againstInPlace({
    runtime: plan.runtime,
    total: plan.gpus.total,
    services: summariseServices(plan.graphs),
    effects: inPlace.pods.effects,
    room: roomOf(stack.settings),
  });
  const raised = new Map([...against, ...refused(before, inPlace)]);
  return raised.size === 0 ? inPlace : rolled(stack, before, version, raised);
}

/** Graphs whose pods of two releases must not be in one graph. */
function refused({ deployed }: StackState, { after: { plan } }: Rollout): [string, string][] {
  return refusedInPlace(plan.runtime, deployed, plan.graphs).map(({ graph, why }) => [graph, why]);
}

function rolled(
  stack: Stack,
  before: StackState,
  version: string,
  raised: ReadonlyMap<string, string>,
): Rollout {
  const next = new Map(before.revisions);
  for (const { name, revision } of stack.settings.graphs)
    if (raised.has(name)) next.set(name, (next.get(name) ?? revision) + 1);
  const made = configAt(stack, { version, revisions: next, platform: before.platform });
  if ("mistakes" in made) {
    // What comes after is judged as if it had been done.
    const deployed = Object.fromEntries(
      Object.entries(before.deployed).map(([name, graph]) => [name, { ...graph, runtime: version }]),
    );
    const { limit } = roomOf(stack.settings);
    const pods = { effects: [], pods: 0, gpus: 0, peak: before.plan.gpus.total, limit };
    return { after: { ...before, version, deployed }, pods, raised, mistakes: made.mistakes, noRoom: [] };
  }
  const plan = planStack(made.config, before.deployed);
  const { switchover } = plan;
  const after = {
    ...before,
    version,
    plan,
    deployed: summariseGraphs(plan.graphs, plan.runtime),
    revisions: next,
  };
  const pods = podsOf(before, after, roomOf(stack.settings));
  const ofPlace = new Set(refusedInPlace(plan.runtime, before.deployed, plan.graphs).map(({ why }) => why));
  const isOfPlace = (reason: string) => [...ofPlace].some((why) => reason.startsWith(why));
  const mistakes = plan.refusals.filter((reason) => !isOfPlace(reason) && reason !== switchover.refusal);
  return { after, pods, raised, mistakes, noRoom: noRoom(after, pods, roomOf(stack.settings)) };
}

function podsOf(before: StackState, after: StackState, { limit }: Room): StepPods {
  const { plan } = after;
  const effects = graphEffects(
    { outputs: { graphs: after.deployed }, switchover: plan.switchover },
    plan.graphs.map(({ deployment }) => deployment),
    { outputs: { graphs: before.deployed } },
    before.plan.graphs.map(({ deployment }) => deployment),
    plan.runtime.workersRollTogether,
  );
  const { gpus, graphs, switchover } = plan;
  const services = summariseServices(graphs);
  return stepPods(effects, { runtime: plan.runtime, total: gpus.total, services, switchover }, limit);
}

function noRoom(
  { plan: { gpus, switchover } }: StackState,
  { peak }: StepPods,
  { limit, key }: Room,
): string[] {
  if (switchover.refusal !== undefined) return [switchover.refusal];
  return limit !== undefined && peak > limit && gpus.total <= limit
    ? [
        `${peak} GPUs run until the old graphs are gone, and there are ${limit} (${key}): set dynamo:switchover to recreate, which stops the old first, or have more GPUs for the while`,
      ]
    : [];
}
