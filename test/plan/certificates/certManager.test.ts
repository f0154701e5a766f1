/** What `dynamo:encryption` with issuer `cert-manager` makes of a stack's plan. */
import { stackConfig } from "../../../config/schema";
import { graphsCertificate } from "../../../plan/certificates/certificates";
import { certificateManifest, endOfFirst } from "../../../plan/certificates/certManager";
import { fixedSettingChanges } from "../../../plan/fixedSettings";
import { summariseGraphs } from "../../../plan/graph/summary";
import { planStack } from "../../../plan/stack";

const issuerRef = { name: "internal-ca", kind: "ClusterIssuer", group: "cert-manager.io" };
const byIssuer = (ref: object = { name: "internal-ca" }, generation = 1) => ({
  issuer: "cert-manager",
  issuerRef: ref,
  generation,
});
const plan = (encryption: object, config: object = {}, before?: Parameters<typeof planStack>[1]) =>
  planStack(stackConfig.parse({ graphs: [{ name: "chat", model: "m" }], encryption, ...config }), before);
const withServers = (encryption: object) => {
  const { servers, ...discovery } = plan(encryption, {
    discovery: { mode: "nats-etcd", clientNamespaces: ["team-b"] },
  }).discovery;
  if (!servers?.nats || !servers.etcd) throw new Error("no servers");
  return { ...discovery, nats: servers.nats, etcd: servers.etcd };
};

test("a Certificate asks for what the runtime, NATS and etcd take, and as late a renewal as may be", () => {
  const metadata = { name: "dynamo-tls-internal-ca-2", namespace: "dynamo" };
  expect(
    certificateManifest({ ...graphsCertificate("dynamo", { generation: 2, issuerRef }), issuerRef }),
  ).toEqual({
    metadata: { ...metadata, annotations: { "pulumi.com/waitFor": '["condition=Ready"]' } },
    spec: {
      secretName: metadata.name,
      issuerRef,
      commonName: "dynamo",
      dnsNames: ["dynamo.internal"],
      privateKey: { algorithm: "ECDSA", size: 256, encoding: "PKCS8", rotationPolicy: "Always" },
      usages: ["digital signature", "server auth", "client auth"],
      duration: "8760h0m0s",
      renewBefore: "5m0s",
    },
  });
});

test("pods mount the Secrets that cert-manager fills, and etcd takes no member for a user", () => {
  const { env, volumes, copies, nats, etcd, summary } = {
    ...withServers(byIssuer({ name: "internal-ca" }, 2)),
    copies: withServers(byIssuer({ name: "internal-ca" }, 2)).encryption?.copies,
  };
  const secret = "dynamo-tls-internal-ca-2";
  expect(volumes.map(({ volume }) => volume.secret.secretName)).toEqual([secret]);
  expect(env).toContainEqual({
    name: "ETCD_AUTH_CA",
    valueFrom: { secretKeyRef: { name: secret, key: "ca.crt" } },
  });
  expect(summary[1]?.secrets?.certificate).toBe(secret);
  expect(copies?.map(({ metadata }) => metadata.name)).toEqual([
    "discovery-tls-internal-ca-2",
    "discovery-tls-internal-ca-1",
  ]);
  for (const { certificate } of [nats, etcd]) {
    if (certificate?.issuerRef === undefined) throw new Error("no issuer");
    const { spec } = certificateManifest({ ...certificate, issuerRef: certificate.issuerRef });
    expect(spec).not.toHaveProperty("commonName");
    expect(spec.dnsNames).toContain("localhost");
  }
  expect(etcd.certificate?.metadata.name).toBe("etcd-tls-internal-ca-2");
});

test("each issuer has graphs, Secrets and members of its own", () => {
  const external = { name: "pca", kind: "AWSPCAClusterIssuer", group: "awspca.cert-manager.io" };
  const signers = [{ issuer: "own" }, byIssuer(), byIssuer({ name: "other" }), byIssuer(external)];
  const plans = signers.map((encryption) => plan(encryption));
  expect(new Set(plans.map(({ graphs }) => graphs[0]?.deployment.metadata.name)).size).toBe(4);
  expect(plans.map(({ discovery }) => discovery.encryption?.certificate.metadata.name)).toEqual([
    "dynamo-tls-1",
    "dynamo-tls-internal-ca-1",
    "dynamo-tls-other-1",
    "dynamo-tls-pca.awspcaclusterissuer.awspca.cert-manager.io-1",
  ]);
  const [own, one, another] = signers.map(
    (encryption) => withServers(encryption).nats.members.services.headless,
  );
  for (const [before, after] of [
    [own, one],
    [one, own],
    [one, another],
  ])
    expect(fixedSettingChanges(before, after)).toEqual([
      expect.stringMatching(
        /^✖ can't have another issuer where NATS and etcd are: .* → at dynamo:encryption$/,
      ),
    ]);
  const rotated = withServers(byIssuer({ name: "internal-ca" }, 7)).nats.members.services.headless;
  expect(fixedSettingChanges(one, rotated)).toEqual([]);
});

test("the next update is told the issuer, whose generations may be skipped, and another's graph is another", () => {
  const { graphs, runtime } = plan(byIssuer());
  const before = summariseGraphs(graphs, runtime);
  expect(before.chat).toMatchObject({ certificates: 1, issuer: "internal-ca" });
  const rotated = plan(byIssuer({ name: "internal-ca" }, 5), {}, before);
  expect([rotated.refusals, rotated.switchover.replaced]).toEqual([[], {}]);
  for (const encryption of [{ issuer: "own" }, byIssuer({ name: "other" })])
    expect(Object.keys(plan(encryption, {}, before).switchover.replaced)).toEqual(["chat"]);
});

test("cert-manager and the issuer are required, also where the stack installs the platform", () => {
  const asked = /^cert-manager, and its issuer internal-ca: Ready, .* \(dynamo:encryption.issuerRef\)$/;
  const platform = { install: { version: "1.5.0" } };
  for (const config of [{}, { platform }])
    expect(plan(byIssuer(), config).requirements).toContainEqual(expect.stringMatching(asked));
  expect(plan({ issuer: "own" }).requirements.join()).not.toContain("cert-manager");
});

describe("the end of the certificate that pods have read", () => {
  const made = "2026-11-30T12:00:00Z";
  const live = (notBefore: string, notAfter: string) => ({
    metadata: { creationTimestamp: made },
    status: { notBefore, notAfter },
  });
  test.each<[string, object, string]>([
    ["is its own", live(made, "2027-11-30T12:00:00Z"), "2027-11-30T12:00:00Z"],
    [
      "is that of the issuer's, who signs for less",
      live(made, "2026-12-30T12:00:00Z"),
      "2026-12-30T12:00:00Z",
    ],
    [
      "is not that of its renewal",
      live("2027-11-30T11:55:00Z", "2028-11-29T11:55:00Z"),
      "2027-11-30T12:00:00Z",
    ],
    [
      "is that of a Secret that was there",
      live("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
      "2027-01-01T00:00:00Z",
    ],
  ])("%s", (_, certificate, end) => expect(endOfFirst(certificate)).toBe(Date.parse(end) / 1000));

  test("is not known before it is signed", () => expect(endOfFirst({ metadata: {} })).toBeNaN());
});
