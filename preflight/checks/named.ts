import { check, type Finding } from "../finding";
import { namedKey, namedObjects } from "../namedObjects";
import type { Needs } from "../needs";
import { isUnread, type Snapshot } from "../snapshot";

/** Whether the Secrets, ConfigMaps and claims are there that the plan names and does not make. */
export function named(needs: Needs, cluster: Snapshot): Finding[] {
  return namedObjects(needs).map((object) => {
    const key = namedKey(object);
    const { passed, failed, unknown } = check("named objects", key);
    const isThere = cluster.named[key];
    if (isThere === undefined) return unknown("nobody looked for it");
    if (isUnread(isThere)) return unknown(isThere.unread);
    const by = object.by.join(", ");
    return isThere
      ? passed(`it is there, as ${by} needs it`)
      : failed(
          `it is not there, and pods of ${by} wait for it`,
          `make it in namespace ${object.namespace} first, or write the name of one that is there`,
        );
  });
}
