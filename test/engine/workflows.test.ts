/** The workflows: what actionlint says of them, who gets which rights and secrets, and what is done with a stranger's comment. */
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { readStack, stackNames } from "../../config/project";
import { buildTools } from "../../rehearsal/tools";

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}
interface Job {
  if?: string;
  needs?: string;
  concurrency?: { group: string };
  environment?: string | { name: string };
  permissions?: Record<string, string>;
  "timeout-minutes"?: number;
  strategy?: { matrix: { stack?: string[]; node?: number[] } };
  steps: Step[];
}
interface Workflow {
  on: Record<string, unknown>;
  permissions: Record<string, string>;
  jobs: Record<string, Job>;
}

const root = join(__dirname, "../..");
const read = (file: string) => readFileSync(join(root, ".github", file), "utf8");
const list = (folder: string) =>
  readdirSync(join(root, ".github", folder)).map((name) => `${folder}/${name}`);

const workflow = (file: string): Workflow => parse(read(file));

const workflowFiles = list("workflows");
const workflows = workflowFiles.map(workflow);
const preview = workflow("workflows/preview.yml");
const comment = workflow("workflows/comment.yml");
const deploy = workflow("workflows/deploy.yml");
const drift = workflow("workflows/drift.yml");
const actionFiles = list("actions").map((folder) => `${folder}/action.yml`);
const actions = actionFiles.map((file): { runs: { steps: Step[] } } => parse(read(file)));

const jobs = workflows.flatMap((workflow) => Object.values(workflow.jobs));
const steps = [...jobs.flatMap((job) => job.steps), ...actions.flatMap((action) => action.runs.steps)];
const uses = (action: string) => steps.filter((step) => step.uses?.startsWith(`${action}@`));

test("actionlint finds nothing", async () => {
  const { actionlint } = await buildTools(["actionlint"]);
  const files = workflowFiles.map((file) => `.github/${file}`);
  // Without the two linters that it would take from PATH: the answer is the same everywhere.
  const args = ["-no-color", "-shellcheck=", "-pyflakes=", ...files];
  const found = await promisify(execFile)(actionlint, args, { cwd: root }).catch((error) => error);
  expect(`${found.stdout}${found.stderr}`).toBe("");
}, 600_000);

