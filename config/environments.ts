/** Pulumi ESC environments of a stack's file: their values reach the program, but only Pulumi knows them. */

/** Names of the environments in a file's `environment`, which is a list of names, or a definition with imports; undefined where it has none. */
export function environmentsOf(environment: unknown): readonly string[] | undefined {
  const names = environmentNames(environment);
  return names.length > 0 ? names : undefined;
}

function environmentNames(environment: unknown): string[] {
  if (Array.isArray(environment)) return environment.flatMap(namesOf);
  if (environment === null || typeof environment !== "object") return namesOf(environment);
  const { imports = [], ...rest } = environment as { readonly imports?: unknown };
  return [...environmentNames(imports), ...(Object.keys(rest).length > 0 ? ["(inline)"] : [])];
}

/** An import with options is an object of one key. */
const namesOf = (name: unknown): string[] =>
  name !== null && typeof name === "object" ? Object.keys(name) : name ? [String(name)] : [];

/** That values are not known, and who knows them; undefined where all are known. */
export function unknownValues(environments: readonly string[] | undefined): string | undefined {
  if (environments === undefined) return undefined;
  const names = `environment${environments.length > 1 ? "s" : ""} ${environments.join(", ")}`;
  return `values of the ${names} are not known here, and may hold or change any setting: \`pulumi preview\` knows them`;
}
