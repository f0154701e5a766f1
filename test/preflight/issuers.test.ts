/** The issuer that a stack's Certificates name, as preflight looks at it. */
import { readIssuers } from "../../preflight/read/issuers";
import { devStack } from "../devStack";
import { needsOf, troublesOf } from "./clusters";

const needs = needsOf(
  devStack({
    runtime: { version: "1.6.1" },
    encryption: { issuer: "cert-manager", issuerRef: { name: "internal-ca" } },
  }),
);
const issuer = (ready: object | undefined, field = "ca", name = "internal-ca") => ({
  kind: "ClusterIssuer",
  metadata: { name },
  fields: [field],
  ...(ready && { ready }),
});
const isReady = { status: "True" };

test("one that is there and Ready is well, and the Secrets of Certificates are asked of nobody", async () => {
  expect(troublesOf(await needs, { issuers: [issuer(isReady)] })).toEqual([]);
});

test.each<[string, object, RegExp]>([
  ["is not there", [issuer(isReady, "ca", "other")], /^there is none of that name \(there are other\)$/],
  ["is not Ready", [issuer({ status: "False", message: "no Secret" })], /^it is not Ready: no Secret$/],
  ["nobody has looked at", [issuer(undefined)], /^it is not Ready: cert-manager has not looked at it$/],
  ["is of ACME", [issuer(isReady, "acme")], /^its authority signs no names inside of a cluster$/],
  ["signs by itself", [issuer(isReady, "selfSigned")], /trusted by its holder alone$/],
])("one that %s fails", async (_, issuers, found) => {
  expect(troublesOf(await needs, { issuers })).toEqual([
    expect.objectContaining({
      state: "failed",
      check: "ClusterIssuer",
      subject: "internal-ca",
      found: expect.stringMatching(found) as string,
    }),
  ]);
});

test("one that can't be read, or is in no snapshot of before, is unknown", async () => {
  expect(troublesOf(await needs, { issuers: { unread: "not allowed" } })).toMatchObject([
    { state: "unknown" },
  ]);
  expect(troublesOf(await needs, { issuers: undefined })).toMatchObject([
    { state: "unknown", found: expect.stringContaining("save it again") as string },
  ]);
});

test("a cluster without cert-manager is told of", async () => {
  const apis = { apis: [], issuers: [issuer(isReady)] };
  expect(troublesOf(await needs, apis)).toContainEqual(
    expect.objectContaining({
      subject: "cert-manager.io/v1 Certificate",
      found: "the cluster has no such kind",
      remedy: expect.stringContaining("install cert-manager") as string,
    }),
  );
});

test("of the cluster those of the kind are read, without their specs' values", async () => {
  const kinds = [
    { kind: "ClusterIssuer", plural: "clusterissuers" },
    { kind: "Issuer", plural: "issuers" },
  ];
  const asked: string[] = [];
  const list = async (path: string) => {
    asked.push(path);
    const conditions = [{ type: "Ready", ...isReady }];
    return [{ metadata: { name: "internal-ca" }, spec: { ca: { secretName: "s" } }, status: { conditions } }];
  };
  const api = { list } as unknown as Parameters<typeof readIssuers>[0];
  const served = [{ group: "cert-manager.io", version: "v1", kinds }];
  expect(await readIssuers(api, await needs, Promise.resolve(served))).toMatchObject([issuer(isReady)]);
  expect(asked).toEqual(["/apis/cert-manager.io/v1/clusterissuers"]);
});
