import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import type * as LanguageService from "vscode-json-languageservice";
import { readMarkdown } from "../../docs/markdown-page.ts";
import { publishedSchemas } from "../../schema/publish/published-schemas.ts";
import { ROOT } from "../repository.ts";

/** A CommonJS package; what VS Code and many other editors run. */
const { DiagnosticSeverity, MarkupKind, TextDocument, getLanguageService } = createRequire(import.meta.url)("vscode-json-languageservice") as typeof LanguageService;

/** What the editor marks. Lines count from 1. */
export interface Mark {
  readonly line: number;
  readonly text: string;
  readonly message: string;
  /** False for what is only struck through: former fields and retired values. */
  readonly isError: boolean;
}

/** What the editor offers at the cursor. */
export interface Offer {
  readonly label: string;
  /** What it writes. */
  readonly text: string;
  readonly documentation: string;
}

/** An editor in which the settings of docs/editor.md are made, and which fetches nothing. */
export interface Editor {
  marks(file: string, text: string): Promise<Mark[]>;
  /** `|` is the cursor. */
  offers(file: string, text: string): Promise<Offer[]>;
  /** What is shown with the mouse over the text. */
  hover(file: string, text: string, over: string): Promise<string>;
}

/** The setting of docs/editor.md. */
function associations(): { readonly fileMatch: string[]; readonly url: string }[] {
  const { fences } = readMarkdown(readFileSync(join(ROOT, "docs", "editor.md"), "utf8"));
  const settings = fences.map(({ text }) => JSON.parse(text) as Record<string, unknown>).find((value) => "json.schemas" in value);
  return settings?.["json.schemas"] as { fileMatch: string[]; url: string }[];
}

export function openEditor(): Editor {
  const schemas = publishedSchemas();
  const service = getLanguageService({
    schemaRequestService: (uri) => Promise.reject(new Error(`fetches ${uri}`)),
    clientCapabilities: { textDocument: { completion: { completionItem: { documentationFormat: [MarkupKind.Markdown, MarkupKind.PlainText], commitCharactersSupport: true } } } },
  });
  service.configure({
    validate: true,
    allowComments: false,
    schemas: associations().map(({ fileMatch, url }) => ({ uri: url, fileMatch, schema: JSON.parse(schemas.get(basename(url)) ?? "") as LanguageService.JSONSchema })),
  });
  const open = (file: string, text: string) => {
    const document = TextDocument.create(`file:///project/${file}`, "json", 1, text);
    return { document, json: service.parseJSONDocument(document) };
  };
  return {
    async marks(file, text) {
      const { document, json } = open(file, text);
      const found = await service.doValidation(document, json, { schemaValidation: "error", schemaRequest: "error" });
      return found.map(({ range, message, severity }) => ({ line: range.start.line + 1, text: document.getText(range), message: typeof message === "string" ? message : message.value, isError: severity === DiagnosticSeverity.Error }));
    },
    async offers(file, text) {
      const at = text.indexOf("|");
      if (at < 0) throw new Error("no cursor");
      const { document, json } = open(file, text.slice(0, at) + text.slice(at + 1));
      const list = await service.doComplete(document, document.positionAt(at), json);
      return (list?.items ?? []).map(({ label, insertText, textEdit, documentation }) => ({
        label,
        text: textEdit?.newText ?? insertText ?? "",
        documentation: typeof documentation === "object" ? documentation.value : (documentation ?? ""),
      }));
    },
    async hover(file, text, over) {
      const { document, json } = open(file, text);
      const shown = await service.doHover(document, document.positionAt(text.indexOf(over) + 1), json);
      // Escaped for Markdown.
      return [shown?.contents ?? []].flat().map((part) => (typeof part === "string" ? part : part.value)).join("\n").replace(/\\(?=[^\w\s])/g, "");
    },
  };
}
