/**
 * What this viewer asks and votes for; the questions themselves are the show's.
 *
 * Invariant: a question keeps its id until the server took it, so asking again is never a second one.
 */
import { effect, type ReadonlySignal, signal } from "@preact/signals";
import { randomId } from "../../lib/id";
import { type ApiProblem, toProblem } from "../../lib/problem";
import { readStored, writeStored } from "../../ui/storage";
import type { ShowStore } from "../store/show";

export type QuestionStore = {
  draft: ReadonlySignal<string>;
  /** What the question is about; null for the show in general. */
  productId: ReadonlySignal<string | null>;
  name: ReadonlySignal<string>;
  isBusy: ReadonlySignal<boolean>;
  problem: ReadonlySignal<ApiProblem | null>;
  /** The questions that this viewer wants answered. */
  voted: ReadonlySignal<ReadonlySet<string>>;
  setDraft(text: string): void;
  setProduct(id: string | null): void;
  setName(name: string): void;
  ask(): Promise<void>;
  vote(id: string): Promise<void>;
};

/** `onAnswer` is called when a question of this viewer was answered. */
export function createQuestionStore(show: ShowStore, onAnswer: () => void): QuestionStore {
  const draft = signal("");
  const productId = signal<string | null>(null);
  const name = signal("");
  const isBusy = signal(false);
  const problem = signal<ApiProblem | null>(null);
  // As long as the viewer's token, which the server counts votes by.
  const storedAs = `vetrina.votes.${show.state.value?.show.id}`;
  const stored = readStored(storedAs, "session")?.split(" ") ?? [];
  const voted = signal<ReadonlySet<string>>(new Set(stored));
  let id = randomId();
  let answers = show.you.value?.answers.length ?? 0;

  const setVoted = (next: Set<string>) => {
    voted.value = next;
    writeStored(storedAs, [...next].join(" "), "session");
  };
  const send = async (action: () => Promise<object | undefined>): Promise<boolean> => {
    problem.value = null;
    try {
      await action();
      return true;
    } catch (cause) {
      problem.value = toProblem(cause);
      return false;
    }
  };

  show.onEvents((events) => {
    const own = show.you.value?.viewer_id;
    const isOwn = (question: string) =>
      show.state.value?.show.questions.some((one) => one.id === question && one.author.id === own);
    const answered = events.filter((event) => event.type === "question.answered");
    if (answered.some(({ data }) => data.answer && isOwn(data.question_id))) onAnswer();
  });
  effect(() => {
    const now = show.you.value?.answers.length ?? 0;
    if (now > answers) onAnswer();
    answers = now;
  });

  return {
    draft,
    productId,
    name,
    isBusy,
    problem,
    voted,
    setDraft: (text) => {
      draft.value = text;
    },
    setProduct: (product) => {
      productId.value = product;
    },
    setName: (next) => {
      name.value = next;
    },
    async ask() {
      const text = draft.value.trim();
      if (text === "" || isBusy.value) return;
      isBusy.value = true;
      const data = { question_id: id, product_id: productId.value, text };
      const isNamed =
        Boolean(show.you.value?.name) ||
        (await send(async () => show.socket()?.send("name.set", { name: name.value.trim() })));
      if (isNamed && (await send(async () => show.socket()?.send("question.ask", data)))) {
        setVoted(new Set([...voted.value, id]));
        draft.value = "";
        id = randomId();
      }
      isBusy.value = false;
    },
    async vote(question) {
      if (voted.value.has(question)) return;
      const before = voted.value;
      setVoted(new Set([...before, question]));
      const isCounted = await send(async () =>
        show.socket()?.send("question.upvote", { question_id: question }),
      );
      if (!isCounted) setVoted(new Set([...voted.value].filter((other) => other !== question)));
    },
  };
}
