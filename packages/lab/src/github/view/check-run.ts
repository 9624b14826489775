import type { CheckRun } from "../model/records.ts";
import type { Repository } from "../model/repository.ts";
import { nodeId } from "./node-id.ts";
import { htmlUrl, repositoryUrl } from "./repository.ts";

/** A check run (schema `check-run`). */
export function checkRunView(repository: Repository, run: CheckRun): Record<string, unknown> {
  const url = `${repositoryUrl(repository)}/check-runs/${run.id}`;
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId("CR", run.id),
    head_sha: run.headSha,
    external_id: run.externalId ?? "",
    url,
    html_url: `${htmlUrl(repository)}/runs/${run.id}`,
    details_url: run.detailsUrl ?? `${htmlUrl(repository)}/runs/${run.id}`,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: { ...run.output, annotations_count: run.annotations.length, annotations_url: `${url}/annotations` },
    check_suite: { id: repository.id },
    app: null,
    pull_requests: [],
  };
}
