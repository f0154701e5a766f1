import type { EnvVarConfig } from "./container";
import { nameMistakes } from "./envNames";
import type { GraphConfig } from "./graph";
import { podsOf } from "./pools";
import type { IsSound, ReportMistake } from "./report";
import { settingOfEnv } from "./reservedArgs";
import type { Runtime } from "./runtime/runtime";
import { isSecret } from "./secretTexts";

/** Env that the operator sets: where a pod listens, and who it is. */
export const isOperators = (name: string): boolean =>
  /^(DYN_SYSTEM_(ENABLED|PORT)|DYN_HTTP_PORT|DYNAMO_PORT|POD_(NAME|NAMESPACE|UID))$/.test(name);

/** Checks env of a graph and its components: names that others set, twice the same, and secrets in plain text. */
export function checkEnv(
  runtime: Runtime,
  graph: GraphConfig,
  isSound: IsSound,
  report: ReportMistake,
): void {
  const lists: [path: readonly string[], env: readonly EnvVarConfig[]][] = [
    [["env"], graph.env],
    ...podsOf(graph).map(({ key, settings }): [readonly string[], readonly EnvVarConfig[]] => [
      [key, "env"],
      settings.env,
    ]),
  ];
  const graphs = new Set(isSound("env") ? graph.env.map(({ name }) => name) : []);
  for (const [path, env] of lists.filter(([[part = ""]]) => isSound(part))) {
    const mistakes = nameMistakes(
      runtime,
      env.map(({ name }) => name),
    );
    for (const [i, { name, value }] of env.entries()) {
      const here = [...path, i, "name"];
      const setting = settingOfEnv(name, value);
      const isOfGraph = path.length > 1 && graphs.has(name);
      if (setting !== undefined)
        report(here, `${name} decides what the plan says: remove it, and use ${setting}`);
      else if (isOperators(name)) report(here, `${name} is set by the operator: remove it`);
      else if (mistakes[i] !== undefined) report(here, mistakes[i]);
      else if (isOfGraph)
        report(here, `${name} is the graph's too, and releases differ in which counts: write one`);
      if (value !== undefined && isSecret(name, value))
        report(
          [...path, i, "value"],
          `of ${name} would be readable in the graph: put it in a Secret, and write valueFrom.secretKeyRef`,
        );
    }
  }
}
