/** What each way of applying the policies says of a rehearsal's stack. */
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { EngineEvent, PreviewOptions, UpOptions } from "@pulumi/pulumi/automation";
import { type policyOptions, readPolicySettings } from "../../commands/preview/policySettings";
import { previewStack } from "../../commands/preview/previewStack";
import { readStack } from "../../config/project";
import { withoutResults } from "../../rehearsal/bareUpdate";
import type { Rehearsal } from "../../rehearsal/rehearsal";

interface Verdict {
  readonly passed: boolean;
  /** Sorted. */
  readonly violations: readonly Violation[];
}

interface Violation {
  readonly rule: string;
  readonly level: string;
  readonly message: string;
}

/** Of the engine, while it previews or updates. For what ends the program too early there is `attempt`. */
export async function verdictOf(
  operation: "preview" | "up",
  { engine }: Rehearsal,
  options: PreviewOptions & UpOptions,
): Promise<Verdict & { output: string }> {
  const events: EngineEvent[] = [];
  let output = "";
  const onOutput = (text: string) => {
    output += text;
  };
  const onEvent = (event: EngineEvent) => void events.push(event);
  const passed = await withoutResults(engine.stack)
    [operation]({ ...options, onOutput, onEvent })
    .then(
      () => true,
      () => false,
    );
  return { passed, output, violations: violationsOf(events) };
}

/** Of `pulumi policy analyze` on the exported state: no program runs, and no provider. */
export async function verdictOnState(
  { engine: { stack } }: Rehearsal,
  { policyPacks: [pack = ""], policyPackConfigs }: ReturnType<typeof policyOptions>,
): Promise<Verdict & { events: readonly EngineEvent[] }> {
  const { workDir, envVars, pulumiHome } = stack.workspace;
  const file = join(workDir, "state.json");
  writeFileSync(file, JSON.stringify(await stack.exportStack()));
  const settings = policyPackConfigs.flatMap((config) => ["--policy-pack-config", config]);
  const args = ["policy", "analyze", "--json", "--file", file, "--policy-pack", pack, ...settings];
  const env = { ...process.env, ...envVars, PULUMI_HOME: pulumiHome };
  const { code = 0, stdout } = await promisify(execFile)("pulumi", args, { env }).catch((error) => error);
  const lines: string[] = stdout.trim().split("\n");
  const events = lines.map((line): EngineEvent => JSON.parse(line));
  return { passed: code === 0, events, violations: violationsOf(events) };
}

/** Of `npm run preview`, on the config that the rehearsal has now. */
export async function verdictWithoutEngine({ engine: { stack } }: Rehearsal): Promise<Verdict> {
  const { summary } = await previewStack(
    readStack(stack.name, stack.workspace.workDir),
    readPolicySettings(stack.name),
    {},
  );
  const { violations } = summary.policies;
  return {
    passed: !summary.refused,
    violations: sorted(violations.map(({ rule, level, message }) => ({ rule, level, message }))),
  };
}

function violationsOf(events: readonly EngineEvent[]): Violation[] {
  const found = events.flatMap(({ policyEvent }) => {
    if (policyEvent === undefined) return [];
    const { policyName: rule, enforcementLevel: level, message } = policyEvent;
    const [, ...lines] = message.trim().split("\n"); // the first describes the rule
    return [{ rule, level, message: lines.join("\n") }];
  });
  return sorted(found);
}

const sorted = (violations: readonly Violation[]) =>
  [...violations].sort((a, b) => (a.rule + a.message < b.rule + b.message ? -1 : 1));
