import { useState } from "preact/hooks";

/** The place that is dragged and the place it would drop on; null while nothing is dragged. */
export type DragState = { from: number; over: number } | null;

/** Attributes of one draggable row. */
export type DragRow = {
  draggable: boolean;
  "data-drag": "source" | "above" | "below" | undefined;
  onDragStart: (event: DragEvent) => void;
  onDragOver: (event: DragEvent) => void;
  onDragEnd: () => void;
  onDrop: (event: DragEvent) => void;
};

/** Reorders rows by dragging, with the browser's own drag and drop; the buttons serve everyone else. */
export function useDragOrder(
  onMove: (from: number, to: number) => void,
): (index: number) => DragRow {
  const [drag, setDrag] = useState<DragState>(null);
  return (index) => ({
    draggable: true,
    "data-drag": markOf(drag, index),
    onDragStart: (event) => {
      if (event.dataTransfer !== null) event.dataTransfer.effectAllowed = "move";
      setDrag({ from: index, over: index });
    },
    onDragOver: (event) => {
      if (drag === null) return;
      event.preventDefault();
      if (drag.over !== index) setDrag({ ...drag, over: index });
    },
    onDragEnd: () => setDrag(null),
    onDrop: (event) => {
      event.preventDefault();
      if (drag !== null && drag.from !== index) onMove(drag.from, index);
      setDrag(null);
    },
  });
}

function markOf(drag: DragState, index: number): DragRow["data-drag"] {
  if (drag === null) return undefined;
  if (drag.from === index) return "source";
  if (drag.over !== index) return undefined;
  return drag.from < index ? "below" : "above";
}
