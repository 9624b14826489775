/** A shorter text that still fails: parts are taken out, large ones first, as long as it does. At most `tries` are made. */
export function shrink(text: string, stillFails: (text: string) => boolean, tries = 400): string {
  let kept = text;
  let left = tries;
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < kept.length && left > 0; ) {
      const shorter = kept.slice(0, at) + kept.slice(at + size);
      left -= 1;
      if (stillFails(shorter)) kept = shorter;
      else at += size;
    }
  }
  return kept;
}
