import type { RestAnswer, RestContext } from "./context.ts";

/** Page number and size as GitHub reads them: 30 by default, never more than 100, nonsense is ignored. */
export function pageOf(query: URLSearchParams, fallback = 30): { page: number; perPage: number } {
  const read = (name: string, otherwise: number): number => {
    const value = Number(query.get(name) ?? otherwise);
    return Number.isInteger(value) && value > 0 ? value : otherwise;
  };
  return { page: read("page", 1), perPage: Math.min(100, read("per_page", fallback)) };
}

/** The asked page and the `Link` header (docs "Using pagination in the REST API"). */
export function paginate<T>(context: RestContext, items: readonly T[]): { items: T[]; headers: Record<string, string> } {
  const { page, perPage } = pageOf(context.query);
  const last = Math.max(1, Math.ceil(items.length / perPage));
  const target = (number: number, name: string): string => {
    const query = new URLSearchParams(context.query);
    query.set("page", String(number));
    return `<${context.world.url}${context.request.path}?${query.toString()}>; rel="${name}"`;
  };
  const links = [
    ...(page > 1 ? [target(Math.min(page - 1, last), "prev")] : []),
    ...(page < last ? [target(page + 1, "next"), target(last, "last")] : []),
    ...(page > 1 ? [target(1, "first")] : []),
  ];
  return { items: items.slice((page - 1) * perPage, page * perPage), headers: links.length === 0 ? {} : { link: links.join(", ") } };
}

/** 200 with one page of views. */
export async function pageAnswer<T>(context: RestContext, all: readonly T[], view: (item: T) => unknown): Promise<RestAnswer> {
  const { items, headers } = paginate(context, all);
  return { status: 200, body: await Promise.all(items.map(view)), headers };
}
