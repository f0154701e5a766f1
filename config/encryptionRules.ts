/** Rules on `dynamo:encryption`, and on the certificates of servers that someone else runs. */
import type { ExternalNats } from "./discovery";
import type { EncryptionConfig } from "./encryption";
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
  checkIssuer(encryption, report);
  if (discovery.mode === "nats-etcd" && discovery.nats.external)
    checkNats(discovery.nats, runtime, isEncrypted, report);
  if (!isEncrypted) {
    if (encryption.refusePlain)
      report(
        ["encryption", "refusePlain"],
        "is of a stack that encrypts the rest: write issuer: own or cert-manager beside it",
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

/** An issuer where cert-manager signs, and nowhere else. */
function checkIssuer({ issuer, issuerRef }: EncryptionConfig, report: ReportMistake): void {
  if (issuer !== "cert-manager") {
    if (issuerRef !== undefined)
      report(
        ["encryption", "issuerRef"],
        `is of issuer: cert-manager, found issuer: ${issuer}: write that, or take it out`,
      );
  } else if (issuerRef === undefined)
    report(
      ["encryption", "issuerRef"],
      "is missing: write the name of the ClusterIssuer that signs, as issuerRef: { name: internal-ca }",
    );
  else if (issuerRef.kind === "Issuer")
    report(
      ["encryption", "issuerRef", "kind"],
      "must be of an issuer for all namespaces, as a ClusterIssuer is: an Issuer signs in its own alone, and NATS and etcd have some of their own",
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
