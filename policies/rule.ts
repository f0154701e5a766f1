/** Rules as Pulumi's policies. */
import type {
  EnforcementLevel,
  PolicyConfigSchema,
  ResourceValidationPolicy,
  Severity,
  StackValidationPolicy,
} from "@pulumi/policy";
import { z } from "zod";
import { mistakesIn, pathOf } from "../config/messages";
import { printable } from "../config/printable";
import { masked } from "../config/secretTexts";
import { at, type Manifest, nameOf, notKnown } from "../gpus/manifest";
import { type ClusterObject, clusterObjects, outputsOf } from "./clusterObject";

/** Reports a violation. @param urn the resource; by default the whole stack */
export type ReportViolation = (message: string, urn?: string) => void;

interface Rule<Settings extends z.ZodObject> {
  readonly name: string;
  /** One sentence that states what must be so. */
  readonly description: string;
  readonly severity: Severity;
  /** @default mandatory */
  readonly level?: EnforcementLevel;
  /** Remedy of a violation, as one sentence. */
  readonly remedy: string;
  /** Settings of a stack's file in policies/config/, each with a default. @default none */
  readonly settings?: Settings;
}

/** A rule as Pulumi takes it, and the settings that a file may have for it. */
export type PolicyRule<Settings = unknown> = (ResourceValidationPolicy | StackValidationPolicy) & {
  readonly written: z.ZodType<Settings>;
};

export const levels = z.enum(["advisory", "mandatory", "remediate", "disabled"]);

interface ObjectRule<Settings extends z.ZodObject> extends Rule<Settings> {
  check(object: ClusterObject, settings: z.output<Settings>, report: ReportViolation): void;
}

interface StackRule<Settings extends z.ZodObject> extends Rule<Settings> {
  /** @param outputs of the program */
  check(
    objects: readonly ClusterObject[],
    settings: z.output<Settings>,
    report: ReportViolation,
    outputs: Manifest,
  ): void;
}

/** Tells each violation once, however many parts of an object have it, and no secret. */
function reporting(tell: ReportViolation): ReportViolation {
  const told = new Set<string>();
  return (message, urn) => {
    const violation = `${urn} ${message}`;
    if (!told.has(violation)) tell(masked(message), urn);
    told.add(violation);
  };
}

/** A rule on one object of the cluster, checked before it is made or changed. */
export function objectRule<Settings extends z.ZodObject>(
  rule: ObjectRule<Settings>,
): ResourceValidationPolicy & PolicyRule<z.output<Settings>> {
  const described = describe(rule);
  return {
    ...described,
    validateResource: (args, tell) => {
      const report = reporting(tell);
      const objects = clusterObjects(args);
      if (objects.length === 0) return args.notApplicable("it is no object of the cluster");
      const settings = settingsOf(described, args, report);
      if (settings) for (const object of objects) rule.check(object, settings, report);
    },
  };
}

/** A rule on all objects of the stack together, checked at the end of a preview and of an update. */
export function stackRule<Settings extends z.ZodObject>(
  rule: StackRule<Settings>,
): StackValidationPolicy & PolicyRule<z.output<Settings>> {
  const described = describe(rule);
  return {
    ...described,
    validateStack: (args, tell) => {
      const report = reporting(tell);
      const settings = settingsOf(described, args, report);
      const objects = args.resources.flatMap(clusterObjects).sort(byName);
      if (settings) rule.check(objects, settings, report, outputsOf(args.resources));
    },
  };
}

/** The engine keeps no order: without one of its own a rule would word the same violation differently every time. */
function byName(a: ClusterObject, b: ClusterObject): number {
  return nameOf(a.manifest) < nameOf(b.manifest) ? -1 : 1;
}

/** The part of a rule that Pulumi reads, and its settings as a file may have them. */
export function describe<Settings extends z.ZodObject>(rule: Rule<Settings>) {
  const { name, description, severity, level = "mandatory", remedy, settings } = rule;
  return {
    name,
    description,
    severity,
    enforcementLevel: level,
    remediationSteps: remedy,
    url: `docs/policies.md#${name}`,
    ...(settings && { configSchema: schemaOf(settings) }),
    written: withLevel(settings) as z.ZodType<z.output<Settings>>,
  };
}

function schemaOf(settings: z.ZodObject): PolicyConfigSchema {
  const { properties } = z.toJSONSchema(settings, { io: "input" });
  return { properties: properties as PolicyConfigSchema["properties"] };
}

/** A setting that lists objects, as messages name them, that a rule lets through. @default none */
export const allowedObjects = (description: string) =>
  z
    .array(
      z
        .string()
        .regex(/^\S+ [^\s/]+(\/[^\s/]+)?$/, 'must be a kind and a name, such as "Job dynamo/download"'),
    )
    .default([])
    .describe(description);

/** Whether an object is among these, or may be: its name is not known yet. */
export function mayBeAllowed(allowed: readonly string[], manifest: Manifest): boolean {
  const isUnknown = ["name", "namespace"].some((part) => at(manifest, "metadata", part) === notKnown);
  const hasNone = at(manifest, "metadata") === notKnown;
  return allowed.includes(nameOf(manifest)) || (allowed.length > 0 && (isUnknown || hasNone));
}

/** Settings and a level, as a file has them for a rule. @default a level alone */
export const withLevel = (settings: z.ZodObject = z.strictObject({})): z.ZodType =>
  settings.safeExtend({ enforcementLevel: levels.optional() });

/** What is wrong with values in the place of settings, as `✖ what → at gpu-budget.gpus`. None: nothing. */
export const settingMistakes = (name: string, written: z.ZodType, values: unknown): string[] =>
  mistakesIn(written, values, (path) => printable(pathOf([name, ...path])));

/** A rule's settings, with defaults; undefined, and reported, where they can't be used. Pulumi lets unknown ones pass. */
export function settingsOf<Settings>(
  { name, written }: { readonly name: string; readonly written: z.ZodType<Settings> },
  args: { getConfig<T extends object>(): T },
  report: ReportViolation,
): Settings | undefined {
  const values = args.getConfig();
  const parsed = written.safeParse(values);
  if (parsed.success) return parsed.data;
  const mistakes = settingMistakes(name, written, values);
  report(`the settings of ${name} can't be used: ${mistakes.join("; ")}`);
  return undefined;
}
