import { useEffect, useId, useMemo } from "preact/hooks";
import type { ShowSummary } from "../../lib/types";
import * as api from "../api";
import { Field } from "../components/Field";
import { SearchField } from "../components/SearchField";
import { SelectField } from "../components/SelectField";
import { Pager } from "../pager";
import { t } from "../texts";
import { type MoneyKind, type OrderFilterState, VIEWS } from "./orderFilter";

type Props = { filter: OrderFilterState; onChange: (filter: OrderFilterState) => void };

/** Narrows orders: the view as a row of chips, the rest below it. */
export function OrderFilter({ filter, onChange }: Props) {
  const { orders } = t();
  const name = useId();
  const put = (change: Partial<OrderFilterState>) => onChange({ ...filter, ...change });
  const hasMore = filter.money !== "" || filter.from !== "" || filter.until !== "";
  return (
    <div class="order-filter">
      <fieldset class="chips">
        <legend class="visually-hidden">{orders.view}</legend>
        {VIEWS.map((view) => (
          <label key={view} class="choice">
            <input
              type="radio"
              name={name}
              checked={filter.view === view}
              onChange={() => put({ view })}
            />
            {orders.views[view]}
          </label>
        ))}
      </fieldset>
      <div class="toolbar">
        <SearchField
          label={orders.search}
          placeholder={orders.searchPlaceholder}
          value={filter.search}
          onSearch={(search) => put({ search })}
        />
        <ShowField showId={filter.showId} onShow={(showId) => put({ showId })} />
      </div>
      <details class="more-filters" open={hasMore}>
        <summary>{orders.moreFilters}</summary>
        <div class="toolbar">
          <DayField label={orders.from} value={filter.from} onChange={(from) => put({ from })} />
          <DayField
            label={orders.until}
            value={filter.until}
            onChange={(until) => put({ until })}
          />
          <SelectField<MoneyKind>
            label={orders.moneyKind}
            value={filter.money}
            options={[
              { value: "", label: orders.moneyKinds.any },
              { value: "real", label: orders.moneyKinds.real },
              { value: "test", label: orders.moneyKinds.test },
            ]}
            onChange={(money) => put({ money })}
          />
        </div>
      </details>
    </div>
  );
}

type ShowProps = { showId: string | null; onShow: (showId: string | null) => void };

function ShowField({ showId, onShow }: ShowProps) {
  const { orders } = t();
  const shows = useMemo(() => new Pager<ShowSummary>(api.listShows), []);
  useEffect(() => {
    void shows.load();
    return () => shows.stop();
  }, [shows]);
  const sold = shows.items.value.filter((show) => show.status !== "draft");
  return (
    <SelectField
      label={orders.show}
      isLabelHidden
      value={showId ?? ""}
      options={[
        { value: "", label: orders.allShows },
        ...sold.map(({ id, title }) => ({ value: id, label: title })),
      ]}
      onChange={(value) => onShow(value === "" ? null : value)}
    />
  );
}

type DayProps = { label: string; value: string; onChange: (day: string) => void };

function DayField({ label, value, onChange }: DayProps) {
  return (
    <Field label={label}>
      {(ids) => (
        <input
          {...ids}
          class="input"
          type="date"
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}
