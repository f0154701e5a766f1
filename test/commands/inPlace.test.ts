/** Changes in place, as the check of manifests and previews find them, and hold them to the policies' level. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { changesBetween } from "../../commands/check/changesInPlace";
import { readObjects } from "../../commands/check/readObjects";
import { golden } from "../golden";
import { run } from "./command";

const dir = mkdtempSync(join(tmpdir(), "in-place-"));
afterAll(() => rmSync(dir, { recursive: true }));

const file = (name: string, content: string) => {
  writeFileSync(join(dir, name), content);
  return join(dir, name);
};

interface Parts {
  readonly name?: string;
  readonly tag?: string;
  readonly worker?: string;
  readonly args?: string;
}

const graph = ({ name = "chat", tag = "1.5.1", worker = tag, args = "--model Qwen/Qwen3-8B" }: Parts) => {
  const image = (version: string) => `acme/vllm-runtime:${version}`;
  const pod = (main: object) => ({ spec: { containers: [{ name: "main", ...main }] } });
  return {
    apiVersion: "nvidia.com/v1beta1",
    kind: "DynamoGraphDeployment",
    metadata: { name, namespace: "dynamo" },
    spec: {
      components: [
        { name: "Frontend", type: "frontend", podTemplate: pod({ image: image(tag) }) },
        {
          name: "Worker",
          type: "worker",
          podTemplate: pod({
            image: image(worker),
            command: ["python3", "-m", "dynamo.vllm"],
            args: args.split(" "),
          }),
        },
      ],
    },
  };
};

const found = (before: Parts, after: Parts) => {
  const objects = (name: string, parts: Parts) =>
    readObjects([file(`${name}.yaml`, JSON.stringify(graph(parts)))]);
  const { changes, unknown } = changesBetween(objects("was", before), objects("is", after));
  return [...changes.map(({ what, from, to }) => `${what} ${from} > ${to}`), ...unknown];
};

const unknownModel =
  "DynamoGraphDeployment dynamo/chat: the model is not known before or after, and what starts it differs";
const unknownRelease =
  "DynamoGraphDeployment dynamo/chat: the runtime's release is not known before or after, and what starts it differs";

test.each<[string, Parts, Parts, string[]]>([
  ["nothing", {}, {}, []],
  ["another patch", { tag: "1.6.0" }, { tag: "1.6.1" }, []],
  ["another variant of a release", {}, { tag: "1.5.1-cuda13" }, []],
  ["another line", {}, { tag: "1.6.1" }, ["runtime 1.5.1 > 1.6.1"]],
  ["another line of the workers alone", {}, { worker: "v1.6.1-efa" }, ["runtime 1.5.1 > 1.5.1, 1.6.1"]],
  ["another model", {}, { args: "--model Qwen/Qwen3-14B" }, ["model Qwen/Qwen3-8B > Qwen/Qwen3-14B"]],
  ["another argument", {}, { args: "--model Qwen/Qwen3-8B --max-model-len 4096" }, []],
  ["the same model by its other flag", {}, { args: "--model-path=Qwen/Qwen3-8B" }, []],
  ["another graph", {}, { name: "chat-r2", tag: "1.6.1", args: "--model m" }, []],
  ["a tag that is no release", {}, { tag: "2026-11" }, [unknownRelease]],
  ["a release that nobody knows", { tag: "9.1.0" }, { tag: "9.2.0" }, [unknownRelease]],
  ["the same tag, whatever it means", { tag: "2026-11" }, { tag: "2026-11" }, []],
  ["a model by a variable", {}, { args: "--model $(MODEL)" }, [unknownModel]],
  ["no model", { args: "--seed 1" }, {}, [unknownModel]],
])("of %s", (_, before, after, expected) => expect(found(before, after)).toEqual(expected));

const mandatory = file("mandatory.json", JSON.stringify({ "in-place-changes": "mandatory" }));

test("the check ends with the level of the policies, and says nothing of what it has not seen", async () => {
  const [was, is] = [graph({}), graph({ args: "--model Qwen/Qwen3-14B" })].map((one, i) =>
    file(`${i}.yaml`, JSON.stringify(one)),
  ) as [string, string];
  const check = (...args: string[]) => run("check", "--json", ...args, is);
  const ofRule = ({ stdout }: { stdout: string }) =>
    JSON.parse(stdout).violations.filter(({ rule }: { rule: string }) => rule === "in-place-changes");
  const violation = { object: "DynamoGraphDeployment dynamo/chat", file: is };
  const strict = await check("--policy-config", mandatory, "--before", was);
  expect(ofRule(strict)).toMatchObject([{ ...violation, level: "mandatory" }]);
  expect(strict.code).toBe(1);
  expect(ofRule(await check("--before", was))).toMatchObject([{ ...violation, level: "advisory" }]);
  expect(ofRule(await check("--policy-config", mandatory))).toEqual([]);
  expect(await check("--before", join(dir, "nothing"))).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^error: .*nothing can't be read/),
  });
});

test("what can't be judged is said", async () => {
  const [was, is] = [graph({}), graph({ tag: "2026-11" })].map((one, i) =>
    file(`tag${i}.yaml`, JSON.stringify(one)),
  ) as [string, string];
  expect((await run("check", "--before", was, is)).stderr).toBe(`warning: ${unknownRelease}\n`);
});

/** The golden stack, as it was with another model. */
function earlier(name: string): string {
  const base = join(dir, name);
  cpSync(join(golden, "dev"), base, { recursive: true });
  for (const path of ["summary.json", "dynamo/DynamoGraphDeployment-vllm-distributed-demo.yaml"]) {
    const text = readFileSync(join(base, path), "utf8");
    expect(text).toContain("Qwen/Qwen2.5-1.5B-Instruct");
    writeFileSync(join(base, path), text.replaceAll("Qwen/Qwen2.5-1.5B-Instruct", "Qwen/Qwen3-0.6B"));
  }
  return base;
}

test("a preview is refused by a mandatory rule, and tells it once by an advisory one", async () => {
  const base = earlier("base");
  const preview = (...args: string[]) => run("preview", "--base", base, ...args);
  const strict = await preview("--policy-pack-config", mandatory);
  expect(strict.code).toBe(1);
  expect(strict.stdout).toMatch(
    /✖ in-place-changes \(medium, mandatory\): graph vllm-distributed-demo changes its model/,
  );
  const { code, stdout } = await preview();
  expect(code).toBe(0);
  expect(stdout.match(/changes its model in place/g)).toHaveLength(1);
  expect(JSON.parse((await preview("--json")).stdout).changesInPlace).toEqual([
    {
      graph: "vllm-distributed-demo",
      object: "DynamoGraphDeployment dynamo/vllm-distributed-demo",
      what: "model",
      from: "Qwen/Qwen3-0.6B",
      to: "Qwen/Qwen2.5-1.5B-Instruct",
    },
  ]);
  const off = file("off.json", JSON.stringify({ "in-place-changes": "disabled" }));
  expect((await preview("--policy-pack-config", off)).stdout).toMatch(
    /warning: graph vllm-distributed-demo changes its model in place.*dynamo:graphs\[0\]\.revision/,
  );
});
