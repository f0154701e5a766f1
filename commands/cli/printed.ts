import type { z } from "zod";

/** What a command prints, by the schema of it: values that have no less and no other parts. */
export type Printed<Schema extends z.ZodType> = DeepReadonly<z.input<Schema>>;

type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T;
