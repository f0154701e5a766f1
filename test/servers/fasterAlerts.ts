/** The rules of a plan with all that takes time sixty times faster: an hour is a minute, so that a test can wait for it. As many fewer requests come in that minute. */
import { prometheusRuleSpec } from "../../plan/monitoring/alerts";
import { chance } from "../../plan/monitoring/burnRate";
import type { StackPlan } from "../../plan/stack";

const milliseconds = { s: 1_000, m: 60_000, h: 3_600_000 };

export function fasterAlerts({ alerts }: StackPlan) {
  const groups = alerts.flatMap((group) => prometheusRuleSpec(group, "docs/runbooks").groups);
  return {
    groups: groups.map(({ name, rules }) => ({
      name,
      rules: rules.map((rule) => ({
        ...rule,
        for: faster(rule.for),
        expr: rule.expr
          .replaceAll(/\[[^\]]+\]/g, (window) => window.replaceAll(/\d+[smh]/g, faster))
          .replace(new RegExp(`> ${chance}$`), `> ${chance / 60}`),
      })),
    })),
  };
}

function faster(duration: string): string {
  const unit = duration.at(-1) as keyof typeof milliseconds;
  return `${Math.round((Number.parseInt(duration, 10) * milliseconds[unit]) / 60)}ms`;
}
