/**
 * Keeps `EXT-X-DISCONTINUITY-SEQUENCE` small.
 *
 * hls.js copies a list that is as long as this number with every segment; a playlist that
 * counts its turns from 1970 would freeze the page. Only differences matter, so the
 * first number seen becomes zero.
 */

const TAG = /^#EXT-X-DISCONTINUITY-SEQUENCE:(\d+)/m;

/** Gives the function that rewrites the playlists of one playback. */
export function createRebase(): (playlist: string) => string {
  let base: number | null = null;
  return (playlist) => {
    const found = TAG.exec(playlist)?.[1];
    if (found === undefined) return playlist;
    const count = Number(found);
    // A source that started over counts from its own beginning.
    if (base === null || count < base) base = count;
    return playlist.replace(TAG, `#EXT-X-DISCONTINUITY-SEQUENCE:${count - base}`);
  };
}
