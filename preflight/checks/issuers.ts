import { own } from "../../config/own";
import { some } from "../../config/printable";
import { check, type Finding } from "../finding";
import { issuersOf, type Needs } from "../needs";
import { isUnread, type Snapshot } from "../snapshot";

/** Issuers of cert-manager's own that can't be had, by the field of their spec. */
const unfit: Readonly<Record<string, string>> = {
  acme: "its authority signs no names inside of a cluster",
  selfSigned: "each of its certificates would be trusted by its holder alone",
};

const setting = "dynamo:encryption.issuerRef";

/** Whether the issuers that the plan's Certificates name are there, Ready, and such as parts of a stack can trust each other by. */
export function issuers(needs: Needs, { issuers: all }: Snapshot): Finding[] {
  return issuersOf(needs).map(({ kind, name }) => {
    const { passed, failed, unknown } = check(kind, name);
    if (isUnread(all)) return unknown(all.unread);
    const ofKind = all.filter((one) => one.kind === kind);
    const found = ofKind.find(({ metadata }) => metadata.name === name);
    if (found === undefined) {
      const there = some(ofKind.map(({ metadata }) => metadata.name)) || "none";
      return failed(
        `there is none of that name (there are ${there})`,
        `make it, or name another (${setting})`,
      );
    }
    const why = found.fields.flatMap((field) => own(unfit, field) ?? [])[0];
    if (why !== undefined) return failed(why, `name one with an authority of its own (${setting})`);
    return found.ready?.status === "True"
      ? passed("it is Ready")
      : failed(
          `it is not Ready: ${found.ready?.message ?? "cert-manager has not looked at it"}`,
          "mend what it says: until then no certificate is signed, and the update waits",
        );
  });
}
