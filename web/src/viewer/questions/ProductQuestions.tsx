/** What was asked about one product and answered for everybody, and the way to ask. */
import { answeredQuestions } from "../../lib/questions";
import type { Question } from "../../lib/types";
import { Answered } from "./Answered";
import { questionTexts } from "./texts";

/** Answers beside a product; all of them are in the list of questions. */
const SHOWN_MAX = 5;

type Props = { productId: string; questions: readonly Question[]; onAsk: () => void };

export function ProductQuestions({ productId, questions, onAsk }: Props) {
  const text = questionTexts.value;
  const answered = answeredQuestions(questions, productId).slice(0, SHOWN_MAX);
  return (
    <section class="questions is-product" aria-label={text.aboutProduct}>
      {answered.length > 0 && (
        <>
          <h3 class="questions-title">{text.aboutProduct}</h3>
          <ul class="question-list">
            {answered.map(
              ({ id, text, author, answer }) =>
                answer && (
                  <Answered key={id} text={text ?? ""} name={author.name} answer={answer} />
                ),
            )}
          </ul>
        </>
      )}
      <button type="button" class="button is-small" onClick={onAsk}>
        {text.askAbout}
      </button>
    </section>
  );
}
