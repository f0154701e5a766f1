import { at, list, record, text } from "../../gpus/manifest";
import { issuersOf, type Needs } from "../needs";
import { isUnread, type Unread } from "../snapshot";
import type { ApiServer } from "./apiServer";
import type { ServedApi } from "./apis";

/** All issuers of the kinds that the plan's Certificates name. Of their specs the fields' names alone are kept. */
export async function readIssuers(
  api: ApiServer,
  needs: Needs,
  apis: Promise<ServedApi[] | Unread>,
): Promise<unknown> {
  const served = await apis;
  if (isUnread(served)) return served;
  const paths = served.flatMap(({ group, version, kinds }) =>
    kinds
      .filter(({ kind }) => issuersOf(needs).some((ref) => ref.group === group && ref.kind === kind))
      .map(({ kind, plural }) => ({ group, kind, path: `/apis/${group}/${version}/${plural}` })),
  );
  // In whatever version: one of each kind is enough.
  const once = new Map(paths.map((one) => [`${one.group}/${one.kind}`, one]));
  const found = [...once.values()].map(async ({ kind, path }) =>
    (await api.list(path)).map((issuer) => ({
      kind,
      metadata: { name: text(at(issuer, "metadata", "name")) },
      fields: Object.keys(record(at(issuer, "spec"))),
      ready: list(at(issuer, "status", "conditions")).find((one) => at(one, "type") === "Ready"),
    })),
  );
  return (await Promise.all(found)).flat();
}
