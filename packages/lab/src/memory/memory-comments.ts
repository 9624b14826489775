import type { IssueComment, PullRequestComments, Reaction } from "@retell-actions/core/ports/github";
import type { Clock, JobContext } from "@retell-actions/core/ports/runner";
import type { MemoryGitHubState } from "./memory-github.ts";

/** The conversation as people have it in the browser. Times are the world's clock, cut to seconds as GitHub's are. */
export interface MemoryConversation {
  /** Comments by pull request, oldest first. */
  readonly threads: Map<number, IssueComment[]>;
  /** The job's reactions by comment, in the order in which they were given. */
  readonly reactions: Map<number, Reaction[]>;
  /** Somebody comments, by default the person `octocat`; an author that ends in `[bot]` is a bot, an empty one a deleted account. */
  comment(number: number, body: string, author?: string): IssueComment;
  /** Somebody edits a comment. Within the second of its making only the text tells: advance the clock for another time. */
  editComment(id: number, body: string): IssueComment;
  deleteComment(id: number): void;
  /**
   * What a job is told that a comment started, for `ports`; it runs on the default branch. The comment is as it is now, so
   * take this before somebody edits or deletes it.
   */
  commentJob(id: number, action?: "created" | "edited" | "deleted"): Pick<JobContext, "event" | "ref" | "actor">;
}

const BOT = "github-actions[bot]";

/** Comments of pull requests in memory: the port, and what people do. */
export function createMemoryComments({ clock, defaultBranch, issues }: { clock: Clock; defaultBranch: string; issues: ReadonlyMap<number, unknown> }): { port: (github: MemoryGitHubState) => PullRequestComments; conversation: MemoryConversation } {
  const threads = new Map<number, IssueComment[]>();
  const reactions = new Map<number, Reaction[]>();
  let last = 0;
  const now = (): number => Math.floor(clock.now() / 1000) * 1000;

  function add(number: number, { body, author }: { body: string; author: string }): IssueComment {
    const id = (last += 1);
    const comment = { id, body, author, authorIsBot: author.endsWith("[bot]"), createdAt: now(), updatedAt: now(), url: `https://github.com/octo/agents/pull/${number}#issuecomment-${id}` };
    threads.set(number, [...(threads.get(number) ?? []), comment]);
    return comment;
  }

  function find(id: number): { number: number; comment: IssueComment } | undefined {
    for (const [number, thread] of threads) {
      const comment = thread.find((candidate) => candidate.id === id);
      if (comment !== undefined) return { number, comment };
    }
    return undefined;
  }

  function known(id: number): { number: number; comment: IssueComment } {
    const found = find(id);
    if (found === undefined) throw new Error(`There is no comment ${id}.`);
    return found;
  }

  function change(id: number, body: string): void {
    for (const [number, thread] of threads) threads.set(number, thread.map((comment) => (comment.id === id ? { ...comment, body, updatedAt: now() } : comment)));
  }

  const port = (github: MemoryGitHubState): PullRequestComments => ({
    list: async (pullRequest) => (threads.get(pullRequest) ?? []).map((comment) => ({ ...comment })),
    get: async (id) => {
      const comment = find(id)?.comment;
      return comment === undefined ? undefined : { ...comment };
    },
    react: (id, reaction) =>
      github.write({ method: "react", subject: String(id) }, () => {
        if (github.readOnly) return { kind: "forbidden" };
        if (find(id) === undefined) return { kind: "gone" };
        reactions.set(id, [...new Set([...(reactions.get(id) ?? []), reaction])]);
        return { kind: "written" };
      }),
    create: (pullRequest, body) =>
      github.write({ method: "createComment", subject: String(pullRequest) }, () => {
        if (github.readOnly) return { kind: "forbidden" };
        return { kind: "written", id: add(pullRequest, { body, author: BOT }).id };
      }),
    update: (id, body) =>
      github.write({ method: "updateComment", subject: String(id) }, () => {
        if (github.readOnly) return { kind: "forbidden" };
        change(id, body);
        return { kind: "written", id };
      }),
  });

  const conversation: MemoryConversation = {
    threads,
    reactions,
    comment: (number, body, author = "octocat") => add(number, { body, author }),
    editComment(id, body) {
      known(id);
      change(id, body);
      return known(id).comment;
    },
    deleteComment(id) {
      const { number } = known(id);
      threads.set(number, (threads.get(number) ?? []).filter((comment) => comment.id !== id));
    },
    commentJob(id, action = "created") {
      const { number, comment } = known(id);
      const { body, author, authorIsBot, createdAt } = comment;
      const event = { name: "issue_comment", action, issue: number, isPullRequest: !issues.has(number), comment: { id, body, author, authorIsBot, createdAt } } as const;
      return { event, ref: `refs/heads/${defaultBranch}`, actor: author };
    },
  };
  return { port, conversation };
}
