/** English texts of the studio's panel for replays. */
export const studioReplayEn = {
  title: "Replay",
  text: "The recording plays beside the chat and the products as they were. Viewers buy at today’s prices.",
  source: "Recording",
  kinds: {
    file: "Video file",
    hls: "HLS playlist",
    youtube: "YouTube",
    vimeo: "Vimeo",
    demo: "Demo clip",
  },
  url: "Address of the recording",
  urlHint: "A public https address.",
  offset: "The recording begins",
  offsetHint:
    "Seconds after going live; with a minus, before it. Move it until chat and picture agree.",
  offsetNaN: "Enter seconds, such as 2.5 or -10.",
  save: "Save without publishing",
  publish: "Publish the replay",
  change: "Save the changes",
  withdraw: "Withdraw",
  watch: "Watch the replay",
  isPublic: "The replay is public.",
  published: "The replay is public",
  withdrawn: "The replay is withdrawn",
  saved: "The recording is saved",
};

export type StudioReplayTexts = typeof studioReplayEn;
