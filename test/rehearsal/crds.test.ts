import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { type CustomResourceDefinition, readCrds } from "../../rehearsal/crdFiles";
import { standInCrds } from "../../rehearsal/crds";
import { convertedBy, withStoredVersion } from "../../rehearsal/crdVersions";
import { structuralSchema } from "../../rehearsal/structuralSchema";

const definition = (name: string, spec = "{}") =>
  `kind: CustomResourceDefinition\nmetadata: { name: ${name} }\nspec: ${spec}\n`;

describe("readCrds", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "crds-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test("finds them in nested folders and in files of several documents", async () => {
    await mkdir(join(folder, "nested"));
    await writeFile(
      join(folder, "a.yaml"),
      `${definition("a")}---\nkind: ConfigMap\n---\n---\n${definition("b")}`,
    );
    await writeFile(join(folder, "nested", "c.yml"), definition("c"));
    await writeFile(join(folder, "notes.txt"), definition("d"));
    const crds = await readCrds(folder);
    expect(crds.map(({ metadata }) => metadata.name)).toEqual(["a", "b", "c"]);
  });

  test.each([
    ["is empty", {}, /^no CustomResourceDefinition in the YAML files of \S+$/],
    ["holds other kinds only", { "a.yaml": "kind: ConfigMap" }, /^no CustomResourceDefinition/],
    ["holds what is not YAML", { "a.yaml": "{" }, /a\.yaml is not YAML/],
    [
      "holds two of one name",
      { "a.yaml": definition("same"), "b.yaml": definition("same") },
      /^CustomResourceDefinition same is in both a\.yaml and b\.yaml of /,
    ],
  ])("refuses a folder that %s", async (_, files: Record<string, string>, message) => {
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    await expect(readCrds(folder)).rejects.toThrow(message);
  });

  test("refuses a folder that is not there", async () => {
    await expect(readCrds(join(folder, "none"))).rejects.toThrow(/^no folder \S+none to read/);
  });
});

describe("structuralSchema", () => {
  const open = { "x-kubernetes-preserve-unknown-fields": true };

  test.each([
    ["a text", z.string().min(1), { type: "string", minLength: 1 }],
    ["a pattern, which is no RE2", z.string().regex(/^(?=a)/), { type: "string" }],
    ["a count", z.int().min(0).max(5), { type: "integer", minimum: 0, maximum: 5 }],
    ["an enum with a default", z.enum(["a", "b"]).default("a"), { type: "string", enum: ["a", "b"] }],
    ["a list", z.array(z.boolean()), { type: "array", items: { type: "boolean" } }],
    ["a tuple", z.tuple([z.string()]), { type: "array", minItems: 1, maxItems: 1, items: open }],
    ["a map", z.record(z.string(), z.string()), { type: "object", additionalProperties: { type: "string" } }],
    ["a map of anything", z.record(z.string(), z.unknown()), { type: "object", additionalProperties: open }],
    [
      "a closed object",
      z.strictObject({ a: z.string(), b: z.string().optional() }),
      { type: "object", properties: { a: { type: "string" }, b: { type: "string" } }, required: ["a"] },
    ],
    [
      "an open object",
      z.looseObject({ a: z.string().optional() }),
      { type: "object", properties: { a: { type: "string" } }, ...open },
    ],
    ["a union", z.union([z.string(), z.int()]), open],
    ["a text or null", z.string().nullable(), open],
    ["anything", z.unknown(), open],
    ["a reference to itself", z.json(), open],
  ])("%s", (_, schema, expected) => {
    expect(structuralSchema(z.toJSONSchema(schema, { io: "input" }))).toEqual(expected);
  });
});

test("the stand-in for DynamoGraphDeployment knows the program's fields, and nothing that a structural schema forbids", () => {
  const text = JSON.stringify(standInCrds());
  expect(text).toContain('"name":"dynamographdeployments.nvidia.com"');
  expect(text).toContain('"services":{"type":"object","additionalProperties":{"type":"object"');
  expect(text).not.toMatch(/\$schema|\$ref|"additionalProperties":false|"const"|"anyOf"|"oneOf"/);
});

/** A CRD with versions v1, v2 and so on, of which the last is not served. */
const versioned = (group: string, count: number): CustomResourceDefinition => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `things.${group}` },
  spec: {
    group,
    conversion: { strategy: "Webhook", webhook: { clientConfig: { service: { port: 443 } } } },
    versions: Array.from({ length: count }, (_, i) => ({ name: `v${i + 1}`, served: i + 1 < count })),
  },
});

describe("without an operator's webhook", () => {
  test("graphs are stored as they were written, in whichever version of their API", () => {
    const [graphs] = standInCrds().map(withStoredVersion);
    const versions = graphs?.spec.versions as { name: string; served: boolean; storage: boolean }[];
    expect(versions.map(({ name, served, storage }) => [name, served, storage])).toEqual([
      ["v1alpha1", true, false],
      ["v1beta1", true, false],
      ["stored", true, true],
    ]);
  });

  test("nothing is converted", () => {
    const crd = versioned("nvidia.com", 3);
    expect(withStoredVersion(crd)).toEqual({
      ...crd,
      spec: { ...crd.spec, conversion: { strategy: "None" } },
    });
  });
});

describe("by a real operator", () => {
  const server = { port: 1234, ca: "signer" };

  test("versions are converted by its webhook, at its Service", () => {
    const { spec } = convertedBy(server, versioned("nvidia.com", 3));
    expect(spec.versions).toEqual(versioned("nvidia.com", 3).spec.versions);
    expect(spec.conversion).toEqual({
      strategy: "Webhook",
      webhook: {
        clientConfig: {
          service: {
            namespace: "dynamo-system",
            name: "dynamo-operator-webhook-service",
            path: "/convert",
            port: 1234,
          },
          caBundle: Buffer.from("signer").toString("base64"),
        },
        conversionReviewVersions: ["v1"],
      },
    });
  });

  test.each([
    ["of one version", versioned("nvidia.com", 2)],
    ["of others", versioned("grove.io", 3)],
  ])("kinds %s are left alone", (_, crd) => expect(convertedBy(server, crd)).toEqual(crd));
});
