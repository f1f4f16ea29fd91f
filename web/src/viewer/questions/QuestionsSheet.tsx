/** The questions of the show over the page: ask, vote, read what was answered. */
import { answeredQuestions, openQuestions } from "../../lib/questions";
import type { ShowState } from "../../lib/reduce";
import { problemText } from "../../ui/lang";
import { Sheet } from "../../ui/Sheet";
import type { ShowModel } from "../show/model";
import { Answered } from "./Answered";
import { AskForm } from "./AskForm";
import { OpenQuestion } from "./OpenQuestion";
import type { QuestionStore } from "./store";
import { questionTexts } from "./texts";

type Props = {
  model: ShowModel;
  state: ShowState;
  questions: QuestionStore;
  isOpen: boolean;
  onClose: () => void;
};

export function QuestionsSheet({ model, state, questions, isOpen, onClose }: Props) {
  const text = questionTexts.value;
  const { show } = state;
  const you = model.show.you.value;
  const titles = new Map(show.lineup.map((product) => [product.id, product.title]));
  const titleOf = (id: string | null) => (id === null ? null : (titles.get(id) ?? null));
  const open = openQuestions(show.questions);
  const answered = answeredQuestions(show.questions);
  const answers = you?.answers ?? [];
  const problem = questions.problem.value;
  return (
    <Sheet
      title={text.title}
      isOpen={isOpen}
      onClose={onClose}
      footer={<AskForm model={model} show={show} questions={questions} />}
    >
      <div class="questions-body">
        {problem && (
          <p class="error-text" role="alert">
            {problemText(problem)}
          </p>
        )}
        {answers.length > 0 && (
          <section class="questions" aria-label={text.privateTitle}>
            <h3 class="questions-title">{text.privateTitle}</h3>
            <ul class="question-list">
              {answers.toReversed().map((one) => (
                <Answered
                  key={one.question_id}
                  text={one.text}
                  name={text.own}
                  about={titleOf(one.product_id)}
                  answer={one.answer}
                  note={text.forYou}
                />
              ))}
            </ul>
          </section>
        )}
        <section class="questions" aria-label={text.open}>
          <h3 class="questions-title">{text.open}</h3>
          {open.length === 0 ? (
            <p class="hint">{text.none}</p>
          ) : (
            <ul class="question-list">
              {open.map((question) => (
                <OpenQuestion
                  key={question.id}
                  question={question}
                  about={titleOf(question.product_id)}
                  isOwn={question.author.id === you?.viewer_id}
                  isVoted={questions.voted.value.has(question.id)}
                  onVote={you?.role === "viewer" ? () => void questions.vote(question.id) : null}
                />
              ))}
            </ul>
          )}
        </section>
        {answered.length > 0 && (
          <section class="questions" aria-label={text.answered}>
            <h3 class="questions-title">{text.answered}</h3>
            <ul class="question-list">
              {answered.map(
                ({ id, text, author, product_id, answer }) =>
                  answer && (
                    <Answered
                      key={id}
                      text={text ?? ""}
                      name={author.name}
                      about={titleOf(product_id)}
                      answer={answer}
                    />
                  ),
              )}
            </ul>
          </section>
        )}
      </div>
    </Sheet>
  );
}
