/** A file of a form. */
export interface FormFile {
  /** As sent: without folders, because clients leave them out. */
  readonly name: string;
  readonly content: Uint8Array;
}

/** A `multipart/form-data` body: texts and files by field name, each in the order sent. */
export interface Form {
  readonly texts: ReadonlyMap<string, readonly string[]>;
  readonly files: ReadonlyMap<string, readonly FormFile[]>;
}

/** A form in which nothing was sent. */
export const emptyForm: Form = { texts: new Map(), files: new Map() };

/** Reads a form with the platform's own parser; undefined for another content type and for a body that is no form. */
export async function readForm(bytes: Uint8Array<ArrayBuffer>, contentType: string | undefined): Promise<Form | undefined> {
  if (contentType === undefined || !/^multipart\/form-data\b/i.test(contentType)) return undefined;
  const parsed = await parse(bytes, contentType);
  if (parsed === undefined) return undefined;
  const texts = new Map<string, string[]>();
  const files = new Map<string, FormFile[]>();
  for (const [name, value] of parsed) {
    if (typeof value === "string") append(texts, name, value);
    else append(files, name, { name: value.name, content: new Uint8Array(await value.arrayBuffer()) });
  }
  return { texts, files };
}

/** A form as tests see it in recorded requests: a repeated field as a list, a file as its name and size. */
export function pictureOfForm(form: Form): Record<string, unknown> {
  const alone = <Value>(values: readonly Value[]) => (values.length === 1 ? values[0] : values);
  return Object.fromEntries([
    ...[...form.texts].map(([name, values]) => [name, alone(values)]),
    ...[...form.files].map(([name, files]) => [name, files.map((file) => ({ filename: file.name, size: file.content.byteLength }))]),
  ]) as Record<string, unknown>;
}

async function parse(bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<FormData | undefined> {
  try {
    return await new Response(bytes, { headers: { "content-type": contentType } }).formData();
  } catch {
    return undefined;
  }
}

function append<Value>(all: Map<string, Value[]>, name: string, value: Value): void {
  const known = all.get(name);
  if (known === undefined) all.set(name, [value]);
  else known.push(value);
}
