/** What of a stack's objects changes, in a comment's words. */
import type { Comparison, ObjectChange } from "./comparison";
import { bullets, code, details, fenced, fitting } from "./markdown";

const signs: Readonly<Record<ObjectChange["operation"], string>> = {
  create: "➕",
  update: "✏️",
  replace: "♻️",
  delete: "➖",
};

export function changeList({ before, changes, unchanged }: Comparison): string {
  if (changes.length === 0) return "**Changes**: none";
  const counts = (Object.keys(signs) as ObjectChange["operation"][])
    .map(
      (operation) => [changes.filter((change) => change.operation === operation).length, operation] as const,
    )
    .filter(([count]) => count > 0)
    .map(([count, operation]) => `${count} to ${operation}`);
  const heading = `**Changes**${before ? "" : ", compared with nothing"}: ${counts.join(", ")}, ${unchanged} as they are`;
  const [generated, written] = [true, false].map((kind) => changes.filter((one) => one.generated === kind));
  const lines = (written ?? []).map(
    ({ operation, object }) => `${signs[operation]} ${operation} ${code(object)}`,
  );
  if (generated?.length)
    lines.push(
      `and what follows from these: ${fitting(
        generated.map(({ object }) => code(object)),
        (count) => `… and ${count} more`,
      ).join(", ")}`,
    );
  return `${heading}\n\n${lines.length > 8 ? details("all of them", bullets(lines)) : bullets(lines)}`;
}

/** Diffs of manifests, as many as fit. What is generated from others only hides them. */
export function diffs(all: readonly ObjectChange[], room: number): string {
  const changes = all.filter(({ generated }) => !generated);
  const shown: string[] = [];
  let left = room;
  for (const { object, diff } of changes) {
    const block = `${code(object)}\n\n${fenced("diff", diff.trim())}`;
    left -= block.length + 2;
    if (left < 0) break;
    shown.push(block);
  }
  const hidden = changes.length - shown.length;
  if (hidden > 0)
    shown.push(`${hidden} more are too long for a comment: they are in the workflow's artifact.`);
  return details("Manifests", shown.join("\n\n"));
}
