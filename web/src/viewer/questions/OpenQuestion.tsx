/** A question that waits for an answer, and the button of those who want to know too. */
import type { Question } from "../../lib/types";
import { Icon } from "../../ui/Icon";
import { questionTexts } from "./texts";

type Props = {
  question: Question;
  about: string | null;
  isOwn: boolean;
  isVoted: boolean;
  /** Null for those who cannot vote. */
  onVote: (() => void) | null;
};

export function OpenQuestion({ question, about, isOwn, isVoted, onVote }: Props) {
  const text = questionTexts.value;
  const { votes, claim, author } = question;
  const isOn = isVoted || isOwn;
  return (
    <li class="question">
      <button
        type="button"
        class={isOn ? "vote is-on" : "vote"}
        aria-pressed={isOn}
        aria-label={`${text.vote(question.text ?? "")}. ${text.votes(votes)}`}
        disabled={onVote === null || isOwn}
        onClick={() => onVote?.()}
      >
        <Icon name="heart" isFilled={isOn} />
        <span class="numeric">{votes}</span>
      </button>
      <div class="question-words">
        <p class="question-text">{question.text}</p>
        <p class="question-meta">
          <span>{isOwn ? text.own : author.name}</span>
          {about && <span class="question-about">{about}</span>}
        </p>
        {claim && (
          <p class="question-claim" role="status">
            {text.answering(claim.name)}
          </p>
        )}
      </div>
    </li>
  );
}
