/** The HTTP API of the runtime's processes: a frontend's is OpenAI's, and each says whether it is healthy. */

/** Names of the models that it lists; none where it does not answer. */
export async function modelsOf(url: string): Promise<string[]> {
  const response = await request(`${url}/v1/models`).catch(() => undefined);
  if (!response?.ok) return [];
  const { data } = (await response.json()) as { data: { id: string }[] };
  return data.map(({ id }) => id);
}

/**
 * The answer of a model, in a few words.
 * @throws Error where there is none within 30 s
 */
export async function ask(url: string, model: string, question: string): Promise<string> {
  const messages = [{ role: "user", content: question }];
  const response = await request(`${url}/v1/chat/completions`, { model, messages, max_tokens: 8 });
  if (!response.ok) throw new Error(`status ${response.status}: ${await response.text()}`);
  const { choices } = (await response.json()) as { choices: { message: { content: string } }[] };
  return choices[0]?.message.content ?? "";
}

/** Whether a health endpoint answers well. */
export async function isHealthy(url: string): Promise<boolean> {
  const response = await request(url).catch(() => undefined);
  await response?.text();
  return response?.ok ?? false;
}

function request(url: string, body?: object): Promise<Response> {
  const signal = AbortSignal.timeout(30_000);
  if (!body) return fetch(url, { signal });
  const headers = { "content-type": "application/json" };
  return fetch(url, { method: "POST", headers, body: JSON.stringify(body), signal });
}
