/** Other tools that render the objects of a stack, where they are installed. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { ManifestFiles } from "../commands/preview/manifests";
import { onPath } from "../rehearsal/onPath";

/**
 * Commands that render the same manifests, by what they are.
 * @param folder an empty one, for what they read
 */
export function otherTools(manifests: ManifestFiles, folder: string): Record<string, readonly string[]> {
  const cdk8s = installed("cdk8s");
  return {
    ...(onPath("helm") && {
      "helm template of its objects": ["helm", "template", "bench", chart(manifests, folder)],
    }),
    ...(cdk8s && { "cdk8s of its objects": [process.execPath, app(manifests, folder, cdk8s)] }),
  };
}

/** Path of a package that this project does not depend on. */
function installed(name: string): string | undefined {
  try {
    return require.resolve(name);
  } catch {
    return undefined;
  }
}

function chart(manifests: ManifestFiles, folder: string): string {
  mkdirSync(join(folder, "templates"));
  writeFileSync(join(folder, "Chart.yaml"), "apiVersion: v2\nname: bench\nversion: 0.1.0\n");
  for (const [i, text] of [...manifests.values()].entries()) // alerts have templates of Prometheus
    writeFileSync(join(folder, "templates", `${i}.yaml`), text.replaceAll("{{", '{{ "{{" }}'));
  return folder;
}

function app(manifests: ManifestFiles, folder: string, cdk8s: string): string {
  const file = join(folder, "app.js");
  const objects = [...manifests.values()].map((text) => parse(text));
  writeFileSync(
    file,
    `const { ApiObject, App, Chart } = require(${JSON.stringify(cdk8s)});
const app = new App();
const chart = new Chart(app, "bench");
for (const [i, object] of ${JSON.stringify(objects)}.entries()) new ApiObject(chart, String(i), object);
console.log(app.synthYaml());
`,
  );
  return file;
}
