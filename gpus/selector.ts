import { own } from "../config/own";
import { at, list, type Manifest, notKnown, record, text } from "./manifest";

/** Whether values are equal, or may be once they are known. */
export function couldBe(one: unknown, other: unknown): boolean {
  return one === other || one === notKnown || other === notKnown;
}

/** Whether a label selector matches labels, as far as they are known. An empty one matches all, a missing one none. */
export function selects(selector: unknown, labels: Manifest): boolean {
  if (selector === undefined) return false;
  const wanted = Object.entries(record(at(selector, "matchLabels")));
  return (
    wanted.every(([label, value]) => couldBe(own(labels, label), value)) &&
    list(at(selector, "matchExpressions")).every((expression) => {
      const [key, operator, values] = ["key", "operator", "values"].map((part) => at(expression, part));
      const value = own(labels, text(key));
      if ([key, operator, values, value, ...list(values)].includes(notKnown)) return true;
      const listed = list(values).includes(value);
      switch (operator) {
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
