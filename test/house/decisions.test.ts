/** Discovery modes and releases of the runtime are told apart in config/ alone: elsewhere there is data from there. */
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { discoveryModes } from "../../config/names";

const root = join(__dirname, "../..");
const rooms = /^(gpus|plan|dashboards|preflight|components|policies|commands|rehearsal)\/|^index\.ts$/;

const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
const files = ts
  .parseJsonConfigFileContent(config, ts.sys, root)
  .fileNames.map((file) => relative(root, file))
  .filter((file) => rooms.test(file));

const isDecided = (text: string) =>
  (discoveryModes as readonly string[]).includes(text) || /^\d+\.\d+(\.\d+)?$/.test(text);

const comparisons = [
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
];

/** Texts without such a literal need not be parsed, which takes its time. */
const mayDecide = new RegExp(`["'\`](${discoveryModes.join("|")}|\\d+\\.\\d+(\\.\\d+)?)["'\`]`);

/** Places of a file that compare with a mode or a version, or choose by one. */
function decisionsIn(file: string, text: string): string[] {
  if (!mayDecide.test(text)) return [];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const found: string[] = [];
  const isLiteral = (node: ts.Node) => ts.isStringLiteralLike(node) && isDecided(node.text);
  const visit = (node: ts.Node) => {
    if (
      (ts.isBinaryExpression(node) &&
        comparisons.includes(node.operatorToken.kind) &&
        [node.left, node.right].some(isLiteral)) ||
      (ts.isCaseClause(node) && isLiteral(node.expression))
    )
      found.push(`${file}: ${node.getText(source).split("\n")[0]}`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Files that judge what manifests of anyone say, and the stand-in that follows a recorded operator. */
const judgesManifests = /^(policies\/rules\/oneDiscoveryMode\.ts|rehearsal\/operator\/)/;

/** Comparisons of what a pod says. */
const others = [
  'commands/stack/podDiscovery.ts: podDiscoveryBackend === "kubernetes"',
  'commands/stack/podDiscovery.ts: envOf(pod).get("DYN_DISCOVERY_BACKEND") === "kubernetes"',
];

test("no other folder compares with a mode or a release", () => {
  const found = files.flatMap((file) => decisionsIn(file, readFileSync(join(root, file), "utf8")));
  expect(found.filter((place) => !others.includes(place) && !judgesManifests.test(place))).toEqual([]);
});

test.each([
  ['if (mode === "kubernetes") a();', 1],
  ['if ("nats-etcd" !== mode) a();', 1],
  ['switch (line) { case "1.0": a(); }', 1],
  ['if (version == "1.6.1") a();', 1],
  ['const modes = { kubernetes: 1 }; a("nats-etcd", "1.0");', 0],
])("%s has %i such places", (text, count) => expect(decisionsIn("a.ts", text)).toHaveLength(count));