test("every action is pinned by one commit, beside the release that it is", () => {
  const pins = [...workflowFiles, ...actionFiles].flatMap((file) =>
    [...read(file).matchAll(/uses: (.*)/g)].map(([, pin]) => pin),
  );
  const foreign = [...new Set(pins)].filter((pin) => !pin?.startsWith("./.github/actions/"));
  for (const pin of foreign) expect(pin).toMatch(/^[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  const names = foreign.map((pin) => pin?.split("@")[0]);
  expect(names).toEqual([...new Set(names)]);
});

test("shell and script get what others wrote from the environment, never as their own text", () => {
  for (const { run, with: inputs } of steps) expect(`${run} ${inputs?.script}`).not.toContain("${{");
});

test("every job ends some day, and deployments not before their graphs may take to be Ready", () => {
  for (const job of jobs) expect(job["timeout-minutes"]).toBeGreaterThan(0);
  const minutes = { s: 1 / 60, m: 1, h: 60 };
  for (const stack of stackNames()) {
    const waits = readStack(stack).settings.graphs.map(
      ({ readyTimeout }) =>
        Number.parseInt(readyTimeout, 10) * minutes[readyTimeout.at(-1) as "s" | "m" | "h"],
    );
    expect(deploy.jobs[stack]?.["timeout-minutes"]).toBeGreaterThan(Math.max(...waits));
  }
});

test("every stack is previewed, commented on, deployed and watched", () => {
  const stacks = stackNames().sort();
  const matrices = jobs.flatMap(({ strategy }) => (strategy?.matrix.stack ? [strategy.matrix.stack] : []));
  expect(matrices).toEqual(Array(4).fill(stacks));
  const environments = Object.values(deploy.jobs).flatMap((job) => job.environment ?? []);
  expect(environments).toEqual(stacks);
  const limits = readdirSync(join(root, "policies/config"));
  expect(limits.sort()).toEqual(stacks.map((stack) => `${stack}.json`));
});

test("a pull request is judged by its base's policies, too", () => {
  const commands = preview.jobs.plan?.steps.map(({ run = "" }) => run).join("\n") ?? "";
  const [, folder] = /git worktree add --detach (\S+) HEAD\^1/.exec(commands) ?? [];
  expect(folder).toBeDefined();
  expect(commands).toContain(`--base-policies ${folder} `);
});

test("a deployment is judged by the policies before anything is made", () => {
  for (const stack of stackNames()) {
    const commands = (deploy.jobs[stack]?.steps ?? []).filter((step) => step.with?.command);
    const [judged, made] = commands.map((step) => step.with);
    expect(commands).toHaveLength(2);
    expect(judged).toMatchObject({ command: "preview", policyPacks: "policies" });
    expect(made).toEqual({ ...judged, command: "up" });
  }
});

test("rights to write are a job's own, and only those to comment, to open issues and to publish", () => {
  for (const { permissions } of workflows) expect([{}, { contents: "read" }]).toContainEqual(permissions);
  const writes = jobs.map(({ permissions = {} }) =>
    Object.keys(permissions).filter((right) => permissions[right] === "write"),
  );
  expect(writes.flat()).toEqual(["pull-requests", "issues", "id-token"]);
});

test("a stranger's code never runs where secrets or rights are", () => {
  for (const { on } of workflows) expect(on).not.toHaveProperty("pull_request_target");
  for (const { with: inputs } of uses("actions/checkout")) {
    expect(inputs).toMatchObject({ "persist-credentials": false });
    expect(inputs).not.toHaveProperty("ref");
    expect(inputs).not.toHaveProperty("repository");
  }
  for (const job of Object.values(preview.jobs).filter((job) => JSON.stringify(job).includes("secrets."))) {
    expect(job.if).toContain("github.event.pull_request.head.repo.full_name == github.repository &&");
    expect(job.environment).toMatchObject({ name: expect.stringMatching(/-preview$/) });
    expect(job.needs).toBe("gates");
  }
  for (const job of [...Object.values(deploy.jobs), ...Object.values(drift.jobs)])
    if (JSON.stringify(job).includes("secrets.")) expect(job.environment).toBeDefined();
  const commented = comment.jobs.comment?.steps.map((step) => step.uses);
  expect(commented).toEqual([expect.stringMatching(/^actions\/github-script@/)]);
});

test("of two runs of a pull request the later one's comment stays", () => {
  const { group = "" } = comment.jobs.comment?.concurrency ?? {};
  for (const part of ["matrix.stack", "head_repository.full_name", "head_branch"])
    expect(group).toContain(part);
});

test("the CLI is the one that the engine tests run", () => {
  const goMod = readFileSync(join(root, "rehearsal/modules/pulumi/go.mod"), "utf8");
  const [, version] = /pulumi\/pkg\/v3 v(\S+)/.exec(goMod) ?? [];
  const versions = uses("pulumi/actions").flatMap((step) => step.with?.["pulumi-version"] ?? []);
  expect(versions).toEqual([version]);
});

describe("comment.yml", () => {
  const marker = "<!-- dynamo preview of stack dev -->";
  const fork = { id: 7, owner: { login: "stranger" } };
  const own = { id: 1, user: { login: "github-actions[bot]" }, body: `${marker}\nearlier` };
  const run = { id: 5, head_repository: fork, head_branch: "main", head_sha: "abc" };

  /** Runs the script against a GitHub with one pull request, `#3`, and says what it did there. */
  async function post(text: string, { comments = [] as object[], sha = "abc", size = 1_000 } = {}) {
    const done: string[] = [];
    const rest = {
      pulls: { list: async () => ({ data: [{ number: 3, head: { sha, repo: fork } }] }) },
      actions: {
        listWorkflowRunArtifacts: async () => ({ data: { artifacts: [{ id: 9, size_in_bytes: size }] } }),
        downloadArtifact: async () => ({ data: "zip" }),
      },
      issues: {
        listComments: comments,
        createComment: async (to: { issue_number: number; body: string }) =>
          done.push(`comment on #${to.issue_number}: ${to.body}`),
        updateComment: async (to: { comment_id: number; body: string }) =>
          done.push(`edit ${to.comment_id}: ${to.body}`),
      },
    };
    const values = {
      github: { rest, paginate: async (answer: object[]) => answer },
      context: { repo: { owner: "nvidia", repo: "dynamo" }, payload: { workflow_run: run } },
      core: {
        notice: (why: string) => done.push(why),
        setFailed: (why: string) => done.push(`failed: ${why}`),
      },
      process: { env: { STACK: "dev" } },
      require: () => ({ writeFileSync: () => {}, execFileSync: () => text }),
    };
    const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
    const script = String(comment.jobs.comment?.steps[0]?.with?.script);
    await new AsyncFunction(...Object.keys(values), script)(...Object.values(values));
    return done;
  }

  const text = `${marker}\nplan`;
  test.each([
    ["a first comment is posted", text, {}, `comment on #3: ${text}`],
    ["a further one takes its place", text, { comments: [own] }, `edit 1: ${text}`],
    [
      "one that somebody else wrote stays",
      text,
      { comments: [{ ...own, user: { login: "stranger" } }] },
      `comment on #3: ${text}`,
    ],
    [
      "another stack's comment is not taken for it",
      text,
      { comments: [{ ...own, body: `<!-- dynamo preview of stack prod -->\n${marker}` }] },
      `comment on #3: ${text}`,
    ],
    [
      "text that is no preview is refused",
      `no\n${marker}`,
      {},
      `failed: the comment does not begin with ${marker}`,
    ],
    ["a large artifact is refused", text, { size: 10_000_001 }, "failed: the artifact is above 10 MB"],
    ["an outdated run is silent", text, { sha: "def" }, "no open pull request is at this commit any more"],
  ])("%s", async (_, body, github, expected) => expect(await post(body, github)).toEqual([expected]));
});
