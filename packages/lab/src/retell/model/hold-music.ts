import { validationError } from "../http/errors.ts";
import type { Fields } from "../schema/schema.ts";
import { isObject, isSet } from "../schema/validate.ts";

/**
 * Refuses a transfer with music of one's own that names none. `path` is where the tools or nodes stand in the request. Source:
 * retell-sdk 5.66.1, custom_on_hold_music_asset_id; whether the asset exists is not checked, as the lab has none.
 */
export function refuseSilentMusic(holders: readonly Fields[], path: string): void {
  const index = holders.findIndex(({ transfer_option: option }) => isObject(option) && option["on_hold_music"] === "custom" && !isSet(option["custom_on_hold_music_asset_id"]));
  if (index >= 0) throw validationError([`${path}/${index}/transfer_option must have required property 'custom_on_hold_music_asset_id'`]);
}
