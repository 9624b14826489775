import fc from "fast-check";
import type { IssueComment } from "../../../packages/core/src/ports/github.ts";
import { findSticky, parseHeader, renderHeader, withHeader } from "../../../packages/core/src/report/comment-header.ts";
import { parseDriftHeader, renderDriftHeader, withDriftHeader } from "../../../packages/core/src/report/drift-header.ts";
import { readDigests, readTrailers } from "../../../packages/core/src/resolve/commit-trailers.ts";
import { parseCommand, parseCommands, VERBS } from "../../../packages/core/src/resolve/parse-commands.ts";
import { readCommand, type Vocabulary } from "../../../packages/core/src/resolve/read-command.ts";
import { shownDigests } from "../../../packages/core/src/resolve/shown-digest.ts";
import { parseMark, renderMark } from "../../../packages/core/src/state/ownership-mark.ts";
import { parsePullRequestHeader, renderPullRequestHeader } from "../../../actions/scaffold-agents/src/pull-request-header.ts";
import { anyText, objectText, oneOf, stringText } from "../grammar.ts";
import { outcomeUnlessUndefined, promise, shapeOf, type Target } from "../target.ts";

const VOCABULARY: Vocabulary = { workspaces: ["staging", "prod-eu", "both"], usual: ["staging"], agents: ["sales", "support", "both"] };
const COMMAND_WORDS = ["/retell", ...VERBS, "staging", "prod-eu", "both", "sales", "support", "all", "@0123456789ab", "@abc", "--full", "--force", "`llm.general_prompt`", "llm.general_tools[bye].url", "agent.voice_id"];
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const line = fc.tuple(fc.constantFrom("", "", " ", "   ", "    ", "\t", "> ", "- "), fc.constantFrom("/retell", "/retell", "/RETELL", "/retelling"), fc.array(fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...COMMAND_WORDS) }, { weight: 1, arbitrary: anyText(COMMAND_WORDS) }), { maxLength: 6 })).map(([begin, name, words]) => begin + [name, ...words].join(" "));

const COMMANDS: Target = {
  name: "commands",
  what: "commands of comments and of runs by hand",
  share: 12,
  words: [...COMMAND_WORDS, "\n", "```\n", "~~~\n", "<!-- ", " -->", "    "],
  grammar: fc.array(fc.oneof(line, fc.constantFrom("```", "~~~~", "``` text", "> quoted", "<!--", "-->", ""), anyText(COMMAND_WORDS)), { maxLength: 8 }).chain((lines) => fc.constantFrom("\n", "\r\n", "\r").map((end) => lines.join(end))),
  run: (text) => {
    const lines = parseCommands(text);
    const commands = lines.map((one) => readCommand(one, VOCABULARY));
    for (const command of commands) {
      if (command.kind === "refused") promise(command.message !== "", "a command is refused without a reason");
      else if (command.kind === "decide") promise(VOCABULARY.workspaces.includes(command.workspace) && (command.agent === "all" || VOCABULARY.agents.includes(command.agent)), "a decision names what is not there");
    }
    for (const one of lines) promise(same(parseCommand(one.line), one), "a command's own line is another command");
    const byHand = readCommand(parseCommand(text), VOCABULARY);
    return { accepted: commands.some(({ kind }) => kind !== "refused"), value: [lines, commands, byHand], traits: [...commands, byHand].map((command) => (command.kind === "refused" ? shapeOf(command.message) : command.kind)) };
  },
};

const HEADER_WORDS = ["<!-- retell-actions ", " -->", "kind", "validation", "scaffold", "answer", "deploy", "drift", "format", "repository", "folder", "workspaces", "workspace", "staging", "command", "shown", "sales", "digest", "head", "closed", "gone", "scaffold-request", "request", "content"];
const header = fc.oneof(
  objectText({ kind: oneOf("validation", "answer", "deploy", "drift", "scaffold", "other"), format: oneOf(1, 2), repository: oneOf(7, -1, 1.5), folder: stringText(HEADER_WORDS), workspaces: oneOf(["staging"], [], ["staging", "prod"]), command: oneOf(1, 0), shown: oneOf({ staging: { sales: "abc" } }, { __proto__: {} }, {}), digest: stringText(HEADER_WORDS) }, HEADER_WORDS),
  objectText({ kind: oneOf("drift"), format: oneOf(1), repository: oneOf(7), folder: oneOf("", "voice"), workspace: oneOf("staging"), drift: stringText(HEADER_WORDS), head: oneOf(null, "abc"), closed: oneOf("gone") }, HEADER_WORDS),
  objectText({ kind: oneOf("scaffold-request"), format: oneOf(1), request: stringText(HEADER_WORDS), content: stringText(HEADER_WORDS) }, HEADER_WORDS),
);

