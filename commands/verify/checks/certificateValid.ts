/** Whether the certificates of the graphs' pods and of NATS are for them, signed by those whom pods trust, and valid for long enough. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { certificateFiles, graphsHost } from "../../../plan/certificates/certificates";
import type { Evidence } from "../evidence";
import { check, countOf, type Finding } from "../finding";
import { Unread } from "../reading";

const day = 86_400_000;
/** Days before its end from which on it is told. */
const warnDays = 30;

const remedy = "raise dynamo:encryption.generation by one and run pulumi up (docs/encryption.md)";

/** None where the stack has no certificates. */
export function certificateValid(evidence: Evidence): Finding[] {
  return [...ofGraphs(evidence), ...ofNats(evidence)];
}

/** Those that its members show. Of members that don't answer at all the check of NATS tells. */
function ofNats({ nats, at }: Evidence): Finding[] {
  const members = nats === undefined || nats instanceof Unread ? [] : nats;
  const asked = members.flatMap(({ pod, status, certificate }) =>
    certificate === undefined || status instanceof Unread ? [] : [{ pod, certificate }],
  );
  const [first] = asked;
  if (first === undefined) return [];
  const { passed, failed, skipped } = check("certificate", "NATS");
  const unread = asked.flatMap(({ certificate }) => (certificate instanceof Unread ? [certificate] : []));
  if (unread[0]?.isForbidden) return [skipped(unread[0].reason)];
  const shown = asked.flatMap(({ pod, certificate }) =>
    certificate instanceof Unread ? [] : [{ pod, certificate }],
  );
  const problems = [
    ...unread.map(({ reason }) => `no TLS with ${reason}`),
    ...shown.flatMap(({ pod, certificate }) =>
      endProblems(certificate, at).map((problem) => `${pod}: ${problem}`),
    ),
  ];
  if (problems.length > 0) return [failed(problems.join("; "), remedy)];
  const left = Math.min(...shown.map(({ certificate }) => daysLeft(certificate, at)));
  return [passed(`of ${countOf(shown.length, "member")}, valid for ${countOf(left, "day")} more`)];
}

function ofGraphs({ certificate, stack: { certificates }, at }: Evidence): Finding[] {
  if (certificate === undefined) return [];
  const { passed, failed, skipped } = check("certificate", `generation ${certificates}`);
  if (certificate instanceof Unread) return [skipped(certificate.reason)];
  const chain = certificatesIn(certificate[certificateFiles.certificate]);
  const [own] = chain;
  if (own === undefined) return [failed("its Secret holds no certificate", remedy)];
  const authorities = certificatesIn(certificate[certificateFiles.authorities]);
  const problems = [
    ...(isTrusted(chain, authorities) ? [] : ["none whom pods trust has signed it"]),
    ...(isKeyOf(own, certificate[certificateFiles.key]) ? [] : ["its key is another's"]),
    ...(own.checkHost(graphsHost) ? [] : [`it is not for ${graphsHost}`]),
    ...endProblems(own, at),
  ];
  return [
    problems.length === 0
      ? passed(`valid for ${countOf(daysLeft(own, at), "day")} more`)
      : failed(problems.join("; "), remedy),
  ];
}

const daysLeft = ({ validTo }: X509Certificate, at: Date) =>
  Math.floor((new Date(validTo).getTime() - at.getTime()) / day);

/** What is wrong with the time in which a certificate is valid. */
export function endProblems(own: X509Certificate, at: Date): string[] {
  const left = daysLeft(own, at);
  return [
    ...(new Date(own.validFrom) > at ? [`it is valid from ${own.validFrom} on`] : []),
    ...(left < 0 ? [`it has ended on ${own.validTo}`] : []),
    ...(left >= 0 && left < warnDays ? [`it ends in ${countOf(left, "day")}`] : []),
  ];
}

const certificatesIn = (pem = "") =>
  pem.split(/(?<=-----END CERTIFICATE-----)/).flatMap((one) => parsed(one) ?? []);

/** Whether an authority has signed the first, or the one that signed it, and so on: authorities between them are shown beside it. */
function isTrusted(
  [own, ...signers]: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
): boolean {
  if (own === undefined) return false;
  if (authorities.some(({ publicKey }) => own.verify(publicKey))) return true;
  const [next] = signers;
  return next !== undefined && own.verify(next.publicKey) && isTrusted(signers, authorities);
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
