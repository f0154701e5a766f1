import {
  type KubeConfig,
  type KubernetesListObject,
  type KubernetesObject,
  makeInformer,
} from "@kubernetes/client-node";

/** Milliseconds from the end of a watch to its next start. */
const reconnectDelay = 1000;

/**
 * Reports every object of a kind, again when it changes, and when it is gone.
 * @param path of the list that the API server has them by
 */
export async function watchObjects<T extends KubernetesObject>(
  config: KubeConfig,
  path: string,
  list: () => Promise<KubernetesListObject<T>>,
  { seen, gone }: { seen(object: T): void; gone?(object: T): void },
): Promise<{ stop(): Promise<void> }> {
  const informer = makeInformer(config, path, list);
  let restart: NodeJS.Timeout | undefined;
  informer.on("add", seen);
  informer.on("update", seen);
  if (gone) informer.on("delete", gone);
  // A broken watch ends an informer.
  const startAgain = () => {
    restart = setTimeout(() => informer.start().catch(startAgain), reconnectDelay);
  };
  informer.on("error", startAgain);
  await informer.start();
  return {
    async stop() {
      await informer.stop();
      clearTimeout(restart);
    },
  };
}
