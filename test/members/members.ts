/**
 * The pods of a StatefulSet as processes of this machine, with the configuration and the arguments that are rendered.
 * Only addresses and paths are mapped: each member has a loopback address of its own, with the ports that are rendered,
 * and a folder in the place of its volumes. It takes Linux, which answers on all of 127.0.0.0/8, and util-linux.
 *
 * Not as in a cluster: readiness is looked at several times a second, so a Service follows sooner; what ends is not
 * started again, whatever the liveness probe says; there are no limits, security contexts or network policies.
 */
import { randomInt } from "node:crypto";
import { join } from "node:path";
import type { V1Service, V1StatefulSet } from "@kubernetes/client-node";
import { type ClientService, startClientService } from "../../rehearsal/members/clientService";
import { createMember, type Member } from "../../rehearsal/members/member";
import { type PodSource, preparePod, serverContainer } from "../../rehearsal/members/pod";
import { portOf } from "../../rehearsal/members/probes";
import { podOf } from "./statefulSet";

/** What members are made from. */
export interface MembersSource extends Omit<PodSource, "pod"> {
  readonly statefulSet: V1StatefulSet;
}

export interface MembersOptions extends MembersSource {
  /** The Service for clients. */
  readonly service: V1Service;
  /** Folder for the members' volumes and logs. It is left to the caller. */
  readonly directory: string;
}

export interface Members {
  /** By ordinal. */
  readonly members: readonly Member[];
  /** @throws RangeError where there is no member of that ordinal */
  member(ordinal: number): Member;
  /** Where clients find the Service, as `host:port`. */
  readonly service: string;
  /**
   * Starts the Service and every member that doesn't run, all at once, and waits until each is Ready.
   * @param timeout in ms, 30 000 by default
   */
  startAll(timeout?: number): Promise<void>;
  /** Stops the Service, then every member, all at once. Nothing runs or listens then, and volumes stay. */
  stopAll(): Promise<void>;
  /** The same by SIGKILL, which takes no time: members that all stop at once wait for each other. */
  killAll(): Promise<void>;
  /**
   * Stops and starts each member as a StatefulSet does when its template changes: from the last to the first, one when
   * the one before is Ready again.
   *
   * @param changed what replaces the manifests for members that start from now on
   */
  rollingRestart(changed?: Partial<MembersSource>): Promise<void>;
}

/** Members that nothing has started yet. */
export function createMembers({ service, directory, ...initial }: MembersOptions): Members {
  let source: MembersSource = initial;
  const { metadata, spec } = source.statefulSet;
  // Random, so that what runs at the same time does not meet.
  const network = `127.${randomInt(1, 255)}.${randomInt(255)}`;
  const pods = Array.from({ length: spec?.replicas ?? 1 }, (_, ordinal) => ({
    name: `${metadata?.name}-${ordinal}`,
    address: `${network}.${ordinal + 1}`,
  }));
  const domain = `${spec?.serviceName}.${metadata?.namespace}.svc.cluster.local`;
  const { port, targetPort = port } = service.spec?.ports?.[0] ?? { port: 0 };
  const frontend = { host: `${network}.254`, port };
  const hosts = new Map([
    [`${service.metadata?.name}.${service.metadata?.namespace}`, frontend.host],
    ...pods.map(({ name, address }) => [`${name}.${domain}`, address] as const),
  ]);
  const members = pods.map((pod) => {
    const place = { ...pod, root: join(directory, pod.name), hosts };
    return createMember(place, () =>
      preparePod({ ...source, pod: podOf(source.statefulSet, pod.name) }, place),
    );
  });

  const endpoints = () => {
    const podPort = portOf(serverContainer(podOf(source.statefulSet, metadata?.name ?? "")), targetPort);
    return members.filter(({ isReady }) => isReady).map(({ address }) => ({ host: address, port: podPort }));
  };
  let clientService: ClientService | undefined;
  const closeService = async () => {
    await clientService?.close();
    clientService = undefined;
  };

  return {
    members,
    member(ordinal) {
      const member = members[ordinal];
      if (!member) throw new RangeError(`there is no member ${ordinal}`);
      return member;
    },
    service: `${frontend.host}:${port}`,
    async startAll(timeout) {
      clientService ??= await startClientService(frontend, endpoints);
      await Promise.all(members.map((member) => member.start()));
      await Promise.all(members.map((member) => member.untilReady(timeout)));
    },
    async stopAll() {
      await closeService();
      await Promise.all(members.map((member) => member.stop()));
    },
    async killAll() {
      await closeService();
      await Promise.all(members.map((member) => member.killPod()));
    },
    async rollingRestart(changed) {
      source = { ...source, ...changed };
      for (const member of members.toReversed()) {
        await member.stop();
        await member.start();
        await member.untilReady();
      }
    },
  };
}
