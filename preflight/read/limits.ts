/** An end to every wait and answer of Kubernetes' client, whoever asks: commands, hooks of updates and previews. */
import type { RequestOptions } from "node:https";
import type { ApiConstructor, ApiType, KubeConfig, RequestContext } from "@kubernetes/client-node";
import { cleanJson, printable } from "../../config/printable";
import { answerOf } from "./answer";

type Client = typeof import("@kubernetes/client-node");

/** Longest wait for an answer of the API server, in ms. */
export const answerTimeout = 10_000;

/** Longest answer of the API server: a list of thousands of pods. */
export const maxAnswer = 32 * 2 ** 20;

/** An answer that no API server gives. */
export class UnexpectedAnswer extends Error {}

export interface AnswerOptions {
  /**
   * Whether texts stay as they are, for who writes them again: what shows them must see to it. @default false: lines are joined,
   * and what a terminal would obey is left out
   */
  readonly isVerbatim?: boolean;
}

/** Has requests by a kubeconfig end within {@link answerTimeout}, and its clients take answers of {@link maxAnswer} that can be shown. */
export function limitRequests(
  client: Client,
  config: KubeConfig,
  { isVerbatim = false }: AnswerOptions = {},
): void {
  limitWaits(config);
  limitAnswers(client, config, isVerbatim ? (text) => text : cleanJson);
}

/** Ends requests that take too long. Waiting alone would leave their sockets, and Node does not end before these have. */
function limitWaits(config: KubeConfig): void {
  const { applySecurityAuthentication: authenticate, applyToHTTPSOptions: setOptions } = config;
  config.applySecurityAuthentication = async (request: RequestContext) => {
    await authenticate.call(config, request);
    request.setSignal(AbortSignal.timeout(answerTimeout));
  };
  // A WebSocket has an option of its own for this.
  config.applyToHTTPSOptions = async (options: RequestOptions) => {
    await setOptions.call(config, options);
    Object.assign(options, { handshakeTimeout: answerTimeout });
  };
}

/** Takes answers only up to a length, of this server, and in JSON, readied for whom it is for. */
function limitAnswers(client: Client, config: KubeConfig, readied: (json: string) => string): void {
  const http = client.wrapHttpLibrary({
    async send(request: RequestContext) {
      const { status, text } = await answerOf(request.getUrl(), {
        method: request.getHttpMethod(),
        headers: request.getHeaders(),
        body: request.getBody() as string | undefined,
        agent: request.getAgent(),
        signal: request.getSignal() ?? AbortSignal.timeout(answerTimeout),
        maxLength: maxAnswer,
      });
      const body = async () => (status < 300 ? objectOf(text, readied) : text);
      return new client.ResponseContext(
        status,
        { "content-type": "application/json" },
        { text: body, binary: async () => Buffer.from(await body()) },
      );
    },
  });
  config.makeApiClient = <T extends ApiType>(type: ApiConstructor<T>): T =>
    new type(
      client.createConfiguration({
        baseServer: new client.ServerConfiguration(config.getCurrentCluster()?.server ?? "", {}),
        authMethods: { default: config },
        httpApi: http,
      }),
    );
}

/** The JSON of an object, which is all that API servers answer with. */
function objectOf(text: string, readied: (json: string) => string): string {
  try {
    const object = readied(text);
    if (/^\s*\{/.test(object)) return object;
  } catch {}
  throw new UnexpectedAnswer(`the answer is no object of Kubernetes: ${printable(text, 80)}`);
}
