/** Whether the certificate of the graphs' pods is for them, signed by those whom they trust, and valid for long enough. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { certificateFiles, graphsHost } from "../../../plan/certificates/certificates";
import type { Evidence } from "../evidence";
import { check, countOf, type Finding } from "../finding";
import { Unread } from "../reading";

const day = 86_400_000;
/** Days before its end from which on it is told. */
const warnDays = 30;

/** None where the stack has no certificates. */
export function certificateValid({ certificate, stack: { certificates }, at }: Evidence): Finding[] {
  if (certificate === undefined) return [];
  const { passed, failed, skipped } = check("certificate", `generation ${certificates}`);
  if (certificate instanceof Unread) return [skipped(certificate.reason)];
  const remedy = "raise dynamo:encryption.generation by one and run pulumi up (docs/encryption.md)";
  const own = parsed(certificate[certificateFiles.certificate]);
  if (own === undefined) return [failed("its Secret holds no certificate", remedy)];
  const trusted = (certificate[certificateFiles.authorities] ?? "").split(/(?<=-----END CERTIFICATE-----)/);
  const authorities = trusted.flatMap((pem) => parsed(pem) ?? []);
  const left = Math.floor((new Date(own.validTo).getTime() - at.getTime()) / day);
  const problems = [
    ...(authorities.some(({ publicKey }) => own.verify(publicKey))
      ? []
      : ["none whom pods trust has signed it"]),
    ...(isKeyOf(own, certificate[certificateFiles.key]) ? [] : ["its key is another's"]),
    ...(own.checkHost(graphsHost) ? [] : [`it is not for ${graphsHost}`]),
    ...(new Date(own.validFrom) > at ? [`it is valid from ${own.validFrom} on`] : []),
    ...(left < 0 ? [`it has ended on ${own.validTo}`] : []),
    ...(left >= 0 && left < warnDays ? [`it ends in ${countOf(left, "day")}`] : []),
  ];
  return [
    problems.length === 0
      ? passed(`valid for ${countOf(left, "day")} more`)
      : failed(problems.join("; "), remedy),
  ];
}

function parsed(pem: string | undefined): X509Certificate | undefined {
  try {
    return new X509Certificate(pem ?? "");
  } catch {
    return undefined;
  }
}

function isKeyOf(certificate: X509Certificate, key = ""): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}
