/** The escape hatch for what a stack makes beside its graphs: changes of single objects that the config has no setting for. */
import { nearest } from "../config/near";
import type { ObjectTransformConfig } from "../config/objectTransform";
import { gpuDemand } from "../gpus/demand";
import { at, type Manifest, nameOf, text } from "../gpus/manifest";
import type { GpuSummary } from "./budget";
import { changesOfKept } from "./keptFields";
import { patched } from "./patch";

/**
 * Reasons why a stack's transforms can't be used, and so why nothing may be made; empty where they can.
 * @param objects all that the stack will make; not asked for where there are no transforms
 */
export function refusedTransforms(
  items: readonly ObjectTransformConfig[],
  objects: () => readonly Manifest[],
  gpus: Pick<GpuSummary, "total" | "budget">,
): string[] {
  if (items.length === 0) return [];
  const transforms = new ObjectTransforms(items);
  for (const object of objects()) transforms.apply(object);
  return transforms.refusals(gpus);
}

/** Names of objects that a message has at most. */
const maxNames = 8;

/** The changes of a stack's objects, which are handed to {@link apply} one after the other. */
export class ObjectTransforms {
  /** Names of all objects, as `nats-system/nats`, by kind. */
  readonly #names = new Map<string, string[]>();
  /** Of each item, the namespaces of the objects that it means, and why it can't change them. */
  readonly #found: readonly { readonly meant: string[]; readonly mistakes: string[] }[];
  readonly #uncounted: string[] = [];
  #gpus = 0;

  constructor(readonly items: readonly ObjectTransformConfig[]) {
    this.#found = items.map(() => ({ meant: [], mistakes: [] }));
  }

  /** An object with the changes that mean it; it itself where none does, or where one can't be made. */
  apply<Object extends Manifest>(object: Object): Object {
    const [kind, name, namespace] = [
      text(object.kind),
      text(at(object, "metadata", "name")),
      text(at(object, "metadata", "namespace")),
    ];
    this.#names.set(kind, [...(this.#names.get(kind) ?? []), namespace ? `${namespace}/${name}` : name]);
    let result = object;
    for (const [i, item] of this.items.entries()) {
      if (item.kind !== kind || item.name !== name || (item.namespace ?? namespace) !== namespace) continue;
      const { manifest, mistakes } = patched(result, item.patch);
      const why = [
        ...mistakes.map(({ index, why }) => `.patch[${index}]: ${nameOf(object)}: ${why}`),
        ...changesOfKept(result, manifest).map((change) => `: ${change}`),
      ];
      this.#found[i]?.meant.push(namespace);
      this.#found[i]?.mistakes.push(...why);
      if (why.length === 0) result = manifest;
    }
    if (result !== object) this.#count(object, result);
    return result;
  }

  /** Reasons why nothing may be made, when all objects of the stack were here; empty where it may. */
  refusals({ total, budget }: Pick<GpuSummary, "total" | "budget">): string[] {
    const mistakes = this.items.flatMap((item, i) => {
      const { meant = [], mistakes = [] } = this.#found[i] ?? {};
      const why = meant.length === 1 ? mistakes : [`: ${this.#whyNotOne(item, meant)}`];
      return why.map((one) => `dynamo:transform[${i}]${one}`);
    });
    const needed = total + this.#gpus;
    const isOver = budget !== undefined && this.#gpus > 0 && needed > budget;
    return [
      ...mistakes,
      ...this.#uncounted,
      ...(isOver
        ? [
            `the graphs and dynamo:transform ask for ${needed} GPUs, ${this.#gpus} of them by dynamo:transform, and the budget is ${budget}: take GPUs out, or raise dynamo:budget.gpus`,
          ]
        : []),
    ];
  }

  #whyNotOne({ kind, name, namespace }: ObjectTransformConfig, meant: readonly string[]): string {
    if (meant.length > 1)
      return `${meant.length} objects are ${kind} ${name}: write namespace: ${meant.join(" or ")}`;
    const wanted = `there is no ${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
    const names = this.#names.get(kind);
    if (names === undefined) {
      const kinds = [...this.#names.keys()].filter((one) => one !== "DynamoGraphDeployment").sort();
      const near = nearest(kind, kinds);
      return `${wanted} in this stack, which makes ${near ? `kind ${near}` : listed(kinds, kinds.length)}`;
    }
    const short = new Map(names.map((one) => [one.slice(one.indexOf("/") + 1), one]));
    const near = short.get(name) ?? short.get(nearest(name, short.keys()) ?? "");
    return `${wanted} in this stack, which makes ${near ?? listed(names, maxNames)}`;
  }

  /** Counts the GPUs that a change adds. */
  #count(before: Manifest, after: Manifest): void {
    const [old, changed] = [before, after].map((object) => gpuDemand([object]));
    if (old === undefined || changed === undefined) return;
    this.#gpus += Math.max(0, changed.gpus - old.gpus);
    const uncounted = changed.uncounted.filter((why) => !old.uncounted.includes(why));
    this.#uncounted.push(...uncounted.map((why) => `dynamo:transform: GPUs that can't be counted: ${why}`));
  }
}

function listed(names: readonly string[], max: number): string {
  const rest = names.length - max;
  return [...names].sort().slice(0, max).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}
