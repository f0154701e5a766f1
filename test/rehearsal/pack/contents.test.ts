import { packedEntries, packedPackages, runScript, wheelArgs } from "../../../rehearsal/pack/contents";

test("a pack has what commands read of the project, the stacks among it, and nothing hidden", () => {
  const entries = [
    ".git",
    ".gpu",
    "Pulumi.yaml",
    "Pulumi.dev.yaml",
    "commands",
    "dist",
    "docs",
    "index.ts",
    "node_modules",
    "test",
  ];
  expect(packedEntries(entries, "../elsewhere")).toEqual([
    "Pulumi.yaml",
    "Pulumi.dev.yaml",
    "commands",
    "index.ts",
  ]);
});

test("a pack in the project's folder does not have itself", () => {
  expect(packedEntries(["index.ts", "pack", "plan"], "pack/of/mine")).toEqual(["index.ts", "plan"]);
});

test("of packages those go along that commands need", () => {
  const packages = {
    "": {},
    "node_modules/@pulumi/pulumi": {},
    "node_modules/@pulumi/pulumi/node_modules/semver": {},
    "node_modules/jest": { dev: true },
    "node_modules/library": { link: true },
    "node_modules/yaml": {},
    library: {},
  };
  expect(packedPackages({ packages })).toEqual(["node_modules/@pulumi/pulumi", "node_modules/yaml"]);
});

test("wheels are for another machine, whatever this one is", () => {
  const args = wheelArgs("requirements.txt", "/pack/wheels");
  expect(args.join(" ")).toContain("--no-deps --only-binary :all: --python-version 3.12 --implementation cp");
  expect(args.join(" ")).toMatch(
    /--platform manylinux_2_28_x86_64 .*--dest \/pack\/wheels --requirement requirements\.txt$/,
  );
});

test("the script names the pack's programs, and unpacks wheels once", () => {
  const script = runScript("PROGRAMS");
  expect(script).toContain('PROGRAMS="$here/bin"');
  expect(script).toContain('[ ! -d "$here/site" ]');
});
