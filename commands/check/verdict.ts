/** What the policies say of manifests, as `npm run check -- --json` prints it, and as another version of this program reads it. */
import { z } from "zod";
import { nameOf } from "../../gpus/manifest";
import { clusterObjects } from "../../policies/clusterObject";
import { budgetedDemand, gpuBudget } from "../../policies/rules/gpuBudget";
import type { PolicyReport } from "../preview/applyPolicies";
import type { PlannedResource } from "../preview/dryRun";

export const verdict = z.object({
  settings: z
    .string()
    .optional()
    .describe("File of the policies' settings; none where all is left at its default."),
  gpus: z.number().describe("GPUs of all objects together, when everything is scaled out."),
  violations: z
    .array(
      z.object({
        rule: z.string(),
        level: z.enum(["advisory", "mandatory"]),
        severity: z.enum(["low", "medium", "high", "critical"]),
        object: z
          .string()
          .optional()
          .describe("As `Deployment dynamo/trainer`; none where it is all objects together."),
        file: z.string().optional().describe("The object's file."),
        message: z.string(),
        remedy: z.string(),
      }),
    )
    .describe("Mandatory ones first."),
});

export type Verdict = z.output<typeof verdict>;

/**
 * A report on resources as a verdict.
 * @param fileOf the file of a resource, by its URN. Default: none
 */
export function verdictOf(
  resources: readonly PlannedResource[],
  { rules, settings, violations }: PolicyReport,
  fileOf: (urn: string) => string | undefined = () => undefined,
): Verdict {
  const names = new Map(resources.map(({ urn, inputs }) => [urn, nameOf(inputs)]));
  return {
    settings,
    gpus: countGpus(resources, rules),
    violations: violations.map(({ urn, ...one }) => ({
      ...one,
      ...(urn !== undefined && { object: names.get(urn), file: fileOf(urn) }),
    })),
  };
}

const countGpus = (resources: readonly PlannedResource[], rules: PolicyReport["rules"]): number =>
  budgetedDemand(
    resources.flatMap(({ type, urn, inputs }) => clusterObjects({ type, urn, props: inputs })),
    rules[gpuBudget.name]?.settings as Parameters<typeof budgetedDemand>[1],
  ).gpus;
