import { createPrivateKey, X509Certificate } from "node:crypto";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { projectDir } from "../../config/project";
import type { ReleaseLine } from "../../config/runtime/release";
import { servingCertificate } from "../../rehearsal/realOperator/certificates";
import { operatorCommand, readOperatorCommand } from "../../rehearsal/realOperator/command";
import { webhooksOf } from "../../rehearsal/realOperator/registrations";

const folder = mkdtempSync(join(tmpdir(), "manager-"));
const manager = join(folder, "manager");
writeFileSync(manager, "");
chmodSync(manager, 0o700);
const plain = join(folder, "plain");
writeFileSync(plain, "", { mode: 0o600 });
afterAll(() => rmSync(folder, { recursive: true }));

describe("the command of DYNAMO_OPERATOR", () => {
  const read = (command: string) => readOperatorCommand(command, "1.4");

  test("is of the runtime's release in its newest version", () =>
    expect(read(`${manager}  --zap-log-level=debug`)).toMatchObject({
      program: manager,
      args: ["--zap-log-level=debug"],
      version: "1.4.2",
      release: { releaseLine: "1.4", operatorSettings: "file" },
    }));

  test.each([
    ["--operator-version=1.5.0", "1.5.0", "1.5"],
    ["-operator-version=1.3.1", "1.3.1", "1.3"],
    ["--operator-version=1.3.1 --operator-version=v1.5.1-rc1", "v1.5.1-rc1", "1.5"],
  ])("is of another where %s says so", (args, version, releaseLine) =>
    expect(read(`${manager} ${args}`)).toMatchObject({ version, release: { releaseLine } }),
  );

  test("is on PATH where it is no path", () => expect(read("sh").program).toMatch(/^\/.+\/sh$/));

  test.each([
    [join(folder, "none"), /names a program that is not there, or can't be run: \S+none$/],
    [plain, /can't be run: \S+plain$/],
    ["no-such-program", /can't be run: no-such-program$/],
    [`${manager} --operator-version=9.9.9`, /of a release that is not known: --operator-version=9\.9\.9$/],
  ])("%s is refused", (command, message) => expect(() => read(command)).toThrow(message));

  describe("in a rehearsal", () => {
    const before = process.env.DYNAMO_OPERATOR;
    afterEach(() => {
      if (before === undefined) delete process.env.DYNAMO_OPERATOR;
      else process.env.DYNAMO_OPERATOR = before;
    });
    const graphs = "dynamographdeployments.nvidia.com";

    test("may be missing", () => {
      process.env.DYNAMO_OPERATOR = "";
      expect(operatorCommand("1.4", [])).toBeUndefined();
    });

    test("wants the operator's CRDs", () => {
      process.env.DYNAMO_OPERATOR = manager;
      expect(() => operatorCommand("1.4", [graphs])).toThrow(/--crds names the folder of: dynamocomponent/);
      const crds = [graphs, "dynamocomponentdeployments.nvidia.com"];
      expect(operatorCommand("1.4", crds)).toMatchObject({ program: manager });
    });
  });
});

describe("webhooks", () => {
  const server = { port: 1234, ca: "signer" };
  const paths = (line: ReleaseLine, kind: "validating" | "mutating") =>
    webhooksOf(line, kind, server).map(({ clientConfig }) => clientConfig.service?.path);

  test.each<[ReleaseLine, string[], string[]]>([
    ["0.9", [], []],
    [
      "1.1",
      [
        "/validate-nvidia-com-v1alpha1-dynamocomponentdeployment",
        "/validate-nvidia-com-v1alpha1-dynamographdeployment",
      ],
      ["/mutate-nvidia-com-v1alpha1-dynamographdeployment"],
    ],
    [
      "1.4",
      [
        "/validate-nvidia-com-v1alpha1-dynamocomponentdeployment",
        "/validate/nvidia.com/v1beta1/dynamographdeployments",
      ],
      [
        "/mutate/nvidia.com/v1beta1/dynamographdeployments",
        "/mutate-nvidia-com-v1beta1-dynamocomponentdeployment",
        "/mutate-core-v1-pod-checkpoint-restore",
      ],
    ],
    [
      "1.6",
      [
        "/validate/nvidia.com/v1beta1/dynamocomponentdeployments",
        "/validate/nvidia.com/v1beta1/dynamographdeployments",
      ],
      [
        "/mutate/nvidia.com/v1beta1/dynamographdeployments",
        "/mutate-nvidia-com-v1beta1-dynamocomponentdeployment",
        "/mutate-core-v1-pod-checkpoint-restore",
      ],
    ],
  ])("of %s", (line, validating, mutating) => {
    expect(paths(line, "validating")).toEqual(validating);
    expect(paths(line, "mutating")).toEqual(mutating);
  });

  test("each name is registered once in each release", () => {
    for (const line of ["1.0", "1.2", "1.3", "1.4", "1.5", "1.7"] as const)
      for (const kind of ["validating", "mutating"] as const) {
        const names = webhooksOf(line, kind, server).map(({ name }) => name);
        expect(new Set(names).size).toBe(names.length);
      }
  });

  test("refuse what they can't be asked of, but for pods", () =>
    expect(
      webhooksOf("1.4", "mutating", server).map(({ name, failurePolicy, matchPolicy }) => [
        name,
        failurePolicy,
        matchPolicy,
      ]),
    ).toEqual([
      ["mdynamographdeployment.kb.io", "Fail", "Equivalent"],
      ["mdynamocomponentdeploymentv1beta1.kb.io", "Fail", "Exact"],
      ["mpodcheckpointrestore.kb.io", "Ignore", "Equivalent"],
    ]));
});

describe.each(["1.4", "1.5"] as const)("of %s as its chart was recorded", (line) => {
  const file = join(projectDir, `../shared/findings/operator/webhooks-${line.replace(".", "")}.yaml`);
  if (!existsSync(file)) return test.skip("the recording is missing", () => {});

  test.each(["validating", "mutating"] as const)("%s", (kind) => {
    type Configuration = { kind: string; webhooks: { name: string; clientConfig: object }[] } | null;
    const recorded = parseAllDocuments(readFileSync(file, "utf8"))
      .map((document) => document.toJS() as Configuration)
      .find((one) => one?.kind.toLowerCase() === `${kind}webhookconfiguration`)?.webhooks;
    const ours = webhooksOf(line, kind, { port: 19443, ca: "" });
    expect(ours.map(({ clientConfig: { service } }) => ({ clientConfig: { service } }))).toEqual(
      ours.map(({ name }) => ({ clientConfig: recorded?.find((one) => one.name === name)?.clientConfig })),
    );
    for (const { clientConfig, ...webhook } of ours) {
      const { clientConfig: _, ...other } = recorded?.find(({ name }) => name === webhook.name) ?? {};
      expect(webhook).toEqual({ matchPolicy: "Equivalent", ...other }); // which the API server writes
    }
  });
});

test("a certificate is its signer's, for the name and now, and the key is its", () => {
  const { ca, certificate, key } = servingCertificate("a.b.svc");
  const [signer, server] = [new X509Certificate(ca), new X509Certificate(certificate)];
  expect(server.checkIssued(signer)).toBe(true);
  expect(server.verify(signer.publicKey)).toBe(true);
  expect(server.checkHost("a.b.svc")).toBe("a.b.svc");
  expect(server.checkHost("b.svc")).toBeUndefined();
  expect([signer.ca, server.ca]).toEqual([true, false]);
  expect(server.checkPrivateKey(createPrivateKey(key))).toBe(true);
  const [from, to] = [Date.parse(server.validFrom), Date.parse(server.validTo)];
  expect(from).toBeLessThan(Date.now());
  expect(to).toBeGreaterThan(Date.now() + 24 * 3_600_000);
});
