import type { Question } from "../../../lib/types";
import { Icon } from "../../components/Icon";
import { time } from "../../texts";
import { AnswerForm } from "./AnswerForm";
import type { Desk } from "./desk";
import { words } from "./texts";

type Props = { question: Question; about: string | null; desk: Desk };

/** One open question: who asks, who answers, and what can be done. */
export function QuestionItem(props: Props & { isSelected: boolean }) {
  const { question, about, isSelected, desk } = props;
  const text = words();
  const { claim, author, votes } = question;
  const isOwn = desk.isOwn(question);
  return (
    <li class={isOwn ? "asked asked--own" : "asked"} data-selected={isSelected || undefined}>
      <QuestionWords question={question} about={about} />
      <p class="asked__votes numeric">{text.votes(votes)}</p>
      {claim !== null && (
        <p class="asked__claim">{isOwn ? text.you : text.answering(claim.name)}</p>
      )}
      {isOwn ? (
        <AnswerForm question={question} desk={desk} />
      ) : (
        <div class="asked__actions">
          <button
            type="button"
            class={claim === null ? "button is-small is-primary" : "button is-small"}
            aria-label={
              claim === null
                ? text.answerLabel(author.name)
                : text.takeOverLabel(author.name, claim.name)
            }
            title={`${claim === null ? text.answer : text.takeOver} (R)`}
            disabled={desk.isBusy.value}
            onClick={() => void desk.claim(question)}
          >
            {claim === null ? text.answer : text.takeOver}
          </button>
          <DismissButton question={question} desk={desk} />
        </div>
      )}
    </li>
  );
}

/** A question that was answered for everybody. */
export function AnsweredItem({ question, about, desk }: Props) {
  const { answer } = question;
  return (
    <li class="asked asked--answered">
      <QuestionWords question={question} about={about} />
      {answer !== null && (
        <p class="asked__answer">
          <b>{answer.author.name}</b> {answer.text ?? words().answeredAloud}
        </p>
      )}
      <div class="asked__actions">
        <DismissButton question={question} desk={desk} />
      </div>
    </li>
  );
}

function QuestionWords({ question, about }: Omit<Props, "desk">) {
  return (
    <div class="asked__words">
      <p class="asked__text">{question.text}</p>
      <p class="asked__meta">
        <b>{question.author.name}</b>
        <time class="numeric" dateTime={question.asked_at}>
          {time(question.asked_at)}
        </time>
        {about !== null && <span class="asked__about">{about}</span>}
      </p>
    </div>
  );
}

function DismissButton({ question, desk }: Omit<Props, "about">) {
  const text = words();
  return (
    <button
      type="button"
      class="button is-small is-quiet"
      aria-label={text.dismissLabel(question.author.name)}
      title={`${text.dismiss} (H)`}
      onClick={() => desk.dismiss(question)}
    >
      <Icon name="trash" />
      {text.dismiss}
    </button>
  );
}
