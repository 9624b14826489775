/** The resources whose fields have a table: what defaults, normalisation and inventions are keyed by. */
export type Resource = "agent" | "chat-agent" | "retell-llm" | "conversation-flow" | "component";
