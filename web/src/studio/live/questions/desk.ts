/**
 * What members do with questions: claim, answer, dismiss; and what of it is on this screen.
 *
 * Every action is one request; the list changes when the event of it arrives.
 */
import { computed, signal } from "@preact/signals";
import { answeredQuestions, openQuestions } from "../../../lib/questions";
import type { Question } from "../../../lib/types";
import { readStored, writeStored } from "../../../ui/storage";
import * as api from "../../api";
import { perform, performUndoable, tell } from "../../toaster";
import type { LiveStore } from "../store";
import { words } from "./texts";

export type Order = "votes" | "time";
export type ChatTab = "chat" | "questions";
export type AnswerTo = "all" | "one" | "aloud";

const STORED_AS = "vetrina.studio.questions";

export class Desk {
  /** What the pane shows. */
  readonly tab = signal<ChatTab>("chat");
  readonly order = signal<Order>(readStored(STORED_AS) === "time" ? "time" : "votes");
  /** The question that keys act on. */
  readonly selectedId = signal<string | null>(null);
  readonly isBusy = signal(false);
  /** Answers that are being written, by question, so that none is lost while others come. */
  private readonly drafts = signal<ReadonlyMap<string, string>>(new Map());
  readonly open = computed(() => {
    const open = openQuestions(this.all);
    return this.order.value === "votes"
      ? open
      : open.sort((one, other) => Date.parse(one.asked_at) - Date.parse(other.asked_at));
  });
  readonly answered = computed(() => answeredQuestions(this.all));

  constructor(private readonly store: LiveStore) {}

  setOrder(order: Order): void {
    this.order.value = order;
    writeStored(STORED_AS, order);
  }

  show(tab: ChatTab): void {
    this.tab.value = tab;
  }

  isOwn(question: Question): boolean {
    return question.claim !== null && question.claim.id === this.store.you.value?.member_id;
  }

  draft(id: string): string {
    return this.drafts.value.get(id) ?? "";
  }

  setDraft(id: string, text: string): void {
    this.drafts.value = new Map([...this.drafts.value, [id, text]]);
  }

  /** Begins to answer; whoever has the question loses it, which the button said. */
  claim(question: Question): Promise<boolean> {
    this.selectedId.value = question.id;
    const takesOver = question.claim !== null;
    return this.during(() => api.claimQuestion(this.store.id, question.id, takesOver));
  }

  giveBack(question: Question): Promise<boolean> {
    return this.during(() => api.releaseQuestion(this.store.id, question.id));
  }

  async answer(question: Question, to: AnswerTo): Promise<void> {
    const text = to === "aloud" ? null : this.draft(question.id).trim();
    if (text === "") return;
    const visibility = to === "one" ? "private" : "public";
    const answer = { text, visibility } as const;
    if (!(await this.during(() => api.answerQuestion(this.store.id, question.id, answer)))) return;
    this.drafts.value = new Map([...this.drafts.value].filter(([id]) => id !== question.id));
    tell(to === "one" ? words().sentToOne(question.author.name) : words().sentToAll);
  }

  dismiss(question: Question): void {
    const { id } = this.store;
    void performUndoable(
      () => api.dismissQuestion(id, question.id),
      words().dismissed(question.author.name),
      () => api.restoreQuestion(id, question.id),
    );
  }

  setTakes(takes: boolean): void {
    const { id } = this.store;
    const put = (value: boolean) => () => api.putTakesQuestions(id, value);
    void performUndoable(put(takes), takes ? words().taking : words().notTaking, put(!takes));
  }

  /** Moves the choice of a question; the first step starts at the top. */
  select(step: 1 | -1): void {
    const open = this.open.value;
    const place = open.findIndex((one) => one.id === this.selectedId.value);
    const next =
      place === -1 ? open[0] : open[Math.min(Math.max(place + step, 0), open.length - 1)];
    if (next !== undefined) this.selectedId.value = next.id;
  }

  selected(): Question | null {
    return this.open.value.find((one) => one.id === this.selectedId.value) ?? null;
  }

  private get all(): readonly Question[] {
    return this.store.state.value?.show.questions ?? [];
  }

  private async during(action: () => Promise<unknown>): Promise<boolean> {
    if (this.isBusy.value) return false;
    this.isBusy.value = true;
    const hasWorked = await perform(action);
    this.isBusy.value = false;
    return hasWorked;
  }
}
