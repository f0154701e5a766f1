import { randomInt } from "node:crypto";
import getPort from "get-port";

/**
 * A port of 127.0.0.1 that nothing listens on, another at each call. It is none of those that Linux gives to whoever asks
 * for any, which could be taken before the components listen; and at random, since other processes look for theirs too.
 */
export const freePort = () =>
  getPort({ host: "127.0.0.1", port: Array.from({ length: 100 }, () => randomInt(10_000, 30_000)) });
