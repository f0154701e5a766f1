import { randomInt } from "node:crypto";
import getPort from "get-port";

/**
 * A port that nothing listens on at any address of this machine, another at each call. It is none of those that Linux gives to
 * whoever asks for any, which could be taken before its user listens; and at random, since other processes look for theirs too.
 */
export const freePort = (): Promise<number> =>
  getPort({ port: Array.from({ length: 100 }, () => randomInt(10_000, 30_000)) });
