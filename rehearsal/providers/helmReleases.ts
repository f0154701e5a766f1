import { isDeepStrictEqual } from "node:util";
import { hasUnknown, type Properties, reveal } from "./properties";
import type { Operation, PropertyChanges, ResourceProvider, State, Writing } from "./resourceProvider";

const isRelease = ({ type }: Operation) => type === "kubernetes:helm.sh/v3:Release";

/** What a change of makes another release, as in the official plugin. */
const identity = ["name", "namespace"];

/**
 * A provider that notes Helm releases, and installs none: its stack's state has them as if they were there. All else is left to
 * the provider that it is put before. No chart is fetched, and no value of one is looked at.
 */
export class WithHelmReleases implements ResourceProvider {
  readonly version: string;

  constructor(private readonly others: ResourceProvider) {
    this.version = others.version;
  }

  configure(settings: ReadonlyMap<string, string>) {
    return this.others.configure(settings);
  }

  replacesProvider(olds: Properties, news: Properties) {
    return this.others.replacesProvider(olds, news);
  }

  async check(operation: Operation, olds: Properties, news: Properties) {
    return isRelease(operation) ? news : this.others.check(operation, olds, news);
  }

  async diff(operation: Operation, state: Properties, news: Properties) {
    if (!isRelease(operation)) return this.others.diff(operation, state, news);
    const [before, after] = [reveal(state), reveal(news)];
    const changes: PropertyChanges = new Map();
    for (const field of Object.keys(news))
      if (!isDeepStrictEqual(before[field], after[field]))
        changes.set(field, { kind: "UPDATE", replace: identity.includes(field) });
    return { changes, deleteBeforeReplace: false };
  }

  async create(operation: Operation, writing: Writing): Promise<State> {
    if (!isRelease(operation)) return this.others.create(operation, writing);
    const { inputs, preview } = writing;
    if (preview) return { id: "", properties: inputs };
    if (hasUnknown(inputs)) throw new Error(`a value of release ${operation.name} is not known`);
    const { namespace, name } = inputs;
    return { id: `${namespace}/${name}`, properties: inputs };
  }

  async read(operation: Operation, state: State): Promise<State> {
    return isRelease(operation) ? state : this.others.read(operation, state);
  }

  async update(operation: Operation, state: State, writing: Writing) {
    return isRelease(operation) ? writing.inputs : this.others.update(operation, state, writing);
  }

  async delete(operation: Operation, state: State, timeout: number) {
    if (!isRelease(operation)) await this.others.delete(operation, state, timeout);
  }
}
