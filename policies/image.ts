interface Image {
  /** With its registry, as `docker.io/library/nats`. */
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** The parts of an image's reference. What names no registry is of Docker Hub, and what names no user there of `library`. */
export function imageOf(reference: string): Image {
  const [named = "", digest] = reference.split("@", 2);
  const [, name = named, tag] = /^(.*?)(?::([^/:]+))?$/.exec(named) ?? [];
  const [first = "", ...rest] = name.split("/");
  const hasRegistry = rest.length > 0 && /[.:]|^localhost$/.test(first);
  const registry = hasRegistry && first !== "index.docker.io" ? first : "docker.io";
  const path = hasRegistry ? rest : [first, ...rest];
  if (registry === "docker.io" && path.length === 1) path.unshift("library");
  return { repository: [registry, ...path].join("/"), tag, digest };
}
