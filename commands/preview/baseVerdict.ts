/**
 * What the base's policies say of a plan, by its own code, settings and arithmetic: a pull request that changes one of these
 * can't be its own judge.
 */
import { spawnSync } from "node:child_process";
import { join, relative, resolve } from "node:path";
import { parseForeignJson, printable } from "../../config/printable";
import { projectDir } from "../../config/project";
import { type Verdict, verdict, verdictOf } from "../check/verdict";
import { objectsIn } from "./manifests";
import type { Preview } from "./previewStack";

/** Where two verdicts differ. Texts of each side; none where it finds nothing wrong. */
interface Difference {
  /** A rule's name, or `GPUs`. */
  readonly what: string;
  readonly base: readonly string[];
  readonly head: readonly string[];
}

/** Where the base sees a plan otherwise; or why it could not be asked. */
export type BaseVerdict = { readonly failure: string } | { readonly differences: readonly Difference[] };

/** Whether the base was asked, and says the same. */
export const isAgreed = (base: BaseVerdict | undefined): boolean =>
  base === undefined || ("differences" in base && base.differences.length === 0);

/** Milliseconds that the base has to judge. */
const timeout = 120_000;

/**
 * Has the base judge a plan.
 * @param checkout its folder, with its packages
 * @param file settings of the policies, where they are not the stack's
 * @param before folder of the manifests as they are. Default: nothing is known of them
 */
export function judgeByBase(
  checkout: string,
  plan: Preview,
  file: string | undefined,
  before?: string,
): BaseVerdict {
  const settings =
    file === undefined
      ? ["--stack", plan.summary.stack]
      : ["--policy-config", join(checkout, relative(projectDir, file))];
  const judge = (...options: readonly string[]) =>
    spawnSync("npm", ["run", "--silent", "check", "--", ...settings, ...options, "--json", "-"], {
      cwd: checkout,
      env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name))),
      input: objectsIn(plan.resources)
        .map((object) => JSON.stringify(object))
        .join("\n---\n"),
      encoding: "utf8",
      timeout,
      maxBuffer: 16 * 1024 * 1024,
    });
  const first = before === undefined ? judge() : judge("--before", resolve(before));
  // A base from before that option judges the objects as they will be, as it always did.
  const child = first.stderr?.includes("unknown option '--before'") ? judge() : first;
  const { data } = verdict.safeParse(parsed(child.stdout ?? ""));
  if (data === undefined || ![0, 1].includes(child.status ?? -1)) {
    const why = child.error?.message ?? (child.stderr.trim() || "it answers by no verdict");
    return { failure: `the policies of the base in ${checkout} can't judge: ${printable(why)}` };
  }
  return { differences: differencesOf(data, plan) };
}

function parsed(text: string): unknown {
  try {
    return parseForeignJson(text);
  } catch {
    return undefined;
  }
}

function differencesOf(base: Verdict, { summary, resources }: Preview): Difference[] {
  const head = verdictOf(resources, summary.policies);
  const counts = new Set([base.gpus, head.gpus, summary.outputs.gpus.total]);
  const [ofBase, ofHead] = [byRule(base), byRule(head)];
  return [
    ...(counts.size > 1
      ? [{ what: "GPUs", base: [String(base.gpus)], head: [String(summary.outputs.gpus.total)] }]
      : []),
    ...[...new Set([...ofBase.keys(), ...ofHead.keys()])]
      .map((key) => ({
        what: key.split(" ", 1)[0] ?? "",
        base: ofBase.get(key) ?? [],
        head: ofHead.get(key) ?? [],
      }))
      .filter(({ base, head }) => base.length !== head.length),
  ];
}

/** Messages by rule, level and object. Their words may change from one version to the next. */
function byRule({ violations }: Verdict): Map<string, string[]> {
  const messages = new Map<string, string[]>();
  for (const { rule, level, object, message } of violations) {
    const key = [rule, level, object].join(" ");
    messages.set(key, [...(messages.get(key) ?? []), message]);
  }
  return messages;
}
