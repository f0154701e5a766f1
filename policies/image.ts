export interface Image {
  /** With its registry, as `docker.io/library/nats`. */
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** The parts of an image's reference. What names no registry is of Docker Hub. */
export function imageOf(reference: string): Image {
  const [named = "", digest] = reference.split("@", 2);
  const [, name = named, tag] = /^(.*?)(?::([^/:]+))?$/.exec(named) ?? [];
  const [first = "", ...rest] = name.split("/");
  const hasRegistry = rest.length > 0 && /[.:]|^localhost$/.test(first);
  const repository = hasRegistry ? name : `docker.io/${rest.length > 0 ? name : `library/${name}`}`;
  return { repository, tag, digest };
}
