/** The parts of the API server's objects that commands look at: what answers need not be an API server, or be well. */
import { z } from "zod";
import { UnexpectedAnswer } from "../../preflight/read/limits";

const name = z.string();
const texts = z.record(z.string(), z.string()).nullish();
const metadata = z.object({ name, namespace: z.string().nullish(), labels: texts });
const conditions = z
  .array(z.object({ type: name, status: name, message: z.string().nullish(), reason: z.string().nullish() }))
  .nullish();
const containers = z
  .array(z.object({ name, env: z.array(z.object({ name, value: z.string().nullish() })).nullish() }))
  .optional();
const containerStates = z
  .array(
    z.object({
      name,
      restartCount: z.number().nullish(),
      state: z
        .object({
          waiting: z.object({ reason: z.string().nullish(), message: z.string().nullish() }).nullish(),
        })
        .nullish(),
    }),
  )
  .nullish();

/** Schemas by kind. The cluster writes null for lists that are empty. */
export const apiObjects = {
  pod: z.object({
    metadata,
    spec: z.object({ containers }).optional(),
    status: z
      .object({ conditions, containerStatuses: containerStates, initContainerStatuses: containerStates })
      .nullish(),
  }),
  event: z.object({ involvedObject: z.object({ uid: z.string().nullish() }), message: z.string().nullish() }),
  endpointSlice: z.object({
    metadata: metadata.partial().optional(),
    ports: z.array(z.object({ port: z.number().nullish() })).nullish(),
    endpoints: z
      .array(
        z.object({
          conditions: z
            .object({ ready: z.boolean().nullish(), terminating: z.boolean().nullish() })
            .nullish(),
          targetRef: z
            .object({
              kind: z.string().nullish(),
              name: z.string().nullish(),
              namespace: z.string().nullish(),
            })
            .nullish(),
        }),
      )
      .nullish(),
  }),
  node: z.object({
    metadata,
    status: z
      .object({ conditions, addresses: z.array(z.object({ type: name, address: name })).nullish() })
      .nullish(),
  }),
  service: z.object({
    spec: z
      .object({
        ports: z.array(z.object({ port: z.number(), nodePort: z.number().nullish() })).nullish(),
      })
      .nullish(),
    status: z
      .object({
        loadBalancer: z
          .object({
            ingress: z
              .array(z.object({ hostname: z.string().nullish(), ip: z.string().nullish() }))
              .nullish(),
          })
          .nullish(),
      })
      .nullish(),
  }),
  namespace: z.object({ metadata }),
  quota: z.object({ metadata, spec: z.object({ hard: texts }).nullish() }),
  secret: z.object({ data: texts }),
  /** An object of any other kind: what looks at it takes nothing for certain. */
  any: z.looseObject({ metadata: z.looseObject({ name }) }),
};

/** The objects of a list, which are as the schema says. @throws UnexpectedAnswer */
export async function listOf<T>(schema: z.ZodType, request: Promise<{ items: T[] }>): Promise<T[]> {
  const answer = (await request) as { items: T[] } | undefined;
  check(z.object({ items: z.array(schema) }), answer);
  return (answer as { items: T[] }).items;
}

/** An object, which is as the schema says. @throws UnexpectedAnswer */
export async function objectOf<T>(schema: z.ZodType, request: Promise<T>): Promise<T> {
  const answer = await request;
  check(schema, answer);
  return answer;
}

function check(schema: z.ZodType, answer: unknown): void {
  const { error } = schema.safeParse(answer);
  const [issue] = error?.issues ?? [];
  if (issue)
    throw new UnexpectedAnswer(
      `the answer is of another kind (at ${issue.path.join(".") || "its root"}: ${issue.message})`,
    );
}
