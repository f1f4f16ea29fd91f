import { createElement, type TargetedInputEvent } from "preact";

export type InputType =
  | "text"
  | "email"
  | "url"
  | "password"
  | "search"
  | "date"
  | "datetime-local";

export type InputProps = {
  id?: string;
  type: InputType;
  value: string;
  onChange: (value: string) => void;
  inputMode?: "decimal" | "numeric" | "tel" | "url";
  autoComplete?: string;
  placeholder?: string;
  maxLength?: number;
  spellcheck?: boolean;
  readOnly?: boolean;
  "aria-required"?: boolean;
  "aria-describedby"?: string;
  "aria-invalid"?: boolean;
  "aria-label"?: string;
};

/**
 * One line of text.
 *
 * Made without JSX: its types want the kind of an input known in advance, and here it varies.
 */
export function Input({ onChange, ...attributes }: InputProps) {
  return createElement("input", {
    ...attributes,
    class: "input",
    onInput: (event: TargetedInputEvent<HTMLInputElement>) => onChange(event.currentTarget.value),
  });
}
