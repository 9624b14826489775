import type { Octokit } from "@octokit/rest";
import { z } from "zod";
import type { GitHubClient } from "./client.ts";
import { githubError, type Purpose } from "./platform-error.ts";

const PAGE_SIZE = 100;
/** Far above what repositories have; a list that never ends is a broken server. */
const MAX_PAGES = 1000;

type PageParameters = Record<string, string | number>;

/**
 * All pages of a list in GitHub's order. The next page is asked for with the parameters that GitHub's `Link` header
 * names, be they page numbers or cursors (docs "Using pagination in the REST API").
 */
export async function readPages<T>(
  client: GitHubClient,
  question: Omit<Purpose, "write"> & {
    send: (octokit: Octokit, page: PageParameters) => Promise<{ data: unknown; headers: { link?: string | undefined } }>;
    /** Of one page. */
    schema: z.ZodType<T[]>;
  },
): Promise<T[]> {
  const items: T[] = [];
  let page: PageParameters | undefined = { per_page: PAGE_SIZE };
  for (let count = 0; count < MAX_PAGES; count += 1) {
    const asked: PageParameters = page;
    const answer: { items: T[]; link?: string | undefined } = await client.request({
      ...question,
      write: false,
      send: async (octokit) => {
        const { data, headers } = await question.send(octokit, asked);
        return { data: { items: data, link: headers.link } };
      },
      schema: z.object({ items: question.schema, link: z.string().optional() }),
    });
    items.push(...answer.items);
    page = nextPage(answer.link);
    if (page === undefined) return items;
  }
  throw githubError({ ...question, write: false }, { kind: "broken-answer", text: "the list does not end" });
}

function nextPage(link: string | undefined): PageParameters | undefined {
  const address = /<([^>]+)>;\s*rel="next"/.exec(link ?? "")?.[1];
  return address === undefined || !URL.canParse(address) ? undefined : Object.fromEntries(new URL(address).searchParams);
}
