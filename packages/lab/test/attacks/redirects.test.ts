import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createGitHub } from "@retell-actions/core/adapters/github/create-github";
import { createRetell } from "@retell-actions/core/adapters/retell/create-retell";
import { tellCase } from "@retell-actions/lab/evidence/tell-case";
import { voiceAddress } from "@retell-actions/lab/memory/voice-address";
import { originRepository, readerFor, removeFolders } from "../../../core/test/adapters/git/repository.ts";
import { recordingLog } from "../../../core/test/adapters/recording-log.ts";

const KEY = "key_0123456789abcdef";
const TOKEN = "ghs_0123456789abcdef";
const CODES = [301, 302, 303, 307, 308];
const told = (what: string): void => tellCase({ matrix: "attacks", subject: "keys and hosts", what, outcome: "held" });

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** Where somebody would like the key to go: answers everything, in the words of whoever is asked. */
let elsewhere: { readonly url: string; readonly seen: Seen[]; readonly server: Server };
/** The configured host, which sends everybody there. */
let configured: { readonly url: string; code: number; readonly server: Server };

async function listen(answer: (request: IncomingMessage, response: ServerResponse, body: string) => void): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => answer(request, response, Buffer.concat(chunks).toString("latin1")));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const line = (text: string): string => (text.length + 4).toString(16).padStart(4, "0") + text;
/** What a git server says first, so that git goes on to ask. */
const ADVERTISEMENT = `${line("# service=git-upload-pack\n")}0000${line("version 2\n")}${line("ls-refs\n")}${line("fetch=shallow\n")}0000`;

beforeEach(async () => {
  const seen: Seen[] = [];
  const other = await listen((request, response, body) => {
    seen.push({ method: request.method ?? "", url: request.url ?? "", authorization: request.headers.authorization, body });
    if (request.url?.includes("/info/refs") === true) response.writeHead(200, { "content-type": "application/x-git-upload-pack-advertisement" }).end(ADVERTISEMENT);
    else if (request.url?.includes("git-upload-pack") === true) response.writeHead(200, { "content-type": "application/x-git-upload-pack-result" }).end("0000");
    else response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  elsewhere = { ...other, seen };
  const first = await listen((request, response) => void response.writeHead(configured.code, { location: `${elsewhere.url}${request.url ?? ""}` }).end());
  configured = { ...first, code: 302 };
});
afterEach(async () => {
  for (const { server } of [elsewhere, configured]) await new Promise((resolve) => { server.close(resolve); server.closeAllConnections(); });
});
afterAll(removeFolders);

/** Whatever a call ends with: here it only counts who was told what. */
const ended = (call: Promise<unknown>): Promise<string> => call.then(() => "answered", (error: unknown) => (error as Error).message);

describe("an answer that sends to another host", () => {
  test.each(CODES)("of Retell, by %i: the other host is never asked, for reads and writes", async (code) => {
    configured.code = code;
    const retell = createRetell({ apiKey: KEY, baseUrl: configured.url, readOnly: false, concurrency: 1, log: recordingLog(), sleep: async () => {} });
    const ends = [
      await ended(retell.reader.readAgent(voiceAddress("agent_1"))),
      await ended(retell.reader.listAgents()),
      await ended(retell.writer?.updateAgent(voiceAddress("agent_1"), 0, { webhook_url: "a secret of ours" }) ?? Promise.resolve()),
      await ended(retell.writer?.createEngine("retell-llm", { general_prompt: "a prompt of ours" }) ?? Promise.resolve()),
    ];
    for (const end of ends) expect(end).toContain(String(code));
    expect(elsewhere.seen).toEqual([]);
    told(`redirect ${code} of Retell`);
  });

  test.each(CODES)("of GitHub's API, by %i: the token does not go along", async (code) => {
    configured.code = code;
    let now = 0;
    const github = createGitHub({ token: TOKEN, apiUrl: configured.url, graphqlUrl: `${configured.url}/graphql`, repository: "o/r", log: recordingLog(), clock: { now: () => (now += 1_000_000) }, sleep: async () => {} });
    await ended(github.repository.repositoryId());
    await ended(github.comments.create(1, "A comment."));
    await ended(github.gitWriter.commitFiles({ branch: "b", expectedHead: "a".repeat(40), message: "m", files: new Map([["x", "y"]]) }));
    expect(elsewhere.seen.length).toBeGreaterThan(0);
    for (const { authorization } of elsewhere.seen) expect(authorization).toBeUndefined();
    expect(JSON.stringify(elsewhere.seen)).not.toContain(TOKEN);
    told(`redirect ${code} of GitHub's API`);
  });

  test.each([301, 302, 307])("of GitHub to git, by %i: the other host is never asked, and the message says why", async (code) => {
    configured.code = code;
    const reader = readerFor(originRepository(), { token: TOKEN, serverUrl: configured.url, remoteUrl: `${configured.url}/o/r` });
    const message = await ended(reader.remoteTips(["main"]));
    expect(elsewhere.seen).toEqual([]);
    expect(message).toContain("sends git to another address");
    expect(message).not.toContain(TOKEN);
    told(`redirect ${code} of GitHub to git`);
  });
});
