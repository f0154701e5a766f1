/** The real CustomResourceDefinitions, where they lie beside the project, or are given with a real operator. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const crds = join(__dirname, "../../../shared/crds");

/**
 * Folders of CRDs for a rehearsal that does without, but for a real operator: those that DYNAMO_CRDS names, as PATH has
 * folders, where DYNAMO_OPERATOR names one.
 */
export function operatorCrds(): string[] {
  const { DYNAMO_OPERATOR, DYNAMO_CRDS = "" } = process.env;
  return DYNAMO_OPERATOR ? DYNAMO_CRDS.split(delimiter).filter(Boolean) : [];
}

/** Folders of a Dynamo release's CRDs and of Prometheus'. None where they are missing, which is told. */
export function realCrds(release: "0.8" | "1.4"): string[] {
  const given = operatorCrds();
  if (given.length > 0) return given;
  const folders = [join(crds, `dynamo-${release}`), join(crds, "monitoring")];
  const missing = folders.find((folder) => !existsSync(folder));
  if (missing === undefined) return folders;
  console.warn(`there is no ${missing}`);
  return [];
}
