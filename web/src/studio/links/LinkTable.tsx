import type { Link } from "../../lib/types";
import { Icon } from "../components/Icon";
import { copyText } from "../copy";
import { count, money } from "../texts";
import { linkTexts, nameOf, placeOf } from "./texts";

type Props = { links: readonly Link[]; onOpen: (link: Link) => void };

/** Links with what they brought; the name opens the rest. */
export function LinkTable({ links, onOpen }: Props) {
  const words = linkTexts.value;
  return (
    <div class="table-wrap">
      <table class="table table--cards table--links">
        <caption class="visually-hidden">{words.table}</caption>
        <thead>
          <tr>
            <th scope="col">{words.link}</th>
            <th scope="col">{words.source}</th>
            <th scope="col" class="is-end">
              {words.clicks}
            </th>
            <th scope="col" class="is-end">
              {words.reservations}
            </th>
            <th scope="col" class="is-end">
              {words.orders}
            </th>
            <th scope="col" class="is-end">
              {words.revenue}
            </th>
            <td />
          </tr>
        </thead>
        <tbody>
          {links.map((link) => (
            <LinkRow key={link.id} link={link} onOpen={() => onOpen(link)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function LinkRow({ link, onOpen }: { link: Link; onOpen: () => void }) {
  const words = linkTexts.value;
  const { clicks, reservations, orders, revenue } = link.figures;
  const name = nameOf(link);
  return (
    <tr class={link.status === "active" ? undefined : "is-over"}>
      <th scope="row">
        <button type="button" class="link-cell" aria-haspopup="dialog" onClick={onOpen}>
          <span class="link-cell__title">{link.label === "" ? name : link.label}</span>
          <span class="link-cell__meta">
            {link.label === "" ? placeOf(link) : `${name} · ${placeOf(link)}`}
          </span>
        </button>
      </th>
      <td data-label={words.source}>
        {words.sources[link.source]}
        <Marks link={link} />
      </td>
      <td class="is-end numeric" data-label={words.clicks}>
        {count(clicks)}
      </td>
      <td class="is-end numeric" data-label={words.reservations}>
        {count(reservations)}
      </td>
      <td class="is-end numeric" data-label={words.orders}>
        {count(orders)}
      </td>
      <td class="is-end numeric is-strong" data-label={words.revenue}>
        {money(revenue)}
      </td>
      <td class="is-end link-actions">
        <button
          type="button"
          class="icon-button"
          aria-label={words.copyOf(name)}
          onClick={() => copyText(link.url)}
        >
          <Icon name="copy" />
        </button>
      </td>
    </tr>
  );
}

/** What is not as usual about a link. */
export function Marks({ link }: { link: Link }) {
  const words = linkTexts.value;
  return (
    <>
      {link.overlay_key_id !== null && <span class="chip">{words.overlayMark}</span>}
      {link.status !== "active" && <span class="chip">{words.status[link.status]}</span>}
    </>
  );
}
