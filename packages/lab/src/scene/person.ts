import type { Repository } from "../github/model/repository.ts";
import { apiUrl } from "../github/model/world.ts";

/** GitHub's answer to something a person tried. */
export interface Answer {
  readonly status: number;
  /** GitHub's message; empty where it had nothing to say. */
  readonly message: string;
}

/** Somebody with write access at the web page, bound by branch rules like everybody else. */
export class Person {
  readonly login: string;
  readonly #repository: Repository;
  readonly #token: string;

  constructor(repository: Repository, login: string) {
    this.login = login;
    this.#repository = repository;
    repository.collaborators.set(login, "write");
    this.#token = repository.issueToken({ kind: "user", login, permissions: { contents: "write", "pull-requests": "write", actions: "write" } });
  }

  /** The merge button: 200, or 405 with the rule that forbids it. */
  merge(pullRequest: number): Promise<Answer> {
    return this.#send("PUT", `pulls/${pullRequest}/merge`, {});
  }

  /** The button "Close pull request". */
  close(pullRequest: number): Promise<Answer> {
    return this.#send("PATCH", `pulls/${pullRequest}`, { state: "closed" });
  }

  /** The button "Run workflow". */
  dispatch(file: string, request: { readonly branch: string; readonly inputs?: Readonly<Record<string, string>> }): Promise<Answer> {
    return this.#send("POST", `actions/workflows/${file}/dispatches`, { ref: request.branch, inputs: request.inputs ?? {} });
  }

  async #send(method: string, path: string, body: unknown): Promise<Answer> {
    const response = await fetch(`${apiUrl(this.#repository.world)}/repos/${this.#repository.fullName}/${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#token}`, "content-type": "application/json", accept: "application/vnd.github+json", "user-agent": this.login },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    const answer = text === "" ? {} : (JSON.parse(text) as { message?: string });
    return { status: response.status, message: answer.message ?? "" };
  }
}
