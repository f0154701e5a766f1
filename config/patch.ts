/** Changes of a manifest that no setting says. */
import { z } from "zod";

/** Schema of an item of a graph's `transform`. */
export const patch = z
  .discriminatedUnion("op", [
    z.strictObject({
      op: z.literal("add").meta({ description: "Sets a field, or adds an item to a list." }),
      path: jsonPointer(),
      value: patchValue(),
    }),
    z.strictObject({
      op: z.literal("replace").meta({ description: "Changes what is there." }),
      path: jsonPointer(),
      value: patchValue(),
    }),
    z.strictObject({
      op: z.literal("remove").meta({ description: "Takes it away." }),
      path: jsonPointer(),
    }),
  ])
  .meta({ description: "A change of the graph's manifest, as JSON Patch (RFC 6902)." });

function patchValue() {
  return z
    .unknown()
    .refine((value) => value !== undefined, "is missing: write a value")
    .meta({ description: "Its new value." });
}

function jsonPointer() {
  return z
    .string()
    .regex(
      /^\/spec(\/|$)|^\/metadata\/(annotations|labels)\//,
      "must begin with /spec, /metadata/annotations/ or /metadata/labels/",
    )
    .refine(
      (pointer) => !/\/(__proto__|prototype|constructor)(\/|$)/.test(pointer),
      "must name fields of the manifest: remove what every object has",
    )
    .meta({ description: "JSON pointer to the field: /spec/services/VllmWorker/…" });
}
