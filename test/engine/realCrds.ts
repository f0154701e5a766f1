/** The real CustomResourceDefinitions, where they lie beside the project. */
import { existsSync } from "node:fs";
import { join } from "node:path";

const crds = join(__dirname, "../../../shared/crds");

/** Folders of a Dynamo release's CRDs and of Prometheus'. None where they are missing, which is told. */
export function realCrds(release: "0.8" | "1.4"): string[] {
  const folders = [join(crds, `dynamo-${release}`), join(crds, "monitoring")];
  const missing = folders.find((folder) => !existsSync(folder));
  if (missing === undefined) return folders;
  console.warn(`there is no ${missing}`);
  return [];
}
