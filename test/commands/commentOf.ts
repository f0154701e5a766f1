import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { judgeByBase } from "../../commands/preview/baseVerdict";
import { comment } from "../../commands/preview/comment";
import { compare, readEarlier } from "../../commands/preview/comparison";
import { readPolicySettings } from "../../commands/preview/policySettings";
import { previewStack } from "../../commands/preview/previewStack";
import { parseConfig } from "../../config/parse";
import { readStack } from "../../config/project";
import { copyGolden } from "../golden";
import { inStateOfItsOwn } from "../pulumiState";
import { type Change, changes } from "./changes";

/** The comment for a change of a stack's config, compared with the stack's golden manifests, as a preview prints it. */
export async function commentOf(name: Change): Promise<string> {
  const { stack: stackName, change, ...rest } = changes[name];
  const stack = readStack(stackName);
  const changed = Object.entries(change(stack.settings)).map(([key, value]) => [
    `dynamo:${key}`,
    JSON.stringify(value),
  ]);
  const config = { ...stack.config, ...Object.fromEntries(changed) };
  const settings = parseConfig(stack.project, stackName, config, (key) => stack.secretKeys.includes(key));
  const dir = mkdtempSync(join(tmpdir(), "golden-"));
  const earlier = readEarlier(copyGolden(stackName, dir));
  rmSync(dir, { recursive: true });
  const policies = readPolicySettings(stackName);
  const plan = await inStateOfItsOwn(() =>
    previewStack(
      { ...stack, config, settings },
      { ...policies, byRule: { ...policies.byRule, ...("policies" in rest ? rest.policies : {}) } },
      earlier.before?.outputs?.graphs ?? {},
    ),
  );
  const base = "base" in rest ? judgeByBase(rest.base, plan, undefined) : undefined;
  return `${comment(plan, compare(earlier, plan), base)}\n`;
}
