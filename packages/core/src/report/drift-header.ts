import { z } from "zod";
import { hiddenLine, readHiddenLine } from "./comment-header.ts";

const schema = z.object({
  kind: z.literal("drift"),
  format: z.literal(1),
  repository: z.int().nonnegative(),
  folder: z.string(),
  workspace: z.string(),
  drift: z.string(),
  head: z.string().nullable(),
  missing: z.array(z.enum(["labels", "status"])).optional(),
  closed: z.literal("gone").optional(),
});

/**
 * What the hidden first line of a drift pull request or issue says. `drift` is the drift's digest, by which a drift that a
 * person has dismissed is known again; `head` the commit that the labels and the status were last asked for; `missing` those that GitHub
 * refused then, which the next run asks for again; `closed: "gone"` that not a person
 * closed it but the end of the drift.
 */
export type DriftHeader = Readonly<z.infer<typeof schema>>;

/** The header as one line. */
export function renderDriftHeader(header: DriftHeader): string {
  const { kind, format, repository, folder, workspace, drift, head, missing = [], closed } = header;
  return hiddenLine({ kind, format, repository, folder, workspace, drift, head, ...(missing.length === 0 ? {} : { missing }), ...(closed === undefined ? {} : { closed }) });
}

/** The header at the start of a body; undefined for a body of anybody else. */
export function parseDriftHeader(body: string): DriftHeader | undefined {
  return schema.safeParse(readHiddenLine(body)).data;
}

/** True for the header of that workspace's pull request or issue, of this repository and project. */
export function isDriftOf(header: DriftHeader | undefined, wanted: Pick<DriftHeader, "repository" | "folder" | "workspace">): boolean {
  return header !== undefined && header.repository === wanted.repository && header.folder === wanted.folder && header.workspace === wanted.workspace;
}

/** The body with another header, the text below untouched. */
export function withDriftHeader(body: string, header: DriftHeader): string {
  const end = body.indexOf("\n");
  return `${renderDriftHeader(header)}${end === -1 ? "" : body.slice(end)}`;
}
