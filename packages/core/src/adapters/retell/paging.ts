import { PlatformError } from "../../errors.ts";
import { UnexpectedAnswer, type Page } from "./answers.ts";

/** The largest page that Retell serves (API reference, list routes). */
const PAGE_SIZE = 1000;
const MAX_PAGES = 1000;

/**
 * All items of a list, page after page. A page that promises more without saying where, or a key that comes twice,
 * is an error: half a list must not pass for a whole one, and a loop must end.
 */
export async function readAllPages<T>(list: {
  route: string;
  fetchPage(query: { limit: number; pagination_key?: string }): Promise<Page>;
  read(item: unknown): T;
}): Promise<T[]> {
  const items: T[] = [];
  const keys = new Set<string>();
  let key: string | undefined;
  for (let count = 0; count < MAX_PAGES; count += 1) {
    const page = await list.fetchPage({ limit: PAGE_SIZE, ...(key === undefined ? {} : { pagination_key: key }) });
    for (const item of page.items) items.push(readItem(list, item));
    if (!page.hasMore) return items;
    key = page.key;
    if (key === undefined || keys.has(key)) break;
    keys.add(key);
  }
  throw unusable(list.route, "its pages do not end");
}

function readItem<T>(list: { route: string; read(item: unknown): T }, item: unknown): T {
  try {
    return list.read(item);
  } catch (error) {
    if (error instanceof UnexpectedAnswer) throw unusable(list.route, `an item is ${error.message}`);
    throw error;
  }
}

function unusable(route: string, why: string): PlatformError {
  return new PlatformError(
    { platform: "retell", reason: "retell-unavailable" },
    `Retell's answer to ${route} is not what its API promises: ${why}. Run again; if it stays, please report it.`,
  );
}
