import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectDir, readStack } from "../../config/project";
import { type StackConfig, stackConfig } from "../../config/schema";
import { prometheusRuleSpec } from "../../plan/monitoring/alerts";
import { certificateAlerts } from "../../plan/monitoring/certificateAlerts";
import { planStack } from "../../plan/stack";

const folder = join(projectDir, "docs", "runbooks");
const read = (file: string) => readFileSync(join(folder, file), "utf8");
const pages = readdirSync(folder).filter((file) => file !== "README.md");

const singleMembers = stackConfig.parse({
  discovery: { mode: "nats-etcd" },
  graphs: [{ name: "demo", model: "Qwen/Qwen2.5-1.5B-Instruct" }],
});
const groupsOf = (config: StackConfig) => planStack(config).alerts;
const groups = [
  ...groupsOf(readStack("prod").settings),
  ...groupsOf(singleMembers),
  certificateAlerts("dynamo", 1_800_000_000),
];
const alerts = groups.flatMap((group) => group.alerts);
const names = [...new Set(alerts.map(({ name }) => name))].sort();

test("each alert has a page, and each page an alert", () => {
  expect(pages.sort()).toEqual(names.map((name) => `${name}.md`));
});

test.each(names)("%s has a title and its sections", (name) => {
  const text = read(`${name}.md`).replace(/^```.*?^```/gms, ""); // a comment in a command is no heading
  expect(text.match(/^#.*$/gm)).toEqual([
    `# ${name}`,
    "## Meaning",
    "## Impact",
    "## Diagnosis",
    "## Mitigation",
  ]);
});

test("the table has a line for each alert, with its severities and a link", () => {
  const lines = [...read("README.md").matchAll(/^\| \[(\w+)\]\((.+?)\) \| (.+?) \|/gm)];
  const table = lines.map(([, name, link, severity]) => ({
    name,
    link,
    severities: severity?.match(/critical|warning/g),
  }));
  const severitiesOf = (name: string) =>
    [...new Set(alerts.filter((alert) => alert.name === name).map(({ severity }) => severity))].sort();
  expect(table.sort((a, b) => (`${a.name}` < `${b.name}` ? -1 : 1))).toEqual(
    names.map((name) => ({ name, link: `${name}.md`, severities: severitiesOf(name) })),
  );
});

const annotationsOf = (runbooks: string) =>
  groups
    .flatMap((group) => prometheusRuleSpec(group, runbooks).groups)
    .flatMap(({ rules }) => rules.map(({ annotations }) => annotations));

test("each rule's runbook_url ends in a page", () => {
  const runbooks = "https://example.com/docs/runbooks/";
  const urls = annotationsOf(runbooks).map(({ runbook_url = "" }) => runbook_url);
  expect(urls).not.toHaveLength(0);
  for (const url of urls) {
    expect(url.startsWith(runbooks)).toBe(true);
    expect(pages).toContain(url.slice(runbooks.length));
  }
});

test("a path in the repository is no link", () => {
  for (const annotations of annotationsOf("docs/runbooks")) {
    expect(annotations).not.toHaveProperty("runbook_url");
    expect(annotations.runbook).toMatch(/^docs\/runbooks\/\w+\.md$/);
  }
});

test.each([...pages, "README.md"])("links of %s lead somewhere", (page) => {
  const links = [...read(page).matchAll(/\]\(([^)#]+)(?:#([^)]+))?\)/g)];
  for (const [, file = "", heading] of links) {
    const headings = read(file).match(/^#+ .*$/gm) ?? [];
    if (heading !== undefined) expect(headings.map(anchor)).toContain(heading);
  }
});

/** A heading's anchor, as GitHub makes it. */
function anchor(heading: string): string {
  return heading
    .replace(/^#+ /, "")
    .toLowerCase()
    .replace(/[^\w -]/g, "")
    .replaceAll(" ", "-");
}
