/** The rehearse command as people start it, and as they interrupt it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { standInCrds } from "../../rehearsal/crds";
import { environment, processOf } from "../commands/command";

jest.setTimeout(300_000);

const root = join(__dirname, "../..");
const temporary = mkdtempSync(join(tmpdir(), "rehearse-"));
afterAll(() => rmSync(temporary, { recursive: true }));

/**
 * Starts the command with a temporary folder of its own. Where `at` appears in its output, it is interrupted, or what else
 * is to happen then does.
 */
async function rehearse(
  args: string[],
  at?: string,
  env: Readonly<Record<string, string>> = {},
  happens?: (heard: string) => void,
  name = "rehearse",
) {
  const command = spawn(process.execPath, processOf(name, ...args), {
    cwd: root,
    env: { ...environment(), TMPDIR: temporary, ...env },
  });
  let [heard, happened] = ["", false];
  for (const output of [command.stdout, command.stderr])
    output.on("data", (chunk) => {
      heard += chunk;
      if (at === undefined || happened || !heard.includes(at)) return;
      happened = true;
      if (happens) happens(heard);
      else command.kill("SIGINT");
    });
  const [stdout, stderr, [code]] = await Promise.all([
    text(command.stdout),
    text(command.stderr),
    once(command, "exit"),
  ]);
  return { code, stdout, stderr };
}

/** Command lines of all processes that have to do with the temporary folder. */
function processes(): string[] {
  return readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid))
    .flatMap((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      } catch {
        return []; // gone meanwhile
      }
    })
    .filter((line) => line.includes(temporary));
}

afterEach(() => {
  expect(processes()).toEqual([]);
  expect(readdirSync(temporary).filter((file) => file.startsWith("dynamo-"))).toEqual([]);
});

test("shows what runs where, without the real CustomResourceDefinitions", async () => {
  const { code, stdout } = await rehearse(["--nodes", "2", "--gpus", "1"]);
  expect(stdout).toContain("CustomResourceDefinitions");
  expect(stdout).toContain("2 of 2 GPUs on 2 nodes are in use");
  expect(stdout).toContain("Every pod runs");
  expect(stdout).toMatch(/Policies:\n\s+✅ dynamo-guard/);
  expect(stdout).not.toContain("Previewing update");
  expect(code).toBe(0);
});

test("takes a node away, and shows what becomes of its pods", async () => {
  const { code, stdout } = await rehearse(["--nodes", "2", "--gpus", "1", "--lose-node"]);
  expect(stdout).toMatch(/^without gpu-node-[01]:\nvllm-distributed-demo: serves on with less \(/m);
  expect(stdout).toMatch(/VllmWorker 1 of 2/);
  expect(stdout).toContain("1 of 1 GPUs on 1 nodes are in use");
  expect(stdout).toContain("Insufficient nvidia.com/gpu");
  expect(code).toBe(0);
});

test("ends in the engine's own words before anything is made where a policy is violated", async () => {
  const settings = join(temporary, "settings.json");
  writeFileSync(settings, JSON.stringify({ "gpu-budget": { gpus: 1 } }));
  const { code, stdout, stderr } = await rehearse(["--policy-pack-config", settings]);
  expect(stdout).toContain("the stack takes 2 GPUs, and the policies allow 1");
  expect(stdout).not.toContain("Updating (dev)");
  expect(stderr).toBe("error: pulumi preview failed, as reported above: nothing was made\n");
  expect(code).toBe(1);
});

test.each([
  ["while the control plane starts", "starting etcd"],
  ["while nodes are made", "making 3 nodes"],
  ["before the preview", "looking for the official plugins"],
  ["during the preview", "previewing with the policies"],
  ["during the update", "Updating (dev)"],
])("leaves nothing behind when it is interrupted %s", async (_, at) => {
  const { code, stderr } = await rehearse([], at);
  expect(code).toBe(1);
  expect(stderr).toContain("interrupted by SIGINT");
  expect(stderr).not.toMatch(/^\s+at /m);
});

test("an upgrade that is rehearsed leaves nothing behind when it is interrupted, and prints no half of it", async () => {
  const args = ["--to", "1.7.0", "--rehearse", "--no-serve", "--json"];
  const { code, stdout, stderr } = await rehearse(args, "bringing up dev", {}, undefined, "upgradeCheck");
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/error: interrupted by SIGINT\n$/);
});

test("keeps the cluster up until it is interrupted", async () => {
  const { code, stdout } = await rehearse(["--keep"], "the cluster stays up until you press Ctrl-C");
  expect(stdout).toMatch(/export KUBECONFIG=\S+/);
  expect(code).toBe(0);
});

test.each([
  [["--nodes", "0"], /write a whole number from 1 to 10000/],
  [["--crds", "nowhere"], /nowhere/],
  [["--lose-zone"], /--lose-zone takes zones that are known: write dynamo:cluster\.zones/],
  [["--stack", "nope"], /there is no stack "nope"/],
  [["--policy-pack-config", "nowhere.json"], /nowhere\.json/],
])("%j is refused without a stack trace", async (args, message) => {
  const { code, stderr } = await rehearse(args);
  expect(code).toBe(1);
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/^\s+at /m);
});

describe("with a real operator", () => {
  const manager = join(__dirname, "manager.js");
  const crds = join(temporary, "crds");

  beforeAll(() => {
    mkdirSync(crds);
    const [graphs, ...others] = standInCrds();
    const name = "dynamocomponentdeployments";
    const names = { kind: "DynamoComponentDeployment", plural: name, singular: "dynamocomponentdeployment" };
    const components = {
      ...graphs,
      metadata: { name: `${name}.nvidia.com` },
      spec: { ...graphs?.spec, names },
    };
    for (const crd of [graphs, components, ...others])
      writeFileSync(join(crds, `${crd?.metadata?.name}.yaml`), JSON.stringify(crd));
  });

  test("its CustomResourceDefinitions must be there", async () => {
    const { code, stdout, stderr } = await rehearse([], undefined, { DYNAMO_OPERATOR: manager });
    expect(stderr).toMatch(
      /^error: DYNAMO_OPERATOR wants the CustomResourceDefinitions of its release, .*\n$/,
    );
    expect(stdout).not.toContain("starting");
    expect(code).toBe(1);
  });

  test("one that does not start ends it, with the last it said", async () => {
    const env = { DYNAMO_OPERATOR: `${manager} --fail` };
    const { code, stderr } = await rehearse(["--crds", crds], undefined, env);
    expect(stderr).toMatch(
      /^error: the Dynamo operator \(\S+\) has ended by itself, with exit code 3; the end of its log:\n/,
    );
    expect(stderr).toMatch(/:\ntwo\nthree\nfour\nfive\nno settings\n$/);
    expect(code).toBe(1);
  });

  test("one that ends in the midst of an update ends it too", async () => {
    const env = { DYNAMO_OPERATOR: manager };
    const { code, stdout, stderr } = await rehearse(["--crds", crds], "Updating (dev)", env, (heard) => {
      const [, directory = ""] = /whose log is (\S+)\/operator\.log/.exec(heard) ?? [];
      writeFileSync(join(directory, "end"), "");
    });
    expect(stdout).not.toMatch(/stand-ins:.*Dynamo operator/);
    expect(stderr).toMatch(
      /error: the Dynamo operator \(\S+\) has ended by itself, with exit code 7; .*\n.*told to end\n$/s,
    );
    expect(code).toBe(1);
  });
});
