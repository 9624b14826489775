/** Where the rules of the field tables come from, by the names of the official pages. */
export const sources = {
  createAgent: "API reference, Create Voice Agent",
  createChatAgent: "API reference, Create Chat Agent",
  createFlow: "API reference, Create Conversation Flow",
  createComponent: "API reference, Create Conversation Flow Component",
  createLlm: "API reference, Create Retell LLM",
  spec: "OpenAPI document, revision 2026-10-04",
  sdk: "retell-sdk 5.66.1, types",
  versions: "Docs, Agent Version",
} as const;
