import { ActionError } from "@retell-actions/core/errors";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import type { Clock, JobContext } from "@retell-actions/core/ports/runner";
import { createMemoryGit, type MemoryGit } from "./memory-git.ts";
import { createMemoryGitHub, type MemoryGitHub } from "./memory-github.ts";
import { createMemoryIssues } from "./memory-issues.ts";
import { createMemoryPullRequests } from "./memory-pull-requests.ts";
import { createMemoryReleases, type MemoryReleases } from "./memory-releases.ts";
import { createMemoryWorkflows } from "./memory-workflows.ts";
import { createMemoryRetell, type MemoryRetell } from "./memory-retell.ts";
import { createMemoryCancellation, createMemoryClock, createMemoryLog, memoryJob, type MemoryLog } from "./memory-runner.ts";

/** The whole outside world of an action, in memory: one repository, one Retell workspace per name, one job. */
export interface MemoryWorld {
  readonly git: MemoryGit;
  readonly github: MemoryGitHub;
  readonly releases: MemoryReleases;
  readonly log: MemoryLog;
  /** The job's clock, which also dates comments; stands still until it is moved. */
  readonly clock: Clock & { advance(milliseconds: number): void };
  readonly cancel: () => void;
  readonly secrets: Map<string, string>;
  /** Names of workspaces for which the job has no key. */
  readonly withoutKey: Set<string>;
  /** The workspace's Retell, made at the first question. */
  retell(workspace: string): MemoryRetell;
  /** Ports of a job; what the job is about can be changed. */
  ports(job?: Partial<JobContext>): ActionPorts;
}

/** A repository whose branches `develop`, `staging` and `production` hold the files; nothing is checked out yet. */
export function createMemoryWorld(files: Readonly<Record<string, string>>): MemoryWorld {
  const git = createMemoryGit();
  const tip = git.commit("develop", files, "Initial commit");
  for (const branch of ["staging", "production"]) git.branches.set(branch, tip);
  const clock = createMemoryClock();
  const github = createMemoryGitHub({ git, clock });
  const releases = createMemoryReleases({ git });
  const log = createMemoryLog();
  const cancellation = createMemoryCancellation();
  const workspaces = new Map<string, MemoryRetell>();
  const secrets = new Map<string, string>();
  const withoutKey = new Set<string>();
  const retell = (name: string): MemoryRetell => {
    const known = workspaces.get(name) ?? createMemoryRetell({ organization: { id: `org_${name}`, name }, defaults: { agent: { language: "en-US" }, engine: { model_temperature: 0 } } });
    workspaces.set(name, known);
    return known;
  };
  return {
    git,
    github,
    releases,
    log,
    clock,
    cancel: () => cancellation.cancel(),
    secrets,
    withoutKey,
    retell,
    ports: (job = {}) => ({
      git: git.reader,
      tree: git.workingTree,
      gitWriter: github.gitWriter,
      repository: github.repository,
      comments: github.comments,
      pullRequests: createMemoryPullRequests({ git, github }),
      issues: createMemoryIssues(github),
      workflows: createMemoryWorkflows({ git, github }),
      releases: releases.port,
      log,
      clock,
      // Whoever waits finds that time has passed, and with it the indexing of knowledge bases.
      sleep: async (milliseconds) => {
        clock.advance(milliseconds);
        for (const one of workspaces.values()) one.knowledge.index();
      },
      job: memoryJob(job),
      signal: cancellation.signal,
      secrets,
      hasKey: (workspace) => !withoutKey.has(workspace.name),
      openRetell: (workspace, access) => {
        if (withoutKey.has(workspace.name)) throw new ActionError("missing-key", `${workspace.apiKeyEnv} is empty.`);
        const { reader, writer, knowledge, components } = retell(workspace.name);
        const mayWrite = access === "write";
        return {
          reader,
          writer: mayWrite ? writer : undefined,
          knowledge: { reader: knowledge.reader, writer: mayWrite ? knowledge.writer : undefined },
          components: { reader: components.reader, writer: mayWrite ? components.writer : undefined },
        };
      },
    }),
  };
}
