/** What of the project goes into a pack. */

/** Entries of the project's folder that no command reads, and what is packed by lists of its own. */
const leftOut = ["dist", "docs", "examples", "node_modules", "test"];

/**
 * Of the entries of the project's folder those that a pack has.
 * @param folder path of the pack from the project's folder, in which it may lie
 */
export function packedEntries(entries: readonly string[], folder: string): string[] {
  const [own] = folder.split("/");
  return entries.filter((entry) => !entry.startsWith(".") && entry !== own && !leftOut.includes(entry));
}

/** The part of package-lock.json that is read. */
export interface Lock {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly link?: boolean }>>;
}

/** Folders of the packages that commands need, as package-lock.json names them; one inside another's comes with it. */
export function packedPackages({ packages }: Lock): string[] {
  return Object.entries(packages).flatMap(([path, { dev, link }]) =>
    /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path) && !dev && !link ? [path] : [],
  );
}

/**
 * Arguments of pip that fetch wheels for another machine: Linux on x86-64 with Python 3.12.
 * @param requirements path of a requirements file
 */
export function wheelArgs(requirements: string, folder: string): string[] {
  const glibc = [17, 24, 26, 27, 28, 31, 34, 35].map((minor) => `manylinux_2_${minor}_x86_64`);
  const platforms = [...glibc, "manylinux2014_x86_64", "manylinux1_x86_64"];
  return [
    ...["-m", "pip", "download", "--quiet", "--disable-pip-version-check"],
    ...["--no-deps", "--only-binary", ":all:", "--python-version", "3.12", "--implementation", "cp"],
    ...platforms.flatMap((platform) => ["--platform", platform]),
    ...["--dest", folder, "--requirement", requirements],
  ];
}

/** Script that runs a command of a pack: `./run rehearse …`. */
export function runScript(variable: string): string {
  return `#!/bin/sh
# Runs a command of this pack, without a network: ./run rehearse --stack NAME --serve --engine vllm
set -e
here=$(cd "$(dirname "$0")" && pwd)
if [ -d "$here/wheels" ] && [ ! -d "$here/site" ]; then
  python3 -m pip install --quiet --no-index --no-deps --no-compile --target "$here/site.part" "$here"/wheels/*.whl
  mv "$here/site.part" "$here/site"
fi
export PATH="$here/bin:$PATH" ${variable}="$here/bin"
export PYTHONPATH="$here/site\${PYTHONPATH:+:$PYTHONPATH}"
cd "$here/project"
exec node build/run.js "commands/cli/start" "$@"
`;
}
