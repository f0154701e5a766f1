import { createHash, type KeyObject } from "node:crypto";
import { certificateValid } from "../../../commands/verify/checks/certificateValid";
import { Unread } from "../../../commands/verify/reading";
import { encryptionOf, graphsCertificate } from "../../../plan/certificates/certificates";
import { issueCertificate } from "../../../plan/certificates/issue";
import { privateKeyOf, signCertificate } from "../../../plan/certificates/x509";
import { etcdMembers } from "../../../plan/servers/etcdMembers";
import { serverCertificate } from "../../../plan/servers/serverCertificate";
import { evidence, now } from "./evidence";

const day = 86_400_000;

interface Options {
  /** Days since it was made. */
  readonly age?: number;
  readonly certificate?: Parameters<typeof issueCertificate>[1];
}

function files({ age = 0, certificate = graphsCertificate("dynamo", { generation: 1 }) }: Options = {}) {
  const issuedAt = { 1: new Date(now.getTime() - age * day) };
  const secrets = { 1: "one", 2: "two" };
  return issueCertificate(encryptionOf({ generation: 1 }), certificate, {
    secrets,
    issuedAt,
  });
}

const judged = (certificate: Readonly<Record<string, string>>) =>
  certificateValid(evidence("kubernetes", { certificate, stack: { certificates: 1 } }))[0];

test("nothing is asked of a stack without certificates", () => {
  expect(certificateValid(evidence("kubernetes"))).toEqual([]);
});

test("one that is valid says for how long", () => {
  expect(judged(files({ age: 5 }))).toMatchObject({
    check: "certificate",
    subject: "generation 1",
    state: "passed",
    found: "valid for 360 days more",
  });
});

test.each<[string, Readonly<Record<string, string>>, RegExp]>([
  ["ends soon", files({ age: 336 }), /^it ends in 29 days$/],
  ["has ended", files({ age: 366 }), /^it has ended on /],
  ["is not valid yet", files({ age: -2 }), /^it is valid from /],
  ["is of a stranger", { ...files(), "ca.crt": "" }, /^none whom pods trust has signed it$/],
  [
    "has another key",
    {
      ...files(),
      "tls.key": files({ certificate: graphsCertificate("other", { generation: 1 }) })["tls.key"],
    },
    /^its key is another's$/,
  ],
  ["has no key", { ...files(), "tls.key": "" }, /^its key is another's$/],
  [
    "is a server's",
    files({ certificate: serverCertificate(etcdMembers, 1, "cluster.local", { generation: 1 }) }),
    /^it is not for dynamo.internal$/,
  ],
  ["is none", { ...files(), "tls.crt": "text" }, /^its Secret holds no certificate$/],
])("one that %s fails, with what to do", (_, certificate, found) => {
  expect(judged(certificate)).toMatchObject({
    state: "failed",
    found: expect.stringMatching(found) as string,
    remedy: expect.stringContaining("dynamo:encryption.generation") as string,
  });
});

test("one that an authority between has signed is as well, shown beside it", () => {
  const [root, between, holder] = ["root", "between", "holder"].map((name) =>
    privateKeyOf(createHash("sha256").update(name).digest()),
  ) as [KeyObject, KeyObject, KeyObject];
  const validity = { notBefore: new Date(0), notAfter: new Date("2100-01-01T00:00:00Z") };
  const sign = (subject: string, issuer: string, key: KeyObject, by: KeyObject) =>
    signCertificate(
      { subject, issuer, isAuthority: key !== holder, hosts: ["dynamo.internal"], ...validity },
      key,
      by,
    );
  const own = sign("dynamo", "between", holder, between);
  const signer = sign("between", "root", between, root);
  const certificate = {
    "ca.crt": sign("root", "root", root, root),
    "tls.crt": own + signer,
    "tls.key": holder.export({ type: "pkcs8", format: "pem" }).toString(),
  };
  expect(judged(certificate)?.state).toBe("passed");
  expect(judged({ ...certificate, "tls.crt": own })?.found).toBe("none whom pods trust has signed it");
});

test("thirty days before its end it is still well", () => {
  expect(judged(files({ age: 335 }))?.state).toBe("passed");
});

test("without rights it is skipped", () => {
  const certificate = new Unread("dynamo-tls-1 is forbidden", true);
  const [finding] = certificateValid(evidence("kubernetes", { certificate, stack: { certificates: 1 } }));
  expect(finding).toMatchObject({ state: "skipped", found: "dynamo-tls-1 is forbidden" });
});
