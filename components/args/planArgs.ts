/** From the args of a component to a plan, by the schema, the rules and the plan of a stack's config. */
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { refusal } from "../../config/load";
import { checkSettings } from "../../config/parse";
import type { StackConfig, stackConfig } from "../../config/schema";
import { planStack, type StackPlan } from "../../plan/stack";
import type { Labels } from "../hooks/ownership";
import { type Args, knownArgs } from "./inputs";
import { Planned } from "./planned";

/** A stack's config as people write it. */
export type StackConfigInput = z.input<typeof stackConfig>;
export type Setting<Key extends keyof StackConfigInput> = NonNullable<StackConfigInput[Key]>;
/** What the platform is; a component installs none. */
export type PlatformSetting = Omit<Setting<"platform">, "install">;
export type GraphSettings = Setting<"graphs">[number];

/** What a component is told of the cluster around it. */
export interface SurroundingArgs {
  /** Namespace of the graphs, which is there. @default "dynamo" */
  readonly namespace?: pulumi.Input<string> | undefined;
  /** The cluster's Dynamo platform, as `dynamo:platform`. */
  readonly platform?: Args<PlatformSetting> | undefined;
  /** The cluster's kube-prometheus-stack, as `dynamo:monitoring`. */
  readonly monitoring?: Args<Setting<"monitoring">> | undefined;
  /** Images of servers and Jobs, and access to all, as `dynamo:images`. */
  readonly images?: Args<Setting<"images">> | undefined;
  /** Labels of all objects that it makes. @default none but the stack's own */
  readonly labels?: Labels | undefined;
}

/** The same, when all is known. */
export interface KnownSurroundings {
  readonly namespace?: string | undefined;
  readonly platform?: PlatformSetting | undefined;
  readonly monitoring?: Setting<"monitoring"> | undefined;
  readonly images?: Setting<"images"> | undefined;
  readonly encryption?: Setting<"encryption"> | undefined;
}

/** The Dynamo runtime: its version, or more of it, as `dynamo:runtime`. */
export type RuntimeArgs = string | Args<Setting<"runtime">>;

/** The config that says the same. */
export function runtimeSettings(runtime: RuntimeArgs | undefined) {
  return typeof runtime === "string" ? { version: runtime } : runtime;
}

export interface PlannedStack<Known> {
  readonly plan: StackPlan;
  readonly config: StackConfig;
  readonly args: Known;
  /** What the platform must fulfil, and what may be unwise. */
  readonly warnings: readonly string[];
}

export interface Reading<Known> {
  /** Class and name, for errors. */
  readonly component: string;
  /** The config that says the same as the args. */
  settings(args: Known): Record<string, unknown>;
  /** How keys of the config begin, without `dynamo:`, and how the args' own do in their place. */
  readonly keys: Readonly<Record<string, string>>;
  /** Why args may not go together; seen when all of them are known. */
  mistakes?(args: Known): string[];
}

/**
 * Plans what args ask for. The config's own schema and rules check them: at once as far as they are known, and again when
 * all are.
 * @throws pulumi.RunError with one line for each mistake.
 */
export function planArgs<Known>(
  { labels: _, ...args }: object & { readonly labels?: unknown },
  reading: Reading<Known>,
): Planned<PlannedStack<Known>> {
  const { args: known, isComplete, unplanned } = knownArgs<Known>(args);
  if (unplanned.length > 0)
    throw refused(
      reading,
      unplanned.map(
        (key) => `✖ must be known when the program runs, found an output: the plan goes by it → at ${key}`,
      ),
    );
  const shape = planKnown(known, reading, isComplete);
  if (isComplete) return new Planned(shape);
  const all = pulumi.output(args as object) as pulumi.Output<unknown>;
  return new Planned(
    shape,
    all.apply((real) => planKnown(real as Known, reading, true)),
  );
}

function planKnown<Known>(args: Known, reading: Reading<Known>, isComplete: boolean): PlannedStack<Known> {
  const { config, mistakes } = checkSettings(reading.settings(args));
  const installs = config?.platform.install !== undefined;
  const all = [
    ...mistakes,
    ...(installs
      ? ["✖ is a stack's alone: a component installs no platform → at dynamo:platform.install"]
      : []),
    ...((isComplete && reading.mistakes?.(args)) || []),
  ];
  if (config === undefined || all.length > 0) throw refused(reading, all);
  const plan = planStack(config, null);
  if (plan.refusals.length > 0) throw refused(reading, plan.refusals);
  return { plan, config, args, warnings: inArgs([...plan.warnings, ...plan.requirements], reading) };
}

function refused(reading: Reading<never>, lines: readonly string[]): pulumi.RunError {
  return refusal([`the args of ${reading.component} can't be used:`, ...inArgs(lines, reading)].join("\n"));
}

/** The words of the config, with the args' own keys. */
function inArgs(lines: readonly string[], { keys }: Reading<never>): string[] {
  const own = (_: string, key: string) => {
    const [theirs = "", ours = ""] = Object.entries(keys).find(([prefix]) => key.startsWith(prefix)) ?? [];
    return ours + key.slice(theirs.length);
  };
  return lines.map((line) => line.replace(/dynamo:([\w.[\]-]+)/g, own));
}

/** The config that says the same of what is around a component. */
export function aroundIt({ namespace, platform, monitoring, images, encryption }: KnownSurroundings) {
  return {
    encryption,
    platform,
    monitoring,
    images,
    namespace: namespace === undefined ? undefined : { name: namespace },
  };
}
