/** An answer of GitHub's REST API that is not a success; `errors` as GitHub lists them. */
export class ApiError extends Error {
  readonly status: number;
  readonly errors: readonly unknown[] | undefined;
  readonly headers: Record<string, string>;

  constructor(status: number, message: string, errors?: readonly unknown[], headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.errors = errors;
    this.headers = headers;
  }

  /** The body GitHub sends; `status` is a string there. */
  body(): Record<string, unknown> {
    return {
      message: this.message,
      ...(this.errors === undefined ? {} : { errors: this.errors }),
      documentation_url: "https://docs.github.com/rest",
      status: String(this.status),
    };
  }
}

/** 404 as GitHub words it, also for what the caller may not see. */
export function notFound(message = "Not Found"): ApiError {
  return new ApiError(404, message);
}

/** 422 with a single sentence. */
export function unprocessable(message: string, errors?: readonly unknown[]): ApiError {
  return new ApiError(422, message, errors);
}
