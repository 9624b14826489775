import type { ProjectFiles } from "../project/files.ts";
import { memberOf, textOf } from "../project/json-node.ts";
import { problemSink } from "../project/problem-sink.ts";
import { readPromptConfig } from "../project/prompt-config.ts";
import { isSection, sectionStore } from "../prompt/sections.ts";
import { nodeAtSteps, readAgentFiles, type AgentFiles, type FileStep } from "./agent-files.ts";
import { mapPrompt, type WrittenPiece } from "./map-prompt.ts";
import { writeField, type Reach } from "./write-field.ts";
import { writeSection } from "./write-section.ts";

/** A prompt of the agent that the console shows differently. */
export interface PromptWrite {
  readonly files: AgentFiles;
  /** All files of the project, with what was written so far. */
  readonly project: ProjectFiles;
  readonly prefix: string;
  /** Where agent.json has, or would have, the prompt as one text. */
  readonly steps: readonly FileStep[];
  readonly live: string;
  readonly reach: Reach;
  /** True for a section file that nobody else is built from; only such a file is edited. */
  readonly isOwn: (file: string) => boolean;
}

/** The agent's files and the section files after the edit, or why there is none. */
export type WrittenPrompt = { readonly files: AgentFiles; readonly sections: ReadonlyMap<string, string> } | { readonly fault: string };

/** Puts an edited prompt back into the texts that it is built from: inline text, section files, overrides. */
export function writePrompt(write: PromptWrite): WrittenPrompt {
  const nodes = readAgentFiles(write.files);
  if (nodes === undefined) return { fault: "the agent's files cannot be read" };
  const configNode = nodeAtSteps(nodes.merged, ["llm_config", "prompt_config"]);
  const config = configNode?.kind === "object" ? readPromptConfig(configNode, problemSink()) : undefined;
  const variables = new Map([...(config?.variables ?? [])].map(([name, { value }]) => [name, value] as const));
  const isBuilt = config?.sections !== undefined && write.steps.join("/") === GENERAL_PROMPT;
  if (!isBuilt) {
    // A text where there was none is checked like any other: it may hold tags that would be replaced.
    const text = textOf(nodeAtSteps(nodes.merged, write.steps)) ?? "";
    const mapped = mapPrompt({ pieces: [{ section: undefined, text }], variables, live: write.live });
    if ("fault" in mapped) return mapped;
    const written = writeField(write.files, { steps: write.steps, value: mapped.texts.get(0) ?? text }, write.reach);
    return "fault" in written ? written : { files: written.files, sections: new Map() };
  }
  const store = sectionStore(write.project, write.prefix);
  const overrides = nodeAtSteps(nodes.merged, OVERRIDES);
  const pieces = (config.sections ?? []).map((node): WrittenPiece & { readonly file: string | undefined } => {
    const section = textOf(node) ?? "";
    const override = textOf(memberOf(overrides, section));
    if (override !== undefined) return { section, text: override, file: undefined };
    const found = store.get(section);
    return isSection(found) ? { section, text: found.text, file: found.file } : { section, text: "", file: undefined };
  });
  const mapped = mapPrompt({ pieces, variables, live: write.live });
  return "fault" in mapped ? mapped : writePieces(write, pieces, mapped.texts);
}

const GENERAL_PROMPT = "llm_config/general_prompt";
const OVERRIDES: readonly FileStep[] = ["llm_config", "prompt_config", "overrides"];

function writePieces(write: PromptWrite, pieces: readonly (WrittenPiece & { readonly file: string | undefined })[], texts: ReadonlyMap<number, string>): WrittenPrompt {
  let files = write.files;
  const sections = new Map<string, string>();
  for (const [index, text] of texts) {
    const piece = pieces[index];
    if (piece?.section === undefined) continue;
    const differing = pieces.some((other, at) => other.section === piece.section && (texts.get(at) ?? other.text) !== text);
    if (differing) return { fault: `the section ${JSON.stringify(piece.section)} is listed twice, and only one of the two was edited` };
    const raw = piece.file === undefined ? undefined : write.project.get(piece.file)?.text;
    if (piece.file !== undefined && raw !== undefined && write.isOwn(piece.file)) {
      sections.set(piece.file, writeSection(raw, text));
      continue;
    }
    const written = writeField(files, { steps: [...OVERRIDES, piece.section], value: text }, write.reach);
    if ("fault" in written) return written;
    files = written.files;
  }
  return { files, sections };
}
