import { at, list, type Manifest, record, text } from "../plan/manifest";

/** Whether a label selector matches labels. An empty one matches all. */
export function selects(selector: unknown, labels: Manifest): boolean {
  const wanted = Object.entries(record(at(selector, "matchLabels")));
  return (
    wanted.every(([label, value]) => labels[label] === value) &&
    list(at(selector, "matchExpressions")).every((expression) => {
      const value = labels[text(at(expression, "key"))];
      const listed = list(at(expression, "values")).includes(value);
      switch (at(expression, "operator")) {
        case "In":
          return listed;
        case "NotIn":
          return !listed;
        case "Exists":
          return value !== undefined;
        case "DoesNotExist":
          return value === undefined;
        default:
          return false;
      }
    })
  );
}
