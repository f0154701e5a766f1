/** The provider of library/'s components, as Pulumi starts it, without a process of its own. */
import { join } from "node:path";
import { ComponentProvider, getPulumiComponents } from "@pulumi/pulumi/provider/experimental";
import * as library from "../../library/index";
import { name } from "../../library/package.json";

export const schemaFile = join(__dirname, "../golden/library.schema.json");

export const provider = new ComponentProvider({
  name,
  dirname: join(__dirname, "../../library"),
  components: getPulumiComponents(library),
});

/** The schema by which Pulumi makes SDKs of other languages. */
export const schema = async () => `${JSON.stringify(JSON.parse(await provider.getSchema()), null, 2)}\n`;
