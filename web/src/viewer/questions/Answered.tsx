/** A question with its answer. */
import { formatTime } from "../../lib/time";
import type { Answer } from "../../lib/types";
import { lang } from "../../ui/lang";
import { questionTexts } from "./texts";

type Props = {
  text: string;
  name: string;
  /** The product's title. */
  about?: string | null;
  answer: Answer;
  /** Who sees it, where that is not everybody. */
  note?: string;
};

export function Answered({ text, name, about = null, answer, note }: Props) {
  return (
    <li class="question is-answered">
      <div class="question-words">
        <p class="question-text">{text}</p>
        <p class="question-meta">
          <span>{name}</span>
          {about && <span class="question-about">{about}</span>}
        </p>
        <div class={answer.text === null ? "answer is-aloud" : "answer"}>
          <p class="answer-text">{answer.text ?? questionTexts.value.aloud}</p>
          <p class="question-meta">
            <b>{answer.author.name}</b>
            <time class="numeric" dateTime={answer.at}>
              {formatTime(answer.at, lang.value)}
            </time>
            {note && <span class="answer-note">{note}</span>}
          </p>
        </div>
      </div>
    </li>
  );
}
