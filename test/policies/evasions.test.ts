import { unknownCheckingProxy } from "@pulumi/policy";
import { applyPolicies, type Violation } from "../../commands/preview/applyPolicies";
import { nameOf } from "../../gpus/manifest";
import type { PolicyResource } from "../../policies/clusterObject";
import fc from "../fastCheck";
import { evasions } from "./evasions";
import { harmless } from "./harmless";
import { resourceOf, unknown } from "./judge";

type Part = Record<string, unknown>;

const small = {
  "gpu-budget": { gpus: 4 },
  "gpu-limits": { perPod: 4, perComponent: 4 },
  "owner-labels": "disabled" as const,
};

/** Mandatory violations of a stack. As in Pulumi's host, reading a value that is not known yet throws. */
async function violationsOf(
  resources: readonly PolicyResource[],
  settings: object = {},
): Promise<Violation[]> {
  const planned = resources.map(({ type, urn, props }) => {
    return { type, urn, name: urn, parent: "", custom: true, inputs: unknownCheckingProxy(props) };
  });
  const { report } = await applyPolicies(planned, { file: undefined, byRule: { ...small, ...settings } });
  return report.violations.filter(({ level }) => level === "mandatory");
}

/** The same with a label that is not known yet: what has nothing to do with GPUs must not silence a rule. */
function unsure({ props, ...resource }: PolicyResource): PolicyResource {
  return {
    ...resource,
    props: { ...props, metadata: { ...(props.metadata as Part), labels: { owner: unknown } } },
  };
}

/** What rules call a resource; of a list, its first item. */
function nameIn({ props, type }: PolicyResource): string {
  const { items, name, metadata } = props;
  if (items === undefined) return metadata ? nameOf({ metadata }).replace("object ", "") : String(name);
  const [item] = Array.isArray(items) ? items : [];
  return typeof item === "object" ? nameIn({ props: item, type, urn: "" }) : type.replace(/.*:|List$/g, "");
}

describe.each(Object.entries(evasions))("GPUs %s", (_, tricks) => {
  for (const [trick, rules, objects, settings] of tricks)
    test(trick, async () => {
      const resources = objects.map(resourceOf);
      const [culprit] = resources.map(nameIn);
      for (const stack of [resources, resources.map(unsure)]) {
        const violations = await violationsOf(stack, settings);
        for (const rule of rules) {
          const messages = violations.filter((one) => one.rule === rule).map(({ message }) => message);
          // A quota that is not there has no name.
          const name = rule === "gpu-quota" ? "namespace dynamo" : culprit;
          expect({ rule, messages: messages.join("\n") }).toEqual({
            rule,
            messages: expect.stringContaining(String(name)),
          });
        }
      }
    });
});

describe("no rule stops", () => {
  for (const [stack, objects, settings] of harmless)
    test(stack, async () => expect(await violationsOf(objects.map(resourceOf), settings)).toEqual([]));
});

const { unknownNumberValue, unknownArrayValue, unknownObjectValue, unknownBooleanValue } =
  require("@pulumi/policy/proxy") as Record<string, unknown>;

const ofOtherTypes = [unknownNumberValue, unknownArrayValue, unknownObjectValue, unknownBooleanValue];

/** What no object should have, and a preview may get all the same. */
const nonsense = fc.constantFrom<unknown>(
  ...[null, true, "", "(", "constructor", "-1", -1, 0.5, 2 ** 60, Number.NaN, Number.POSITIVE_INFINITY],
  ...[[], [null], [[1]], {}, { toString: 1 }, { nested: { limits: [] } }, unknown, ...ofOtherTypes],
);

test("nonsense makes no rule stumble", async () => {
  const stacks = [
    ...Object.values(evasions).flatMap((tricks) => tricks.map(([, , objects]) => objects)),
    ...harmless.map(([, objects]) => objects),
  ].filter((objects) => objects.length > 0);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...stacks), fc.nat(), nonsense, async (objects, i, value) => {
      const resources = structuredClone(objects.map(resourceOf));
      const places = resources.flatMap(({ props }) => placesIn(props));
      const place = places[i % places.length];
      if (place) place.owner[place.key] = value;
      await violationsOf(resources);
    }),
    { numRuns: 300 },
  );
});

function placesIn(owner: unknown): { owner: Part; key: string }[] {
  if (typeof owner !== "object" || owner === null) return [];
  return Object.entries(owner).flatMap(([key, child]) => [{ owner: owner as Part, key }, ...placesIn(child)]);
}
