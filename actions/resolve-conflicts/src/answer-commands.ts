import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import type { ProjectFiles } from "@retell-actions/core/project/files";
import type { CommandAnswer } from "@retell-actions/core/report/answer-input";
import type { ReadDigests } from "@retell-actions/core/resolve/commit-trailers";
import type { Command, DecisionCommand, Refusal } from "@retell-actions/core/resolve/read-command";
import { decideLine, showLine } from "./decide-lines.ts";
import type { OpenedBench } from "./open-bench.ts";
import { readStatus } from "./read-status.ts";
import type { Scene } from "./scene.ts";
import type { NoBranch, WorkingBranch } from "./working-branch.ts";

/** What commands are carried out on. */
export interface Answering {
  readonly files: ProjectFiles;
  readonly scene: Scene;
  readonly bench: OpenedBench | undefined;
  readonly branch: WorkingBranch | NoBranch | undefined;
  /** The first decision, whose workspace a branch of decisions is named after. */
  readonly first: DecisionCommand | undefined;
}

/** The commands in order, each on the files that the one before has left. */
export async function answerAll(
  commands: readonly (Command | Refusal)[],
  answering: Answering,
  ports: ActionPorts,
): Promise<{ readonly files: ProjectFiles; readonly answers: readonly CommandAnswer[]; readonly read: ReadDigests }> {
  const { scene, bench } = answering;
  const answers: CommandAnswer[] = [];
  const read = new Map<string, ReadonlyMap<string, string>>();
  let { files } = answering;
  for (const command of commands) {
    const obstacle = obstacleOf(command, answering);
    if (obstacle !== undefined) answers.push({ kind: "refused", line: command.line, ...obstacle, fresh: [] });
    else if (command.kind === "decide" && bench !== undefined) {
      const decided = decideLine(command, { files, decided: new Set([...read.values()].flatMap((agents) => [...agents.keys()])) }, bench);
      files = decided.files;
      answers.push(decided.answer);
      if (decided.read.size > 0) read.set(command.workspace, new Map([...(read.get(command.workspace) ?? []), ...decided.read]));
    } else if (command.kind === "diff" && bench !== undefined) answers.push(showLine(command, files, bench));
    else if (command.kind === "status") answers.push({ kind: "status", line: command.line, workspaces: await readStatus(command, scene, ports) });
    else answers.push({ kind: "help", line: command.line, message: undefined });
  }
  return { files, answers, read };
}

/** Why a command cannot be carried out here, whatever Retell holds. */
function obstacleOf(command: Command | Refusal, { branch, first, bench }: Answering): Pick<Refusal, "reason" | "message"> | undefined {
  if (command.kind === "refused") return { reason: command.reason, message: command.message };
  if (command.kind === "diff" && (bench === undefined || command.workspaces.length === 0)) return { reason: "unknown-workspace", message: "Name the workspace to compare with: this branch deploys to none." };
  if (command.kind !== "decide") return undefined;
  if (branch?.kind === "refused") return { reason: branch.reason, message: branch.message };
  if (branch === undefined || branch.isHead || command.workspace === first?.workspace) return undefined;
  return { reason: "unknown-command", message: `Decisions for ${first?.workspace ?? ""} go to the branch ${branch.name}; write one comment per workspace.` };
}
