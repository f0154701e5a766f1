/** What `npm run preview -- --json` prints, and what its `--out` keeps as summary.json. */
import { z } from "zod";
import { discoveryModes } from "../../config/names";
import { levels } from "../../policies/rule";
import { finding } from "../preflight/output";
import { upgradeStep } from "../upgradeCheck/output";
import { effect } from "./effectOutput";
import { stackOutputs } from "./stackOutputs";

const texts = z.array(z.string());
const count = z.number().int().min(0);
const severity = z.enum(["low", "medium", "high", "critical"]);

const deployed = z.object({
  deployment: z.string(),
  apiVersion: z.string(),
  mode: z.enum(discoveryModes),
  gpus: z.number(),
  source: z.string().optional(),
  runtime: z.string().optional(),
  certificates: count.optional(),
  issuer: z.string().optional(),
  digest: z.string().optional(),
  fields: z
    .object({
      backend: z.string().optional(),
      components: z.record(
        z.string(),
        z.object({ type: z.string(), nodes: z.number(), replicas: z.number().optional() }),
      ),
    })
    .optional(),
});

const switchover = z.object({
  kind: z.enum(["blue-green", "recreate"]).describe("`dynamo:switchover`."),
  replaced: z
    .record(
      z.string(),
      deployed.extend({ by: z.string().describe("DynamoGraphDeployment that takes its place.") }),
    )
    .describe("Graphs that are replaced, by name."),
  steps: texts.describe("Steps in their order; empty where no graph is replaced."),
  peak: count.describe("Maximum of GPUs that old and new graphs take at the same time."),
  peakOfModeChange: count.describe("The same, were the discovery mode changed now."),
  refusal: z.string().optional().describe("Why it can't be done."),
});

const nodeLoss = z.object({
  node: z.string().optional().describe("Its name; none where all nodes are alike, or a zone goes."),
  zone: z.string().optional().describe("Name of the zone; none where a node goes."),
  gpus: z.number().describe("Its GPUs."),
  needed: z.number().describe("GPUs of the plan's pods, to begin with."),
  left: z.number().describe("GPUs of the other nodes that are free for these."),
  losses: z.array(
    z.object({
      what: z
        .enum(["room", "only", "spread", "quorum", "drain"])
        .describe(
          "Pods that find no other node, the only pod of a component, pods that may all be on one node, members of NATS or etcd, a drain that waits for ever.",
        ),
      object: z.string().describe("As `DynamoGraphDeployment dynamo/chat`."),
      component: z.string(),
      found: z.string(),
      remedy: z.string(),
    }),
  ),
});

const rules = z.record(
  z.string(),
  z.object({ level: levels, settings: z.record(z.string(), z.unknown()) }).describe("As it was applied."),
);

const policies = z.object({
  rules: rules.describe("Level and settings of all rules, by name."),
  settings: z.string().optional().describe("File of the settings; none where all is left at its default."),
  violations: z
    .array(
      z.object({
        rule: z.string(),
        level: z.enum(["advisory", "mandatory"]),
        severity,
        urn: z.string().optional().describe("The resource; none where it is the stack as a whole."),
        message: z.string(),
        remedy: z.string(),
      }),
    )
    .describe("Mandatory ones first."),
});

const comparison = z.object({
  before: z
    .unknown()
    .optional()
    .describe("What was read of the earlier summary; none where the folder is empty."),
  changes: z.array(
    z.object({
      operation: z.enum(["create", "update", "replace", "delete"]),
      object: z.string().describe("As `Deployment dynamo/trainer`."),
      diff: z.string().describe("Lines of a unified diff of the manifests."),
      generated: z.boolean().describe("Whether the object follows from others, as monitors do."),
    }),
  ),
  unchanged: count.describe("Objects that stay as they are."),
  effects: z.array(effect).describe("What the changes do to the graphs that run."),
  refusals: texts.describe("Why `pulumi up` would refuse some of the changes."),
  upgrade: z
    .array(upgradeStep)
    .describe("Steps of an upgrade of Dynamo that the changes begin; empty where they begin none."),
  policies: z
    .array(
      z.object({
        rule: z.string(),
        setting: z.string(),
        before: z.unknown().optional(),
        after: z.unknown().optional(),
      }),
    )
    .describe("Limits of the policies that differ."),
});

const base = z
  .union([
    z.object({ failure: z.string().describe("Why the base can't judge.") }),
    z.object({ differences: z.array(z.object({ what: z.string(), base: texts, head: texts })) }),
  ])
  .describe("Where the base's policies judge otherwise (--base-policies).");

const sizing = z
  .object({
    file: z.string(),
    graphs: z.array(
      z.object({ object: z.string(), models: texts, gpus: z.number().describe("At full scale.") }),
    ),
    replaces: texts.describe("Graphs of the stack with the same model, in whose place they are counted."),
    gpus: z.number().describe("Of all that is proposed."),
    total: z.number().describe("GPUs of the stack with it."),
    costPerDay: z
      .object({ amount: z.number(), currency: z.string() })
      .optional()
      .describe("Of what is proposed; none where a price is not known."),
    warnings: texts.describe("What does not fit into its GPUs, and what is not known."),
    refusals: texts.describe("Why the stack may not take it."),
  })
  .describe("What the file of --sizing proposes, beside the stack's budget.");

export const previewOutput = z.object({
  project: z.string(),
  stack: z.string(),
  environments: texts
    .optional()
    .describe("ESC environments whose values are not known here; none where all are known."),
  outputs: stackOutputs.describe("Outputs of the stack."),
  warnings: texts,
  requirements: texts.describe("What must be there before `pulumi up`, and was not looked for."),
  switchover: switchover.optional(),
  changesInPlace: z
    .array(
      z.object({
        graph: z.string(),
        object: z.string(),
        what: z.enum(["model", "runtime"]),
        from: z.string(),
        to: z.string(),
      }),
    )
    .describe("Other models and release lines of graphs that stay, of what --base tells."),
  preflight: z.array(finding).optional().describe("Whether the cluster of --cluster is ready."),
  nodeLoss: nodeLoss.optional().describe("What goes with a node (--lose-node), or a zone (--lose-zone)."),
  policies,
  sizing: sizing.optional(),
  refusals: texts.describe("Why `pulumi up` would make none of it, beside the policies."),
  refused: z.boolean().describe("Whether it may not be made: refusals, or a mandatory violation."),
  resources: z.array(
    z.object({
      urn: z.string(),
      type: z.string().describe("Pulumi's type token."),
      name: z.string(),
      parent: z.string().describe("URN of the parent; empty for the stack itself."),
      file: z.string().optional().describe("Manifest below --out; none for what is no object."),
    }),
  ),
  comparison: comparison.optional().describe("What changes of --base; in no summary.json."),
  base: base.optional(),
});
