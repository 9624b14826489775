/** An answer that refuses a request; thrown anywhere below the HTTP layer. */
export class ApiError extends Error {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;

  constructor(refusal: { status: number; message: string; body: unknown; headers?: Readonly<Record<string, string>> }) {
    super(refusal.message);
    this.name = "ApiError";
    this.status = refusal.status;
    this.body = refusal.body;
    this.headers = refusal.headers ?? {};
  }
}

/** A business error: `{"status":"error","message":…}`. Source: API reference, error schemas of every operation. */
export function businessError(status: number, message: string, headers: Readonly<Record<string, string>> = {}): ApiError {
  return new ApiError({ status, message, body: { status: "error", message }, headers });
}

/** A request validation error: 400 with `{"error_message":…}`. Source: field reports, 2026. */
export function validationError(problems: readonly string[]): ApiError {
  const message = problems.join(", ");
  return new ApiError({ status: 400, message, body: { error_message: message } });
}

/** A resource that is not there: 404 as observed, or 422 as the specification says. */
export function missing(status: 404 | 422, item: { readonly id: string; readonly from: string }): ApiError {
  return businessError(status, status === 404 ? `Item ${item.id} not found from ${item.from}` : messages.missing);
}

/** Texts of the service, with their source. */
export const messages = {
  /** API reference, 400. */
  badRequest: "Invalid request format, please check API reference.",
  /** API reference, 401. */
  unauthorized: "API key is missing or invalid.",
  /** Field reports, 403. */
  forbidden: "Forbidden",
  /** API reference, 422. */
  missing: "Cannot find requested asset under given api key.",
  /** API reference, 429. */
  rateLimited: "Account rate limited, please throttle your requests.",
  /** API reference, 500. */
  internal: "An unexpected server error occurred.",
  /** Field reports, 422. */
  publishedAgent: "Cannot update published agent other than version title",
  /** Field reports, 400. */
  publishedLlm: "Cannot update published LLM",
  /** Field reports, 400. */
  publishedFlow: "Cannot update published conversation flow",
  /** Field reports, 400. */
  engineChanged: "Cannot update response engine after agent versions have been created",
  /** Field reports, 400. */
  engineVersionOrType: "Cannot update response engine to different version or different response engine type",
  /** Field reports, 400. */
  bothModels: "Cannot set both model and s2s_model",
  /** Wording not reported; the refusals themselves are documented (see README.md). */
  engineInUse: "Cannot delete a response engine that is used by an agent",
  engineShared: "Response engine is already used by another agent",
  onlyVersion: "Cannot delete the only version of an agent",
  versionBound: "Cannot delete an agent version that is bound to a phone number or tag",
  agentBound: "Cannot delete an agent that is bound to a phone number",
  alreadyPublished: "Agent version is already published",
  statesWithoutStart: "starting_state is required when states is not empty",
  promptTooLong: "Prompt exceeds the limit of 32768 tokens",
  /** Field report on `knowledgeBase.create` of retell-sdk 5, 2026-07. */
  noSources: "no knowledge base sources provided",
  /** Wording not reported. */
  chunkSizes: "min_chunk_size must be less than max_chunk_size",
  knowledgeNameTaken: "A knowledge base with this name already exists",
} as const;
