/** Rules on `dynamo:encryption`, and on the certificates of servers that someone else runs. */
import type { ExternalNats } from "./discovery";
import type { ReportMistake } from "./report";
import { firstReleaseThat } from "./runtime/releases";
import type { Runtime } from "./runtime/runtime";
import type { StackSettings } from "./schema";

const first = firstReleaseThat(({ mutualTls }) => mutualTls);

/** Checks that all that is said to be encrypted can be. */
export function checkEncryption(
  { encryption, discovery }: StackSettings,
  runtime: Runtime,
  report: ReportMistake,
): void {
  const { version, mutualTls } = runtime;
  const isEncrypted = encryption.issuer !== "none";
  if (discovery.mode === "nats-etcd" && discovery.nats.external)
    checkNats(discovery.nats, runtime, isEncrypted, report);
  if (!isEncrypted) {
    if (encryption.refusePlain)
      report(
        ["encryption", "refusePlain"],
        "is of a stack that encrypts the rest: write issuer: own beside it",
      );
    return;
  }
  if (!mutualTls) {
    report(
      ["encryption", "issuer"],
      `needs a runtime of ${first} or newer, found ${version}, whose requests and connections to NATS have no TLS: remove it, or raise dynamo:runtime.version`,
    );
    return;
  }
  if (discovery.mode === "nats-etcd" && discovery.etcd.external && discovery.etcd.certificate === undefined)
    report(
      ["discovery", "etcd", "endpoints"],
      "must be https:// where dynamo:encryption has an issuer: name the Secret of its clients as etcd.certificate",
    );
}

function checkNats(
  { server, certificate }: ExternalNats,
  { version, mutualTls }: Runtime,
  isEncrypted: boolean,
  report: ReportMistake,
): void {
  const path = ["discovery", "nats"];
  const isTls = server.startsWith("tls://");
  if (certificate !== undefined && !mutualTls)
    report(
      [...path, "certificate"],
      `needs a runtime of ${first} or newer, found ${version}: remove it, or raise dynamo:runtime.version`,
    );
  if (isTls || (certificate === undefined && !isEncrypted)) return;
  const reason = isEncrypted ? "where dynamo:encryption has an issuer" : "to show nats.certificate";
  report([...path, "server"], `must begin with tls:// ${reason}, found ${server}`);
}
