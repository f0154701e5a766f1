import type { Summary } from "./summary";

/** The platform that a stack installs, in a line. */
export function describePlatform({
  release,
  version,
  namespace,
  images,
}: NonNullable<Summary["outputs"]["platform"]>): string {
  const run = images?.join(", ") ?? "its images are not known, as values of the stack's own may bring others";
  return `Helm release ${release} ${version} in ${namespace}: ${run}`;
}
