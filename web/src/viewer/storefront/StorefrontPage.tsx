/** `/`: the shop's shows, the live one first. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { createApi, toProblem } from "../../lib/api";
import type { ApiProblem } from "../../lib/problem";
import { isOpen } from "../../lib/reduce";
import type { ShowSummary, Storefront } from "../../lib/types";
import { applyBrand } from "../../ui/brand";
import { common, problemText } from "../../ui/lang";
import { noticeText } from "../arrivalTexts";
import { texts } from "../texts";
import { FullNote } from "./FullNote";
import { PageHead } from "./PageHead";
import { ShowCard } from "./ShowCard";

const api = createApi();

export function StorefrontPage() {
  const storefront = useSignal<Storefront | null>(null);
  const problem = useSignal<ApiProblem | null>(null);
  const load = async () => {
    problem.value = null;
    try {
      const answer = await api.get<Storefront>("/storefront");
      applyBrand(answer.shop.brand_colour);
      document.title = answer.shop.name;
      storefront.value = answer;
    } catch (cause) {
      problem.value = toProblem(cause);
    }
  };
  useEffect(() => void load(), []);
  const text = texts.value;
  if (problem.value) {
    return (
      <FullNote title={problemText(problem.value)}>
        <button type="button" class="button is-primary" onClick={() => void load()}>
          {common.value.retry}
        </button>
      </FullNote>
    );
  }
  if (!storefront.value) return <FullNote isBusy title={common.value.loading} />;
  const { shop, shows } = storefront.value;
  const notice = noticeText(new URLSearchParams(location.search).get("notice"));
  const onAir = shows.filter((show) => isOpen(show.status));
  return (
    <>
      <PageHead shop={shop} isHome />
      <main class="storefront">
        {notice !== null && (
          <p class="link-notice is-boxed" role="status">
            {notice}
          </p>
        )}
        {shop.tagline && <p class="tagline">{shop.tagline}</p>}
        {shows.length === 0 && (
          <section class="no-shows">
            <h2>{text.noShowsTitle}</h2>
            <p>{text.noShowsText}</p>
          </section>
        )}
        <ShowList title={text.liveNow} shows={onAir} isLarge />
        <ShowList title={text.upcoming} shows={withStatus(shows, "scheduled")} />
        <ShowList title={text.past} shows={withStatus(shows, "ended")} />
        <p>
          <a href={`/legal/seller?shop=${shop.slug}`}>{text.legal}</a>
        </p>
      </main>
    </>
  );
}

type ListProps = { title: string; shows: ShowSummary[]; isLarge?: boolean };

function ShowList({ title, shows, isLarge = false }: ListProps) {
  if (shows.length === 0) return null;
  return (
    <section class="show-list">
      <h2>{title}</h2>
      <ul class={isLarge ? "show-grid is-large" : "show-grid"}>
        {shows.map((show) => (
          <li key={show.id}>
            <ShowCard show={show} isLarge={isLarge} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function withStatus(shows: ShowSummary[], status: ShowSummary["status"]): ShowSummary[] {
  return shows.filter((show) => show.status === status);
}
