import { describe, expect, it } from "vitest";
import { ANSWERED_MAX, answeredQuestions, openQuestions } from "./questions";
import { applyEvent, type ShowState } from "./reduce";
import { at, question, state } from "./testing/builders";
import type { Answer, ViewerEvent, ViewerEventData } from "./types";

const fold = (from: ShowState, ...events: ViewerEvent[]) => events.reduce(applyEvent, from);
const ids = (from: ShowState) => from.show.questions.map((one) => one.id);

function event<Type extends keyof ViewerEventData>(seq: number, type: Type, data: object) {
  return { seq, at: at(seq), type, data } as ViewerEvent;
}

const asked = (seq: number, id: string, change = {}) =>
  event(seq, "question.asked", { question: question({ id, asked_at: at(seq), ...change }) });

const answer = (secs: number): Answer => ({
  author: { id: "m1", name: "Giulia", badge: "host" },
  text: "Yes",
  at: at(secs),
});

describe("questions", () => {
  it("are asked, voted for and claimed", () => {
    const claim = { id: "m1", name: "Giulia", at: at(4) };
    const votes = [
      { question_id: "q2", votes: 7 },
      { question_id: "gone", votes: 3 },
    ];
    const after = fold(
      state(),
      asked(1, "q1"),
      asked(2, "q2"),
      event(3, "question.upvoted", { votes }),
      event(4, "question.claimed", { question_id: "q1", claim }),
    );
    expect(ids(after)).toEqual(["q1", "q2"]);
    expect(after.show.questions[0]).toMatchObject({ votes: 1, claim });
    expect(openQuestions(after.show.questions).map((one) => one.id)).toEqual(["q2", "q1"]);
    const back = fold(after, event(5, "question.claimed", { question_id: "q1", claim: null }));
    expect(back.show.questions[0]?.claim).toBeNull();
  });

  it("stay with their product once answered for everybody, and leave once answered in private", () => {
    const after = fold(
      state(),
      asked(1, "q1", { product_id: "p1" }),
      asked(2, "q2", { product_id: "p2" }),
      asked(3, "q3"),
      event(4, "question.answered", { question_id: "q1", answer: answer(4) }),
      event(5, "question.answered", { question_id: "q2", answer: answer(5) }),
      event(6, "question.answered", { question_id: "q3", answer: null }),
    );
    const answered = (product?: string) =>
      answeredQuestions(after.show.questions, product).map((one) => one.id);
    expect(answered("p1")).toEqual(["q1"]);
    expect(answered()).toEqual(["q2", "q1"]);
    expect(openQuestions(after.show.questions)).toEqual([]);
    expect(ids(after)).toEqual(["q1", "q2"]);
  });

  it("go when dismissed and come back as they were", () => {
    const gone = fold(
      state(),
      asked(1, "q1"),
      event(2, "question.dismissed", { question_id: "q1" }),
    );
    expect(ids(gone)).toEqual([]);
    expect(ids(fold(gone, asked(3, "q1")))).toEqual(["q1"]);
  });

  it("are not listed without their text, which a resumed page may miss", () => {
    expect(openQuestions(fold(state(), asked(1, "q1", { text: null })).show.questions)).toEqual([]);
  });

  it("fold to the same twice", () => {
    const events = [
      asked(1, "q1"),
      event(2, "question.upvoted", { votes: [{ question_id: "q1", votes: 2 }] }),
      event(3, "question.answered", { question_id: "q1", answer: answer(3) }),
      event(4, "question.intake_changed", { takes_questions: false }),
    ];
    const once = fold(state(), ...events);
    expect(once.show.takes_questions).toBe(false);
    for (const again of events.slice(1)) expect(fold(once, again)).toEqual(once);
  });

  it("keep only the newest answers", () => {
    const many = Array.from({ length: ANSWERED_MAX + 2 }, (_, n) => [
      asked(2 * n, `q${n}`),
      event(2 * n + 1, "question.answered", { question_id: `q${n}`, answer: answer(2 * n + 1) }),
    ]).flat();
    const after = fold(state(), ...many, asked(999, "open"));
    expect(after.show.questions).toHaveLength(ANSWERED_MAX + 1);
    expect(ids(after)[0]).toBe("q2");
  });
});
