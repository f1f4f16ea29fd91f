import { useEffect, useId, useRef } from "preact/hooks";
import type { ShowView } from "../../../lib/types";
import { Empty } from "../../components/Empty";
import type { Desk, Order } from "./desk";
import { AnsweredItem, QuestionItem } from "./QuestionItem";
import { words } from "./texts";

type Props = { desk: Desk; show: ShowView };

/** What viewers ask, for those who answer. */
export function QuestionQueue({ desk, show }: Props) {
  const text = words();
  const id = useId();
  const list = useRef<HTMLElement>(null);
  const selectedId = desk.selectedId.value;
  useEffect(() => {
    if (selectedId === null) return;
    list.current?.querySelector("[data-selected]")?.scrollIntoView({ block: "nearest" });
  }, [selectedId]);
  const open = desk.open.value;
  const answered = desk.answered.value;
  const titles = new Map(show.lineup.map((product) => [product.id, product.title]));
  const titleOf = (product: string | null) => (product && titles.get(product)) || null;
  return (
    <div class="queue">
      <div class="queue__bar">
        <label class="visually-hidden" for={`${id}-order`}>
          {text.sort}
        </label>
        <select
          id={`${id}-order`}
          class="queue__order"
          value={desk.order.value}
          onChange={(event) => desk.setOrder(event.currentTarget.value as Order)}
        >
          <option value="votes">{text.byVotes}</option>
          <option value="time">{text.byTime}</option>
        </select>
        <button
          type="button"
          class="button is-small is-quiet"
          onClick={() => desk.setTakes(!show.takes_questions)}
        >
          {show.takes_questions ? text.stopTaking : text.takeAgain}
        </button>
      </div>
      {!show.takes_questions && <p class="queue__shut">{text.notTaking}</p>}
      <section
        class="pane__scroll"
        ref={list}
        aria-label={text.count(open.length)}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls has to be reachable by keyboard.
        tabIndex={0}
      >
        {open.length === 0 && <Empty icon="chat" title={text.emptyTitle} text={text.emptyText} />}
        <ol class="queue__list">
          {open.map((question) => (
            <QuestionItem
              key={question.id}
              question={question}
              about={titleOf(question.product_id)}
              isSelected={question.id === selectedId}
              desk={desk}
            />
          ))}
        </ol>
        {answered.length > 0 && (
          <details class="queue__answered">
            <summary>
              {text.answered} <span class="numeric">({answered.length})</span>
            </summary>
            <ol class="queue__list">
              {answered.map((question) => (
                <AnsweredItem
                  key={question.id}
                  question={question}
                  about={titleOf(question.product_id)}
                  desk={desk}
                />
              ))}
            </ol>
          </details>
        )}
      </section>
    </div>
  );
}
