import { type Policies, unknownCheckingProxy } from "@pulumi/policy";
import { runtime } from "@pulumi/pulumi";
import type { PolicyResource } from "../../policies/clusterObject";

export type Rule = Policies[number];
type Part = Readonly<Record<string, unknown>>;

/** What Pulumi sends in a preview in place of a value that is not known yet. */
export const unknown = runtime.unknownValue;

/** A situation: the objects of a stack, or resources that are none, and all that a rule says of them. */
export type Case = readonly [
  title: string,
  objects: readonly object[],
  messages: readonly string[],
  settings?: object,
];

export interface Verdict {
  readonly messages: readonly string[];
  /** Whether the rule had anything to look at. */
  readonly applicable: boolean;
}

/** Lets a rule judge objects as Pulumi does: reading a value that is not known yet throws. */
export async function judge(rule: Rule, objects: readonly object[], settings: object = {}): Promise<Verdict> {
  const resources = objects
    .map(resourceOf)
    .map((one) => ({ ...one, props: unknownCheckingProxy(one.props) }));
  const urns = [undefined, ...resources.map(({ urn }) => urn)];
  const messages: string[] = [];
  let applicable = "validateStack" in rule;
  const report = (message: unknown, urn?: string) => {
    if (!urns.includes(urn)) throw new Error(`${rule.name} blames ${urn}, which is not there`);
    messages.push(String(message));
  };
  const args = {
    getConfig: () => settings,
    notApplicable: () => {
      throw new NotApplicable();
    },
  };
  if ("validateStack" in rule) await rule.validateStack({ ...args, resources } as never, report);
  else
    for (const resource of resources)
      for (const validate of [rule.validateResource ?? []].flat())
        try {
          await validate({ ...args, ...resource } as never, report);
          applicable = true;
        } catch (error) {
          if (!(error instanceof NotApplicable)) throw error;
        }
  return { messages, applicable };
}

/** As it goes over the wire, which knows no undefined values. */
function copy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}

class NotApplicable extends Error {}

/** The resource that an object of the cluster is. What has a `type` is one already. */
export function resourceOf(object: object): PolicyResource {
  if ("type" in object) return { urn: `urn:${object.type}`, props: {}, ...(object as { type: string }) };
  const { apiVersion, kind, metadata } = object as { apiVersion: string; kind: string; metadata?: Part };
  const type = `kubernetes:${apiVersion === "v1" ? "core/v1" : apiVersion}:${kind}`;
  return { type, urn: `urn:${type}::${metadata?.namespace}/${metadata?.name}`, props: object as Part };
}

/** The same objects with one value after the other not known yet, and where that is. */
export function* withUnknowns(objects: readonly object[]): Generator<[path: string, objects: object[]]> {
  if (JSON.stringify(objects).includes(unknown)) return;
  for (const [i, object] of objects.entries())
    for (const path of pathsOf(object)) {
      const copies = copy([...objects]);
      // biome-ignore lint/suspicious/noExplicitAny: objects of any shape
      const parent = path.slice(0, -1).reduce<any>((part, key) => part[key], copies[i]);
      parent[path.at(-1) as string] = unknown;
      yield [path.join("."), copies];
    }
}

/** Every place in an object. What kind it is, Pulumi always knows. */
function pathsOf(value: unknown): string[][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value)
    .filter(([key]) => !["apiVersion", "kind", "type"].includes(key) || !("apiVersion" in value))
    .flatMap(([key, child]) => [[key], ...pathsOf(child).map((rest) => [key, ...rest])]);
}
