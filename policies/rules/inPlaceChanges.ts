import { z } from "zod";
import { nameOf } from "../../gpus/manifest";
import { describeInPlace } from "../../plan/changesInPlace";
import { allowedObjects, stackRule } from "../rule";

const kinds = ["model", "runtime"] as const;

/** As the program's previews, and `npm run check -- --before`, tell it. */
const changes = z.array(
  z.object({
    graph: z.string(),
    object: z.string(),
    what: z.enum(kinds),
    from: z.string(),
    to: z.string(),
  }),
);

export const inPlaceChanges = stackRule({
  name: "in-place-changes",
  description: "No graph gets another model, or a runtime of another release line, in place.",
  severity: "medium",
  level: "advisory",
  remedy:
    "Raise the graph's revision in dynamo:graphs by one in the same change, for a new graph beside the old one; what no stack of this program makes gets another name.",
  settings: z.strictObject({
    changes: z
      .array(z.enum(kinds))
      .default([...kinds])
      .describe("What may not change in place."),
    allowed: allowedObjects("Graphs that may, as `DynamoGraphDeployment dynamo/chat`."),
  }),
  check(objects, settings, report, { changesInPlace = [] }) {
    const { data } = changes.safeParse(changesInPlace);
    if (data === undefined)
      return report(
        "what changes in place is not known: the stack's output changesInPlace tells it otherwise",
      );
    for (const change of data) {
      if (!settings.changes.includes(change.what) || settings.allowed.includes(change.object)) continue;
      const made = objects.find(({ manifest }) => nameOf(manifest) === change.object);
      report(describeInPlace(change), made?.urn);
    }
  },
});
