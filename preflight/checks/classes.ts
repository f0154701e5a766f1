import { some } from "../../config/printable";
import { at, list, text } from "../../gpus/manifest";
import { check, type Finding } from "../finding";
import { type Needs, neededPods, objectsOf } from "../needs";
import { isUnread, type Snapshot } from "../snapshot";

/** Whether the PriorityClasses and IngressClasses that the plan names are there. */
export function classes(needs: Needs, { priorityClasses, ingressClasses }: Snapshot): Finding[] {
  const priorities = neededPods(needs).map(({ pod }) => at(pod, "priorityClassName"));
  const ingresses = objectsOf(needs, "Ingress").map((object) => at(object, "spec", "ingressClassName"));
  return [
    ...named("PriorityClass", priorities, priorityClasses, "dynamo:graphs[].placement.priorityClass"),
    ...named("IngressClass", ingresses, ingressClasses, "dynamo:graphs[].frontend.expose.className"),
  ];
}

function named(
  kind: string,
  wanted: readonly unknown[],
  there: Snapshot["priorityClasses"],
  key: string,
): Finding[] {
  return [...new Set(wanted.map(text))]
    .filter((name) => name !== "")
    .map((name) => {
      const { passed, failed, unknown } = check(kind, name);
      if (isUnread(there)) return unknown(there.unread);
      const names = list(there).map((one) => text(at(one, "metadata", "name")));
      return names.includes(name)
        ? passed("it is there")
        : failed(
            `there is none of that name (there are ${some(names) || "none"})`,
            `make it, or name another (${key})`,
          );
    });
}
