/** References of images: `registry:port/path:tag@sha256:digest`. */

/** The tag of an image; undefined where it has none. */
export function tagOf(image: string): string | undefined {
  const [name = ""] = image.split("@", 1);
  return /:([^/:]+)$/.exec(name)?.[1];
}

/** Whether an image says which one it is, by a tag or a digest. */
export const isPinned = (image: string) => image.includes("@") || tagOf(image) !== undefined;
