/** The way of a command-line tool called once per agent: a process that reads the agent, then its LLM. */
import Retell from "retell-sdk";

const [agentId = "", baseURL = "", apiKey = ""] = process.argv.slice(2);
const client = new Retell({ apiKey, baseURL, maxRetries: 0 });
const agent = await client.agent.retrieve(agentId);
if (agent.response_engine.type !== "retell-llm") throw new Error("not an LLM agent");
await client.llm.retrieve(agent.response_engine.llm_id);
