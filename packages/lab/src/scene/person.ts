import type { Repository } from "../github/model/repository.ts";
import { apiUrl } from "../github/model/world.ts";

/** GitHub's answer to something a person tried. */
export interface Answer {
  readonly status: number;
  /** GitHub's message; empty where it had nothing to say. */
  readonly message: string;
}

/** What people may do at the web page, where no scope keeps workflow files from them: with `read` only to comment. */
const PERMISSIONS = { write: { contents: "write", issues: "write", "pull-requests": "write", actions: "write", workflows: "write" }, read: { contents: "read", issues: "write" } } as const;

/** Somebody at the web page, with write access unless said otherwise, bound by branch rules like everybody else. */
export class Person {
  readonly login: string;
  readonly #repository: Repository;
  readonly #token: string;

  constructor(repository: Repository, login: string, role: "write" | "read" = "write") {
    this.login = login;
    this.#repository = repository;
    repository.collaborators.set(login, role);
    this.#token = repository.issueToken({ kind: "user", login, permissions: { ...PERMISSIONS[role] } });
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

  /** Comments on a pull request or issue, and returns the comment's id. @throws if GitHub takes no comment. */
  async comment(number: number, body: string): Promise<number> {
    const { status, message, id } = await this.#send("POST", `issues/${number}/comments`, { body });
    if (status !== 201 || id === undefined) throw new Error(`${this.login} could not comment: ${status} ${message}`);
    return id;
  }

  /** Opens an issue, and returns its number. @throws if GitHub takes none. */
  async openIssue(title: string, body: string): Promise<number> {
    const { status, message, number } = await this.#send("POST", "issues", { title, body });
    if (status !== 201 || number === undefined) throw new Error(`${this.login} could not open an issue: ${status} ${message}`);
    return number;
  }

  editIssue(number: number, body: string): Promise<Answer> {
    return this.#send("PATCH", `issues/${number}`, { body });
  }

  editComment(id: number, body: string): Promise<Answer> {
    return this.#send("PATCH", `issues/comments/${id}`, { body });
  }

  deleteComment(id: number): Promise<Answer> {
    return this.#send("DELETE", `issues/comments/${id}`, undefined);
  }

  async #send(method: string, path: string, body: unknown): Promise<Answer & { readonly id: number | undefined; readonly number: number | undefined }> {
    const response = await fetch(`${apiUrl(this.#repository.world)}/repos/${this.#repository.fullName}/${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#token}`, "content-type": "application/json", accept: "application/vnd.github+json", "user-agent": this.login },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const answer = text === "" ? {} : (JSON.parse(text) as { message?: string; id?: number; number?: number });
    return { status: response.status, message: answer.message ?? "", id: answer.id, number: answer.number };
  }
}
