/** Mutual TLS between the parts of a stack. */
import { z } from "zod";
import { count } from "./fields";
import { labelLength } from "./names";

const name = z
  .string()
  .regex(
    /^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/,
    "must be lower-case letters, digits, dashes and dots, as Kubernetes names are",
  )
  .max(labelLength, `must be at most ${labelLength} characters: names of Secrets are made of it`);

const kind = z
  .string()
  .regex(/^[A-Z][A-Za-z0-9]*$/, 'must be the kind of an object, such as "ClusterIssuer"')
  .max(labelLength, `must be at most ${labelLength} characters: names of Secrets are made of it`);

/** cert-manager's own kind of issuers, which sign in all namespaces. */
const clusterIssuer = { kind: "ClusterIssuer", group: "cert-manager.io" };

const issuerRef = z
  .strictObject({
    name: name.meta({ description: "Its name." }),
    kind: kind.default(clusterIssuer.kind).meta({ description: "Its kind, where it is an external issuer." }),
    group: name
      .default(clusterIssuer.group)
      .meta({ description: "The group of its API, where it is an external issuer." }),
  })
  .meta({
    description:
      "With issuer `cert-manager`: the ClusterIssuer that signs. It must give a `ca.crt`, and sign for a year ([which do](encryption.md#certificates-of-cert-manager)). Default: none.",
  });

/** Schema of `dynamo:encryption`. */
export const encryption = z
  .strictObject({
    issuer: z.enum(["none", "own", "cert-manager"]).default("none").meta({
      description:
        "Who signs the certificates: `own`, authorities of the stack's own; `cert-manager`, an issuer of the cluster's cert-manager; `none`, nobody, and all is plain text.",
    }),
    issuerRef: issuerRef.optional(),
    generation: count.default(1).meta({
      description:
        "One more makes new keys and certificates, valid for a year, and replaces all pods that have one, each in its turn. Of the stack's own authorities, those of the generation before are trusted until one more again.",
    }),
    refusePlain: z.boolean().default(false).meta({
      description:
        "Whether a plan is refused in which requests, KV events or the KV cache between prefill and decode still go in plain text.",
    }),
  })
  .meta({
    description:
      "Mutual TLS of requests, NATS and etcd, from runtime 1.5 on ([what is encrypted](encryption.md)). Its beginning, its end and another issuer make new graphs beside the old.",
  });

export type EncryptionConfig = z.output<typeof encryption>;
/** An issuer, as Certificates of cert-manager refer to it. */
export type IssuerRef = z.output<typeof issuerRef>;

/** Who signs a stack's certificates. */
export interface Signer {
  /** Generation of the certificates; undefined: there are none. */
  readonly certificates: number | undefined;
  /** The issuer of cert-manager's that signs them; undefined: the stack's own authorities. */
  readonly issuer: string | undefined;
}

/** Who signs the certificates of a config, of which a part may be wrong. */
export function signerOf(
  settings: Pick<EncryptionConfig, "issuer" | "issuerRef" | "generation"> | undefined,
): Signer {
  const isEncrypted = settings !== undefined && settings.issuer !== "none";
  return {
    certificates: isEncrypted ? settings.generation : undefined,
    issuer: isEncrypted && settings.issuer === "cert-manager" ? issuerName(settings.issuerRef) : undefined,
  };
}

/** An issuer's name, which no other issuer has: with its kind and group, where it is an external one. */
export function issuerName(ref: IssuerRef | undefined): string {
  const { name = "", kind, group } = ref ?? {};
  return kind === clusterIssuer.kind && group === clusterIssuer.group
    ? name
    : `${name}.${kind?.toLowerCase()}.${group}`;
}
