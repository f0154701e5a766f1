import { CoreV1Api, CustomObjectsApi, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import type { IssuerRef } from "../../config/encryption";
import { certificateKind } from "../../plan/certificates/certManager";
import { clusterConfig, unlessMissing } from "../clients";
import { WorkQueue } from "../operator/queue";
import { watchObjects } from "../watchObjects";
import { type Certificate, createAuthority, isOf, validityOf } from "./signing";

const [group, version] = certificateKind.apiVersion.split("/") as [string, string];
const certificates = { group, version, plural: "certificates" };

/**
 * Stands in for cert-manager, and for the issuer that a stack names, which it makes. It signs Certificates by an authority of the
 * rehearsal's, and those of other issuers never become Ready. It renews none: rehearsals end before.
 */
export async function startCertManager(
  kubeconfig: string,
  issuerRef: IssuerRef,
): Promise<{ stop(): Promise<void> }> {
  const config = clusterConfig(kubeconfig);
  const [custom, core] = [config.makeApiClient(CustomObjectsApi), config.makeApiClient(CoreV1Api)];
  const sign = createAuthority();

  async function reconcile(namespace: string, name: string): Promise<void> {
    const found = custom.getNamespacedCustomObject({ ...certificates, namespace, name });
    const certificate: Certificate | undefined = await unlessMissing(found);
    // One that is being deleted is signed no more, or its Secret would come back.
    if (certificate === undefined || certificate.metadata.deletionTimestamp || isSettled(certificate)) return;
    const isKnown = (["name", "kind", "group"] as const).every(
      (field) => certificate.spec.issuerRef[field] === issuerRef[field],
    );
    if (!isKnown) return report(custom, certificate, {}, "Issuing certificate as Secret does not exist");
    const secret = { name: certificate.spec.secretName, namespace };
    // One that is there for what is asked for is taken up, as cert-manager does.
    if (!isOf(await unlessMissing(core.readNamespacedSecret(secret)), certificate))
      await core.patchNamespacedSecret(
        { ...secret, body: sign(certificate), fieldManager: "cert-manager-stand-in", force: true },
        setHeaderOptions("Content-Type", PatchStrategy.ServerSideApply),
      );
    await report(custom, certificate, validityOf(await core.readNamespacedSecret(secret)));
  }

  await makeIssuer(custom, issuerRef);
  const queue = new WorkQueue((key) => {
    const [namespace = "", name = ""] = key.split("/");
    return reconcile(namespace, name);
  });
  const watch = await watchObjects(
    config,
    `/apis/${group}/${version}/${certificates.plural}`,
    () => custom.listClusterCustomObject(certificates),
    { seen: ({ metadata }) => queue.add(`${metadata?.namespace}/${metadata?.name}`) },
  );
  return {
    async stop() {
      await watch.stop();
      await queue.stop();
    },
  };
}

/** Plural of a kind of issuers, as their stand-in definition has it. */
const pluralOf = (kind: string) => `${kind.toLowerCase()}s`;

async function makeIssuer(custom: CustomObjectsApi, { name, kind, group }: IssuerRef): Promise<void> {
  const issuers = { group, version: "v1", plural: pluralOf(kind) };
  const issuer = { apiVersion: `${group}/v1`, kind, metadata: { name }, spec: { ca: { secretName: name } } };
  const made = await custom.createClusterCustomObject({ ...issuers, body: issuer });
  const conditions = [
    { type: "Ready", status: "True", reason: "KeyPairVerified", message: "Signing CA verified" },
  ];
  await custom.replaceClusterCustomObjectStatus({
    ...issuers,
    name,
    body: { ...made, status: { conditions } },
  });
}

/** Whether its condition is of what is asked for now. */
function isSettled({ metadata, status }: Certificate): boolean {
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  return ready?.observedGeneration === metadata.generation;
}

/** @param why it is not Ready; undefined: it is */
async function report(
  custom: CustomObjectsApi,
  certificate: Certificate,
  validity: object,
  why?: string,
): Promise<void> {
  const { name, namespace, generation } = certificate.metadata;
  const ready = {
    type: "Ready",
    status: why === undefined ? "True" : "False",
    reason: why === undefined ? "Ready" : "DoesNotExist",
    message: why ?? "Certificate is up to date and has not expired",
    observedGeneration: generation,
    lastTransitionTime: new Date().toISOString().replace(/\.\d+/, ""),
  };
  const body = { ...certificate, status: { ...validity, conditions: [ready] } };
  await custom.replaceNamespacedCustomObjectStatus({ ...certificates, name, namespace, body });
}
