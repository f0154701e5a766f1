/** The reference of the policy pack, from its rules. */
import type { Policies } from "@pulumi/policy";

type Rule = Policies[number];

/** An example of each rule's part of a file in policies/config/, by the rule's name. */
export type PolicyExamples = Readonly<Record<string, unknown>>;

const introduction = `# Policies

What a stack may ask of a cluster. \`npm run preview\` applies these rules to every stack, and ends with 1 where a mandatory one is
violated; so does Pulumi:

\`\`\`sh
pulumi preview --policy-pack policies --policy-pack-config policies/config/dev.json
pulumi up --policy-pack policies --policy-pack-config policies/config/dev.json
pulumi policy analyze --file state.json --policy-pack policies --policy-pack-config policies/config/dev.json
\`\`\`

The last one judges a stack that is there: \`pulumi stack export --file state.json\` writes its state.

A stack's limits are its file in [policies/config/](../policies/config). There a rule is given a level (\`advisory\`, \`mandatory\` or
\`disabled\`), or its settings and, if it is to change, a level as \`enforcementLevel\`. \`all\` gives a level to every rule that has none of its
own. Whoever answers for the budget should own that folder ([how](gitops.md)).

A rule on the stack as a whole is judged in the preview of an update, before anything is made. \`pulumi up --skip-preview\` only judges it
when all is made; the program's own budget (\`dynamo:budget.gpus\`) is kept all the same. A value that is not known yet during a preview
silences no rule: where a count depends on it, the rule says so.

Policies see a stack as it will be. What \`in-place-changes\` knows of it as it was depends on who asks: \`pulumi preview\` and \`pulumi up\` have it of the stack's last
outputs, which the program reads, and tell it by the output \`changesInPlace\`, in previews alone; \`npm run preview -- --base DIR\` has it of that folder; \`npm run check
-- --before DIR\` reads models and image tags of the two sets of manifests. Without one of these, by \`pulumi up --skip-preview\` and \`pulumi policy analyze\`, and for
components in programs of your own, nothing is found.
`;

/** The whole page, in Markdown. */
export function policyReference(rules: readonly Rule[], examples: PolicyExamples): string {
  const rows = rules.map(
    ({ name, description, enforcementLevel, severity }) =>
      `| [${name}](#${name}) | ${enforcementLevel} | ${severity} | ${description} |`,
  );
  const table = ["| rule | level | severity | |", "| --- | --- | --- | --- |", ...rows].join("\n");
  return [introduction, table, "", ...rules.map((rule) => section(rule, examples[rule.name]))].join("\n");
}

function section(rule: Rule, example: unknown): string {
  const { name, description, remediationSteps } = rule;
  const scope = "validateStack" in rule ? "the stack as a whole" : "each object";
  return `## ${name}\n\n${description} It looks at ${scope}.\n\n**Remedy**: ${remediationSteps}\n${settings(rule)}\n\`\`\`json\n${JSON.stringify({ [name]: example }, null, 1).replaceAll(/\n */g, " ")}\n\`\`\`\n`;
}

function settings({ configSchema }: Rule): string {
  const properties = Object.entries(configSchema?.properties ?? {});
  if (properties.length === 0) return "";
  const rows = properties.map(
    ([name, { description, default: initial }]) =>
      `| \`${name}\` | \`${JSON.stringify(initial)}\` | ${description} |`,
  );
  return `\n${["| setting | default | |", "| --- | --- | --- |", ...rows].join("\n")}\n`;
}
