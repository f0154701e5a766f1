/**
 * Makes Pulumi's SDK load in half the time. Import it before anything of Pulumi.
 *
 * The TypeScript compiler and npm's dependency resolver are only there to serialise functions of dynamic providers,
 * and this program has none.
 */
import module from "node:module";

(module as { enableCompileCache?(): void }).enableCompileCache?.(); // since Node 22.1

const pulumi = require.resolve("@pulumi/pulumi");
for (const unused of ["@pulumi/pulumi/typescript-shim", "@npmcli/arborist"]) {
  const id = require.resolve(unused, { paths: [pulumi] });
  require.cache[id] = { ...new module.Module(id), id, filename: id, loaded: true } as NodeJS.Module;
}
