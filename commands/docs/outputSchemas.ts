/** JSON schemas of what commands print with `--json`: their types, for machines that read them. */
import { z } from "zod";
import { verdict } from "../check/verdict";
import { costOutput } from "../cost/output";
import { preflightOutput } from "../preflight/output";
import { previewOutput } from "../preview/output";
import { sizeOutput } from "../size/output";
import { report } from "../traffic/report";
import { upgradeOutput } from "../upgradeCheck/output";

/** By command. */
export const outputs: Readonly<Record<string, z.ZodType>> = {
  check: verdict,
  cost: costOutput,
  preflight: preflightOutput,
  preview: previewOutput,
  size: sizeOutput,
  traffic: report,
  "upgrade-check": upgradeOutput,
};

/** Whole numbers have no bound of their own. */
const withoutBounds = ({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }) => {
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
};

/** Contents of the files in docs/schemas/, by their paths in the project. */
export function outputSchemas(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(outputs).map(([command, output]) => {
      const title = `Output of npm run ${command} -- --json`;
      const schema = { title, ...z.toJSONSchema(output, { override: withoutBounds }) };
      return [`docs/schemas/${command}.schema.json`, `${JSON.stringify(schema, null, 2)}\n`];
    }),
  );
}
