/** Versions that the project works with, as a table for the README. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { projectDir } from "../../config/project";
import { supportedVersions } from "../../config/runtime/versions";

const read = (file: string) => readFileSync(join(projectDir, file), "utf8");

export function versionsTable(): string {
  const { requiredPulumiVersion } = parse(read("Pulumi.yaml"));
  const { dependencies } = JSON.parse(read("package.json"));
  const rows = [
    [
      "Dynamo runtime",
      `${supportedVersions}; mode \`kubernetes\` from 0.8 ([what each needs](docs/upgrading.md))`,
    ],
    [
      "Graphs' API",
      "`v1alpha1`, or `v1beta1` from 1.3 ([which when](docs/upgrading.md#from-v1alpha1-to-v1beta1))",
    ],
    ["Node", "22 and newer (22 and 24 are tested); 20 still starts"],
    [
      "Pulumi",
      `CLI ${oldest(requiredPulumiVersion)} or newer; kubernetes provider ${oldest(dependencies["@pulumi/kubernetes"])} or newer`,
    ],
  ];
  return ["|     |     |", "| --- | --- |", ...rows.map(([name, text]) => `| ${name} | ${text} |`)].join(
    "\n",
  );
}

/** The first version of a range, such as ">=3.218.0". */
const oldest = (range: string) => range.replace(/^\D+/, "");
