import { buildSchema, type GraphQLSchema } from "graphql";

let cached: Promise<GraphQLSchema> | undefined;

/** GitHub's public GraphQL schema; loaded on the first request, since it takes about 150 ms. */
export function githubSchema(): Promise<GraphQLSchema> {
  cached ??= import("@octokit/graphql-schema").then(({ schema }) => buildSchema(schema.idl, { assumeValid: true }));
  return cached;
}
