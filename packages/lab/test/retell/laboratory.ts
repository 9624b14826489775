import { afterEach } from "@jest/globals";
import Retell from "retell-sdk";
import { startRetellLab } from "@retell-actions/lab/retell/server";
import type { OrganizationHandle, RetellLab, RetellLabOptions } from "@retell-actions/lab/retell/server";

/** A lab with the official SDK in front of it. */
export interface Laboratory {
  readonly lab: RetellLab;
  readonly client: Retell;
  readonly organization: OrganizationHandle;
}

const running: RetellLab[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((lab) => lab.stop()));
});

/** Starts a lab that is stopped after the test; requests of the SDK are not retried. */
export async function laboratory(options: Partial<RetellLabOptions> = {}): Promise<Laboratory> {
  const lab = await startRetellLab(options);
  running.push(lab);
  const [seed] = lab.options.organizations;
  if (seed?.keys[0] === undefined) throw new Error("seed an organisation with a key");
  return { lab, client: clientOf(lab, seed.keys[0].key), organization: lab.organization(seed.id) };
}

/** The SDK with another key. */
export function clientOf(lab: RetellLab, key: string): Retell {
  return new Retell({ apiKey: key, baseURL: lab.url, maxRetries: 0 });
}

/** An agent on a new LLM, made through the API. */
export async function newAgent(
  client: Retell,
  agent: Record<string, unknown> = {},
  llm: Record<string, unknown> = {},
): Promise<{ agentId: string; engineId: string }> {
  const { llm_id: engineId } = await client.llm.create(llm);
  const created = await client.agent.create({
    voice_id: "retell-Cimo",
    ...agent,
    response_engine: { type: "retell-llm", llm_id: engineId },
  });
  return { agentId: created.agent_id, engineId };
}

/** Status and body of a refusal; fails if there is none. */
export async function refusal(request: Promise<unknown>): Promise<{ status: number | undefined; body: unknown; headers: Headers | undefined }> {
  try {
    await request;
  } catch (error) {
    if (error instanceof Retell.APIError) return { status: error.status, body: error.error, headers: error.headers };
    throw error;
  }
  throw new Error("the request was accepted");
}

/** The body of a validation error. */
export function invalid(message: string): { status: number; body: unknown } {
  return { status: 400, body: { error_message: message } };
}

/** The body of a business error. */
export function business(status: number, message: string): { status: number; body: unknown } {
  return { status, body: { status: "error", message } };
}

/** Types of the SDK that the test deliberately leaves. */
export function anyhow<Value>(value: unknown): Value {
  return value as Value;
}

/** The smallest flow that the API accepts, as a new object. */
export function smallFlow(): Retell.ConversationFlowCreateParams {
  return {
    start_speaker: "agent",
    model_choice: { type: "cascading", model: "gpt-5.6-terra" },
    nodes: [{ id: "start", type: "conversation", instruction: { type: "prompt", text: "Greet." } }],
  };
}

/** An agent on a new conversation flow, made through the API. */
export async function newFlowAgent(
  client: Retell,
  agent: Record<string, unknown> = {},
  flow: Partial<Retell.ConversationFlowCreateParams> = {},
): Promise<{ agentId: string; flowId: string }> {
  const { conversation_flow_id: flowId } = await client.conversationFlow.create({ ...smallFlow(), ...flow });
  const response_engine = { type: "conversation-flow", conversation_flow_id: flowId } as const;
  const created = await client.agent.create({ voice_id: "retell-Cimo", ...agent, response_engine });
  return { agentId: created.agent_id, flowId };
}

/** A chat agent on a new LLM, made through the API. */
export async function newChatAgent(client: Retell, agent: Record<string, unknown> = {}): Promise<{ agentId: string; llmId: string }> {
  const { llm_id: llmId } = await client.llm.create({});
  const created = await client.chatAgent.create({ ...agent, response_engine: { type: "retell-llm", llm_id: llmId } });
  return { agentId: created.agent_id, llmId };
}
