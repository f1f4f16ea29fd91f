import type { ShowView } from "../../lib/types";
import { Loaded } from "../components/Loaded";
import { FiguresReport } from "./FiguresReport";
import { figureTexts } from "./texts";
import { useFigures } from "./useFigures";

/** The figures of a show that is over. */
export function FiguresPanel({ show }: { show: ShowView }) {
  const resource = useFigures(show.id, false);
  return (
    <section class="panel panel--wide" aria-labelledby="figures-title">
      <h2 id="figures-title" class="panel__title">
        {figureTexts.value.title}
      </h2>
      <Loaded resource={resource}>{(figures) => <FiguresReport figures={figures} />}</Loaded>
    </section>
  );
}
