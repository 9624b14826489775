import { readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Fields } from "../retell/schema/schema.ts";
import { expand } from "./markers.ts";

/** What answers for an agent of the corpus; of a custom LLM the content is its `llm_websocket_url`. */
export interface CorpusEngine {
  readonly kind: "retell-llm" | "conversation-flow" | "custom-llm";
  readonly content: Fields;
}

/** A value that only a newer Retell can hold: it is put behind the API, because a write would drop or refuse it. */
export interface FutureValue {
  readonly part: "agent" | "engine";
  /** Keys and indexes from the fields of the part to the value. */
  readonly at: readonly (string | number)[];
  readonly value: unknown;
}

/** What happens to an agent after it was made. */
export interface CorpusUses {
  /** Its first version is published with these titles. */
  readonly published?: Fields;
  /** A draft is made over the published version, and edited so. */
  readonly draft?: { readonly agent?: Fields; readonly engine?: Fields };
  /** Environment tags and the version that each points at. Only with a console. */
  readonly tags?: Readonly<Record<string, number>>;
  /** Only with a console. */
  readonly future?: readonly FutureValue[];
}

/** An agent as a person made it in the console: one file. */
export interface CorpusAgent {
  /** The name of the file without its number. */
  readonly slug: string;
  readonly file: string;
  /** What is hard about it. */
  readonly about: string;
  readonly channel: "voice" | "chat";
  /** Fields of the agent without its engine. */
  readonly agent: Fields;
  readonly engine: CorpusEngine;
  readonly uses: CorpusUses;
}

/** A shared flow component of the corpus. */
export interface CorpusComponent {
  readonly slug: string;
  readonly about: string;
  readonly content: Fields;
}

/** A knowledge base of the corpus: the fields of its creation, and files with their text. */
export interface CorpusKnowledge {
  readonly slug: string;
  readonly about: string;
  readonly content: Fields;
  readonly files: readonly { readonly name: string; readonly text: string }[];
}

/** Everything that stands in the workspace. Credentials and long texts are in place, references are still markers. */
export interface Corpus {
  readonly agents: readonly CorpusAgent[];
  readonly components: readonly CorpusComponent[];
  readonly knowledge: readonly CorpusKnowledge[];
  /** Every made-up credential of it, once: none of them may ever be shown. */
  readonly credentials: readonly string[];
}

const root = fileURLToPath(new URL("../../corpus", import.meta.url));

/** Reads `packages/lab/corpus`, agents in the order of their files. */
export function readCorpus(folder: string = root): Corpus {
  const credentials = new Set<string>();
  const read = <Entry>(part: string): (Entry & { slug: string; file: string })[] =>
    readdirSync(join(folder, part))
      .filter((file) => file.endsWith(".json"))
      .sort()
      .map((file) => {
        const expanded = expand(JSON.parse(readFileSync(join(folder, part, file), "utf8")));
        for (const credential of expanded.credentials) credentials.add(credential);
        return { ...(expanded.value as Entry), slug: basename(file, ".json").replace(/^\d+-/, ""), file };
      });
  const agents = read<Omit<CorpusAgent, "slug" | "file">>("agents");
  const components = read<Omit<CorpusComponent, "slug">>("components");
  const knowledge = read<Omit<CorpusKnowledge, "slug">>("knowledge").map((entry) => ({ ...entry, files: entry.files ?? [] }));
  return { agents, components, knowledge, credentials: [...credentials] };
}
