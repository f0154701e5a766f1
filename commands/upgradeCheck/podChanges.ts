/** What a change does to the env and the flags of a stack's pods. */
import { commandOf } from "../../gpus/command";
import { containersOf } from "../../gpus/containers";
import { at, list, text } from "../../gpus/manifest";
import { workloadsOf } from "../../gpus/workloads";
import type { StackPlan } from "../../plan/stack";

/** Env and flags that components have no more or anew, a line each, with the components that it is of. */
export function podChanges(before: StackPlan, after: StackPlan): string[] {
  const components = new Map<string, string[]>();
  for (const graph of after.graphs) {
    const old = before.graphs.find(({ name }) => name === graph.name);
    if (old === undefined) continue;
    const [was, is] = [settingsOf(old.deployment), settingsOf(graph.deployment)];
    for (const [component, { env, flags }] of is) {
      const then = was.get(component);
      if (then === undefined) continue;
      const changes = [...differences("env", then.env, env), ...differences("flag", then.flags, flags)];
      for (const change of changes)
        components.set(change, [...(components.get(change) ?? []), `${graph.name}/${component}`]);
    }
  }
  return [...components].map(([change, of]) => `${change} (${of.join(", ")})`);
}

interface PodSettings {
  readonly env: ReadonlySet<string>;
  readonly flags: ReadonlySet<string>;
}

/** By component. The env of its graph is among that of each. */
function settingsOf(deployment: object): Map<string, PodSettings> {
  const shared = [...list(at(deployment, "spec", "envs")), ...list(at(deployment, "spec", "env"))];
  return new Map(
    workloadsOf(deployment).workloads.map(({ component, pod }) => {
      const containers = containersOf(pod);
      const env = [...shared, ...containers.flatMap((container) => list(at(container, "env")))];
      return [
        component,
        {
          env: new Set(env.map(nameAndValue)),
          flags: new Set(
            containers.flatMap((container) => commandOf(container).match(/(?<=^|\s)--[a-z][\w.-]*/g) ?? []),
          ),
        },
      ];
    }),
  );
}

/** Values from Secrets, fields and the like are not told. */
function nameAndValue(variable: unknown): string {
  const value = at(variable, "value");
  return typeof value === "string" ? `${text(at(variable, "name"))}=${value}` : text(at(variable, "name"));
}

function differences(what: string, was: ReadonlySet<string>, is: ReadonlySet<string>): string[] {
  return [
    ...[...was].filter((one) => !is.has(one)).map((one) => `no more ${what} ${one}`),
    ...[...is].filter((one) => !was.has(one)).map((one) => `new ${what} ${one}`),
  ];
}
