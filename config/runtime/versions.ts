/** Versions of the runtime, as people write them and as images have them in their tags. */
import { releaseLines } from "./release";
import { releases } from "./releases";

/** Release lines that are known, for messages: "0.7 to 1.7". */
export const supportedVersions = `${releaseLines[0]} to ${releaseLines.at(-1)}`;

/** A version as the runtime's images have it in their tags: "0.8.1", "1.5.0.post1". */
export const versionPattern = /^\d+\.\d+\.\d+(\.post\d+)?$/;

/** Message on a version that can't be used, with what to write instead; undefined where it can. */
export function refusedVersion(version: string): string | undefined {
  const newest = releases.get(releaseLineOf(version))?.newest;
  if (newest === undefined) {
    const last = [...releases.values()].at(-1)?.newest;
    return `"${version}" is not known: write a version of ${supportedVersions}, of which ${last} is the newest`;
  }
  return patchOf(version) > patchOf(newest)
    ? `"${version}" is not known: the newest of ${releaseLineOf(version)} that this program knows is ${newest}; write that, or one before it`
    : undefined;
}

/** The release line of a version: "0.8" of "0.8.1". */
export const releaseLineOf = (version: string) => version.split(".", 2).join(".");

const patchOf = (version: string) => Number(version.split(".")[2]);

/** Whether an image's tag tells the operator its release. */
export const isPlainVersion = (tag: string) => /^\d+\.\d+\.\d+$/.test(tag);

/** The release for the operator to go by, where an image's tag does not say it; undefined where it does, or need not. */
export function versionOverrideOf(
  { needsVersionOverride, version }: { readonly needsVersionOverride: boolean; readonly version: string },
  image: string,
): string | undefined {
  const tag = image.slice(image.lastIndexOf(":") + 1);
  if (!needsVersionOverride || isPlainVersion(tag)) return undefined;
  return version.split(".", 3).join("."); // "1.5.0" of "1.5.0.post1"
}
