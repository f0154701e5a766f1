/** Files that keep a cluster as it was: what `npm run preflight -- --save` writes. */
import { mistakesIn } from "../../config/messages";
import { toJson } from "../../config/printable";
import { type Snapshot, snapshot } from "../../preflight/snapshot";
import { inputJson, writeText } from "../cli/files";
import { UserError } from "../cli/userError";

/** @throws UserError where the file is not there, or keeps no cluster */
export function readClusterFile(file: string): Snapshot {
  const read = inputJson(file);
  const { data } = snapshot.safeParse(read);
  if (data !== undefined) return data;
  const [mistake] = mistakesIn(snapshot, read);
  throw new UserError(
    `${file} keeps no cluster: ${mistake}. Write one by \`npm run preflight -- --save ${file}\``,
  );
}

export function writeClusterFile(file: string, cluster: Snapshot): void {
  writeText(file, `${toJson(cluster)}\n`);
}
