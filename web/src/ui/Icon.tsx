/** Line icons, drawn with the colour of the text around them. */

const PATHS = {
  bag: "M6 8h12l1 12H5L6 8Zm3 0V6.5a3 3 0 0 1 6 0V8",
  calendar: "M5 6h14v14H5V6Zm0 4.5h14M9 3.5V7m6-3.5V7",
  chat: "M4 5h16v11H11l-4.5 3.5V16H4V5Z",
  check: "m5 12.5 4.5 4.5L19 7.5",
  chevron: "m9 5.5 6.5 6.5L9 18.5",
  clock: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17Zm0 4V12l3 2",
  close: "m6 6 12 12M18 6 6 18",
  eye: "M2.5 12S6 5.8 12 5.8 21.5 12 21.5 12 18 18.2 12 18.2 2.5 12 2.5 12ZM12 9.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6Z",
  external: "M13 5h6v6m0-6-8.5 8.5M17 14v5H5V7h5",
  heart: "M12 20S4 15.2 4 9.6A4.3 4.3 0 0 1 12 7.3a4.3 4.3 0 0 1 8 2.3C20 15.2 12 20 12 20Z",
  home: "m4 11 8-7 8 7v9h-5.5v-5.5h-5V20H4v-9Z",
  minus: "M6 12h12",
  offline:
    "M3 3l18 18M5 12.5a10 10 0 0 1 4-2.4m6 .2a10 10 0 0 1 4 2.2M8.5 16a5 5 0 0 1 7 0M2 9a14.5 14.5 0 0 1 4-2.6M11 5a14.4 14.4 0 0 1 11 4",
  play: "M7.5 4.8 19 12 7.5 19.2V4.8Z",
  plus: "M6 12h12M12 6v12",
  question: "M8.5 9.3a3.6 3.6 0 1 1 5.2 3.2c-1.1.6-1.7 1.2-1.7 2.5m0 3.3v.2",
  retry: "M19.5 12a7.5 7.5 0 1 1-2.4-5.5L19.5 9m0-5v5h-5",
  send: "M12 19.5v-15m-6.5 6L12 4.5l6.5 6",
  share: "M12 15V4M8 7.5 12 4l4 3.5M6 12H5v8h14v-8h-1",
  tag: "M4 4h8l8.5 8.5-8 8L4 12V4Zm4.2 4.2h.01",
  soundOff: "M4 9.5h3.5L12 5.5v13l-4.5-4H4v-5Zm12 0 5 5m0-5-5 5",
  soundOn: "M4 9.5h3.5L12 5.5v13l-4.5-4H4v-5ZM15.5 9a4.2 4.2 0 0 1 0 6m2.6-8.6a8 8 0 0 1 0 11.2",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, isFilled = false }: { name: IconName; isFilled?: boolean }) {
  return (
    <svg
      class="icon"
      viewBox="0 0 24 24"
      width="24"
      height="24"
      fill={isFilled ? "currentColor" : "none"}
      stroke="currentColor"
      stroke-width="1.8"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
