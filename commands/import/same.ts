import { isDeepStrictEqual } from "node:util";

/** Whether two parts of manifests are the same, in whatever order their fields are. */
export const isSame = (one: unknown, other: unknown) => isDeepStrictEqual(plain(one), plain(other));

const plain = (value: unknown): unknown =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value));
