/** What a graph is to hold to, by which its alerts go. */
import { z } from "zod";

/** Buckets of the runtime's histogram of the time to first token, which are the same from 0.8 to 1.6. */
const firstTokenSeconds = [0.1, 0.22, 0.47, 1, 2.2, 4.7, 10, 22, 48, 100] as const;

/** Schema of a graph's `objectives`. */
export const objectives = z
  .strictObject({
    availability: z
      .number()
      .min(0.5, "must be a share between 0.5 and 0.9999")
      .max(0.9999, "must be a share between 0.5 and 0.9999")
      .default(0.99)
      .meta({ description: "Share of requests that must not fail." }),
    timeToFirstToken: z
      .literal(firstTokenSeconds, {
        error: `must be one of ${firstTokenSeconds.join(", ")}: Dynamo counts requests by these seconds`,
      })
      .default(2.2)
      .meta({ description: "Seconds within which a request's first token should come." }),
    fastRequests: z
      .number()
      .min(0.5, "must be a share between 0.5 and 0.9999")
      .max(0.9999, "must be a share between 0.5 and 0.9999")
      .default(0.95)
      .meta({ description: "Share of requests whose first token must come in that time." }),
  })
  .meta({
    description: "Service level objectives over 30 days. Alerts fire when they are missed at this rate.",
  });
