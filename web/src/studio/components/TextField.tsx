import { Field } from "./Field";
import { Input, type InputProps, type InputType } from "./Input";

type Props = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint?: string;
  error?: string | null;
  isOptional?: boolean;
  isLabelHidden?: boolean;
  type?: Exclude<InputType, "password">;
  inputMode?: InputProps["inputMode"];
  autoComplete?: "email" | "username" | "name" | "organization" | "off";
  placeholder?: string;
  maxLength?: number;
  isReadOnly?: boolean;
  isRequired?: boolean;
};

export function TextField(props: Props) {
  const { label, hint, error, isOptional, isLabelHidden } = props;
  const field = { label, hint, error, isOptional, isLabelHidden };
  return (
    <Field {...field}>
      {(ids) => (
        <Input
          {...ids}
          type={props.type ?? "text"}
          value={props.value}
          onChange={props.onChange}
          inputMode={props.inputMode}
          autoComplete={props.autoComplete ?? "off"}
          placeholder={props.placeholder}
          maxLength={props.maxLength}
          readOnly={props.isReadOnly}
          aria-required={props.isRequired}
        />
      )}
    </Field>
  );
}
