/**
 * Folds the events of questions, and sorts questions for those who read them.
 *
 * Pure like `reduce.ts`, of which it is a part.
 */
import type { Question, ViewerEvent } from "./types";

/** Answered questions that are kept, as many as the snapshot brings. */
export const ANSWERED_MAX = 50;
export const QUESTION_CHARS_MAX = 200;
export const ANSWER_CHARS_MAX = 300;

export type QuestionEvent = Extract<
  ViewerEvent,
  {
    type:
      | "question.asked"
      | "question.upvoted"
      | "question.claimed"
      | "question.answered"
      | "question.dismissed";
  }
>;

/** The questions after one event, in the order they were asked. */
export function applyQuestionEvent(questions: Question[], event: QuestionEvent): Question[] {
  switch (event.type) {
    case "question.asked": {
      const { question } = event.data;
      return bounded([...without(questions, question.id), question]);
    }
    case "question.upvoted": {
      const votes = new Map(event.data.votes.map((one) => [one.question_id, one.votes]));
      return questions.map((one) => ({ ...one, votes: votes.get(one.id) ?? one.votes }));
    }
    case "question.claimed": {
      const { question_id, claim } = event.data;
      return change(questions, question_id, { claim });
    }
    case "question.answered": {
      const { question_id, answer } = event.data;
      if (answer === null) return without(questions, question_id);
      return bounded(change(questions, question_id, { claim: null, answer }));
    }
    case "question.dismissed":
      return without(questions, event.data.question_id);
  }
}

/** Questions that wait for an answer, those with the most votes first, then the oldest. */
export function openQuestions(questions: readonly Question[]): Question[] {
  const open = questions.filter((one) => one.answer === null && one.text !== null);
  return open.sort((one, other) => other.votes - one.votes);
}

/** Answered questions, the newest answer first; all of them, or those about one product. */
export function answeredQuestions(questions: readonly Question[], productId?: string): Question[] {
  const answered = questions.filter(
    (one) =>
      one.answer !== null &&
      one.text !== null &&
      (productId === undefined || one.product_id === productId),
  );
  return answered.sort((one, other) => answeredAt(other) - answeredAt(one));
}

/** Drops the oldest answers beyond those that a snapshot brings. */
function bounded(questions: Question[]): Question[] {
  const dropped = new Set(answeredQuestions(questions).slice(ANSWERED_MAX));
  return dropped.size === 0 ? questions : questions.filter((one) => !dropped.has(one));
}

function change(questions: Question[], id: string, part: Partial<Question>): Question[] {
  return questions.map((one) => (one.id === id ? { ...one, ...part } : one));
}

function without(questions: Question[], id: string): Question[] {
  return questions.filter((one) => one.id !== id);
}

function answeredAt(question: Question): number {
  return question.answer === null ? 0 : Date.parse(question.answer.at);
}
