/** Changes of a manifest that no setting says. */
import { z } from "zod";

/** The JSON pointer to a field, by the keys that lead there (RFC 6901). */
export const pointerTo = (...keys: readonly string[]): string =>
  keys.map((key) => `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

/** The keys by which a JSON pointer leads. */
export const keysOf = (pointer: string): string[] =>
  pointer
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));

/**
 * Schema of a change of a manifest.
 * @param path of a field that may be changed
 * @param example of one
 */
export function patchOf(path: z.ZodString, example: string, description: string) {
  const pointer = path
    .refine(
      (pointer) => !/\/(__proto__|prototype|constructor)(\/|$)/.test(pointer),
      "must name fields of the manifest: remove what every object has",
    )
    .meta({ description: `JSON pointer to the field: ${example}` });
  return z
    .discriminatedUnion("op", [
      z.strictObject({
        op: z.literal("add").meta({ description: "Sets a field, or adds an item to a list." }),
        path: pointer,
        value: patchValue("Its new value."),
      }),
      z.strictObject({
        op: z.literal("replace").meta({ description: "Changes what is there." }),
        path: pointer,
        value: patchValue("Its new value."),
      }),
      z.strictObject({
        op: z.literal("remove").meta({ description: "Takes it away." }),
        path: pointer,
      }),
      z.strictObject({
        op: z.literal("test").meta({
          description:
            "Changes nothing, and refuses the whole where another value is there: before a change by an item's place in a list.",
        }),
        path: pointer,
        value: patchValue("The value that must be there."),
      }),
    ])
    .meta({ description });
}

function patchValue(description: string) {
  return z
    .unknown()
    .refine((value) => value !== undefined, "is missing: write a value")
    .meta({ description });
}

/** Schema of an item of a graph's `transform`. */
export const patch = patchOf(
  z
    .string()
    .regex(
      /^\/spec(\/|$)|^\/metadata\/(annotations|labels)\//,
      "must begin with /spec, /metadata/annotations/ or /metadata/labels/",
    ),
  "/spec/services/VllmWorker/…",
  "A change of the graph's manifest, as JSON Patch (RFC 6902).",
);
