/** Files that keep a cluster as it was: what `npm run preflight -- --save` writes. */
import { readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { parseForeignJson, toJson } from "../../config/printable";
import { type Snapshot, snapshot } from "../../preflight/snapshot";
import { UserError } from "../cli/userError";

/** @throws UserError where the file is not there, or keeps no cluster */
export function readClusterFile(file: string): Snapshot {
  let read: unknown;
  try {
    read = parseForeignJson(readFileSync(file, "utf8"));
  } catch (error) {
    throw new UserError(`${file} can't be read: ${(error as Error).message}`);
  }
  const { data, error } = snapshot.safeParse(read);
  if (data !== undefined) return data;
  throw new UserError(
    `${file} keeps no cluster: ${z.prettifyError(error).replaceAll(/\s*\n\s*/g, " ")}. Write one by \`npm run preflight -- --save ${file}\``,
  );
}

export function writeClusterFile(file: string, cluster: Snapshot): void {
  writeFileSync(file, `${toJson(cluster)}\n`);
}