const HEADERS: Target = {
  name: "headers",
  what: "hidden headers of comments, pull requests and issues",
  share: 10,
  words: HEADER_WORDS,
  grammar: fc.tuple(header, fc.constantFrom("<!-- retell-actions ", "<!--retell-actions ", " <!-- retell-actions ", "\ufeff<!-- retell-actions "), fc.constantFrom(" -->", "-->", " --> ", " -->\r"), anyText(HEADER_WORDS)).map(([data, begin, end, body]) => `${begin}${data}${end}\n${body}`),
  run: (text) => {
    const comment = parseHeader(text);
    if (comment !== undefined) promise(same(parseHeader(renderHeader(comment)), comment), "a header that is written and read is another one");
    const drift = parseDriftHeader(text);
    if (drift !== undefined) {
      promise(same(parseDriftHeader(renderDriftHeader(drift)), drift), "a drift's header that is written and read is another one");
      promise(same(parseDriftHeader(withDriftHeader(text, drift)), drift), "a drift's header that is put into its body is another one");
    }
    const request = parsePullRequestHeader(text);
    if (request !== undefined) promise(same(parsePullRequestHeader(renderPullRequestHeader(request)), request), "a request's header that is written and read is another one");
    const own = withHeader(text, { kind: "validation", repositoryId: 7, folder: text.slice(0, 40) }, ["staging"]);
    promise(parseHeader(own)?.folder === text.slice(0, 40), "a header with any folder's name is not read again");
    const comments: IssueComment[] = [{ id: 1, body: text, authorIsBot: true, createdAt: 1, updatedAt: 2 } as IssueComment];
    const shown = shownDigests(comments, { repositoryId: 7, folder: "", workspace: "staging", writtenAt: 3 });
    const sticky = findSticky(comments, { kind: "validation", repositoryId: 7, folder: "" });
    const value = comment ?? drift ?? request;
    return { accepted: value !== undefined, value: [value, shown, sticky?.id], traits: [comment?.kind ?? "", drift === undefined ? "" : "drift", request === undefined ? "" : "request", shown.kind] };
  },
};

const TRAILER_WORDS = ["Retell-Read: ", "Retell-Command: ", "staging ", "sales ", "@0123456789ab", "\n"];

const TRAILERS: Target = {
  name: "trailers",
  what: "what a commit's message says of decisions",
  share: 6,
  words: TRAILER_WORDS,
  grammar: fc.array(fc.oneof(fc.constantFrom("Retell-Read: staging sales @0123456789ab", "Retell-Read: staging sales @", "Retell-Read: __proto__ constructor @ab", "Retell-Command: 7"), anyText(TRAILER_WORDS)), { maxLength: 6 }).map((lines) => lines.join("\n")),
  run: (text) => {
    const read = readDigests(text);
    const written = readTrailers(read);
    promise(same(readTrailers(readDigests(written.join("\n"))), written), "trailers that are written and read are others");
    return { accepted: read.size > 0, value: written, traits: [String(read.size)] };
  },
};

const MARK: Target = {
  name: "ownership-mark",
  what: "the mark in a version's title or an engine's prompt",
  share: 6,
  words: ["retell-actions ", "1234567890123456", " voice/sales ", "0123456", "abcdef0"],
  grammar: fc.oneof(fc.tuple(fc.nat(), anyText(["sales", "voice/"]), fc.constantFrom("abcdef0", "ABCDEF0", "0".repeat(40), "")).map(([id, folder, sha]) => `retell-actions ${id} ${folder} ${sha}`), anyText(["retell-actions "])),
  run: (text) => {
    const mark = parseMark(text);
    if (mark !== undefined) promise(same(parseMark(renderMark(mark)), mark), "a mark that is written and read is another one");
    return outcomeUnlessUndefined(mark);
  },
};

export const COMMENT_TARGETS: readonly Target[] = [COMMANDS, HEADERS, TRAILERS, MARK];
