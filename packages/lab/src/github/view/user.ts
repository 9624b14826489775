import type { User } from "../model/users.ts";
import { apiUrl, type World } from "../model/world.ts";
import { nodeId } from "./node-id.ts";

const links = ["followers", "following{/other_user}", "gists{/gist_id}", "starred{/owner}{/repo}", "subscriptions", "orgs", "repos", "events{/privacy}", "received_events"] as const;
const linkNames: Record<(typeof links)[number], string> = {
  followers: "followers_url",
  "following{/other_user}": "following_url",
  "gists{/gist_id}": "gists_url",
  "starred{/owner}{/repo}": "starred_url",
  subscriptions: "subscriptions_url",
  orgs: "organizations_url",
  repos: "repos_url",
  "events{/privacy}": "events_url",
  received_events: "received_events_url",
};

/** An account as REST shows it (schema `simple-user`). */
export function userView(world: World, user: User): Record<string, unknown> {
  const url = `${apiUrl(world)}/users/${encodeURIComponent(user.login)}`;
  return {
    login: user.login,
    id: user.id,
    node_id: nodeId("U", user.id),
    avatar_url: `${world.url}/avatars/u/${user.id}`,
    gravatar_id: "",
    url,
    html_url: `${world.url}/${encodeURIComponent(user.login.replace("[bot]", ""))}`,
    ...Object.fromEntries(links.map((link) => [linkNames[link], `${url}/${link}`])),
    type: user.type,
    user_view_type: "public",
    site_admin: false,
  };
}
