import { defaultFieldResolver, type DocumentNode, execute, GraphQLError, type GraphQLFieldResolver, type GraphQLSchema, parse, validate } from "graphql";
import type { Caller } from "../http/credentials.ts";
import { type Incoming, jsonReply, type Reply } from "../http/message.ts";
import type { RateLimits } from "../http/rate-limit.ts";
import { actorOf, type Token } from "../model/tokens.ts";
import type { World } from "../model/world.ts";
import { ApiError } from "../rest/api-error.ts";
import { inaccessible } from "../rest/permission.ts";
import { nodeId } from "../view/node-id.ts";
import { canRead, graphqlContext } from "./context.ts";
import { createCommitOnBranch, type CreateCommitInput } from "./create-commit.ts";
import { typedError } from "./errors.ts";
import { repositoryFields } from "./objects.ts";
import { githubSchema } from "./schema.ts";
import { updateRefs, type UpdateRefsInput } from "./update-refs.ts";

interface GraphQLBody {
  query?: unknown;
  variables?: Record<string, unknown>;
  operationName?: string;
}

/** Whether a GraphQL request changes anything; unreadable documents do not. */
export function isMutation(body: unknown): boolean {
  try {
    const document = parse(String((body as GraphQLBody | null)?.query ?? ""));
    return document.definitions.some((definition) => definition.kind === "OperationDefinition" && definition.operation === "mutation");
  } catch {
    return false;
  }
}

/** Answers a GraphQL request; the document is checked against GitHub's schema, and so is what the resolvers return. */
export async function serveGraphQL(options: { world: World; limits: RateLimits; caller: Caller; request: Incoming }): Promise<Reply> {
  const { world, caller } = options;
  if (caller.kind !== "token") {
    const message = caller.kind === "unknown" ? "Bad credentials" : "This endpoint requires you to be authenticated.";
    return jsonReply(401, new ApiError(401, message).body());
  }
  const { headers, exceeded } = options.limits.count(caller, "graphql");
  if (exceeded) return jsonReply(200, { errors: [{ type: "RATE_LIMIT", message: "API rate limit exceeded for installation." }] }, headers);
  const body = parseBody(options.request);
  if (typeof body?.query !== "string") return jsonReply(400, new ApiError(400, "A query attribute must be specified and must be a string.").body(), headers);
  const schema = await githubSchema();
  const document = readDocument(world, schema, body.query);
  if (Array.isArray(document)) return jsonReply(200, { errors: document.map((error) => error.toJSON()) }, headers);
  const result = await execute({
    schema,
    document,
    rootValue: rootFields(world, caller.token),
    fieldResolver: resolverOf(world),
    variableValues: body.variables ?? {},
    operationName: body.operationName ?? null,
  });
  const errors = result.errors?.map((error) => present(world, error));
  return jsonReply(200, { ...("data" in result ? { data: result.data } : {}), ...(errors === undefined ? {} : { errors }) }, headers);
}

/** As graphql-js resolves by default, but a field that the lab lacks is recorded instead of being silently null. */
function resolverOf(world: World): GraphQLFieldResolver<unknown, unknown> {
  return (source, args, context, info) => {
    if (!(info.fieldName in Object(source))) {
      world.schema.violations.push({ side: "lab", operation: "graphql", message: `the lab does not resolve ${info.parentType.name}.${info.fieldName}` });
    }
    return defaultFieldResolver(source, args, context, info);
  };
}

function parseBody(request: Incoming): GraphQLBody | undefined {
  try {
    return JSON.parse(request.body.toString("utf8")) as GraphQLBody;
  } catch {
    return undefined;
  }
}

function readDocument(world: World, schema: GraphQLSchema, source: string): DocumentNode | GraphQLError[] {
  const document = parseDocument(source);
  const problems = document instanceof GraphQLError ? [document] : [...validate(schema, document)];
  for (const { message } of problems) world.schema.violations.push({ side: "client", operation: "graphql", message });
  return problems.length > 0 || document instanceof GraphQLError ? problems : document;
}

function parseDocument(source: string): DocumentNode | GraphQLError {
  try {
    return parse(source);
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

function present(world: World, error: GraphQLError): Record<string, unknown> {
  const type = error.extensions["type"];
  if (type === undefined) {
    // Either the variables do not fit the schema, or a resolver of the lab failed.
    const side = error.originalError === undefined && error.path === undefined ? "client" : "lab";
    world.schema.violations.push({ side, operation: "graphql", message: error.message });
  }
  return { ...(type === undefined ? {} : { type }), path: error.path, locations: error.locations, message: error.message };
}

function rootFields(world: World, token: Token): Record<string, unknown> {
  const context = graphqlContext(world, token);
  return {
    repository: ({ owner, name }: { owner: string; name: string }) => {
      const found = [...world.repositories.values()].find((candidate) => candidate.fullName.toLowerCase() === `${owner}/${name}`.toLowerCase());
      if (found === undefined || !context.canSee(found)) throw typedError("NOT_FOUND", `Could not resolve to a Repository with the name '${owner}/${name}'.`);
      if (!canRead(context, found)) throw typedError("FORBIDDEN", inaccessible(token));
      return repositoryFields(found);
    },
    viewer: () => ({ id: nodeId("U", token.user.id), login: actorOf(token).user.login, databaseId: token.user.id }),
    createCommitOnBranch: ({ input }: { input: CreateCommitInput }) => createCommitOnBranch(context, input),
    updateRefs: ({ input }: { input: UpdateRefsInput }) => updateRefs(context, input),
  };
}
