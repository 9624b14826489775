import { GraphQLError } from "graphql";

/** Types that GitHub puts beside the message of a GraphQL error. */
export type GraphQLErrorType = "NOT_FOUND" | "FORBIDDEN" | "STALE_DATA" | "UNPROCESSABLE" | "ARGUMENT_LIMIT" | "BAD_REQUEST";

/** An error with GitHub's `type`, which the answer shows beside `message`, `path` and `locations`. */
export function typedError(type: GraphQLErrorType, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type } });
}
