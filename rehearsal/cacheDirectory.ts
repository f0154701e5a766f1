import { homedir } from "node:os";
import { join } from "node:path";

/** Directory in which rehearsals keep what they built or fetched, for the next. Safe to delete. */
export function cacheDirectory(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "dynamo-rehearsal");
}
