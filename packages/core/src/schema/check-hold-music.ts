import { isSet } from "./together.ts";
import type { Together } from "./together.ts";
import { memberOf } from "./paths.ts";

/** Checks the music of one tool or node that transfers calls. Source: retell-sdk 5.66.1, custom_on_hold_music_asset_id. */
export function checkHoldMusic({ value, root, list }: Together): void {
  const option = memberOf(value, "transfer_option");
  if (memberOf(option, "on_hold_music") !== "custom" || isSet(memberOf(option, "custom_on_hold_music_asset_id"))) return;
  list.add({
    code: "missing-field",
    severity: "error",
    path: [...root, "transfer_option", "on_hold_music"],
    message: '`on_hold_music` "custom" needs `custom_on_hold_music_asset_id` beside it.',
    hint: "custom_on_hold_music_asset_id",
  });
}
