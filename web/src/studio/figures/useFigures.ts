/**
 * Keeps the figures of a show fresh while somebody looks at them.
 *
 * They are asked for, not pushed: they change once in ten seconds, a few members look at them, and
 * what has to be known at once (each sale, the number of viewers) comes by the socket anyway.
 */
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { ShowFigures } from "../../lib/types";
import * as api from "../api";
import { Resource } from "../pager";

/** The server has a new point in as much time. */
const EVERY_MS = 10_000;
/** After a sale or a pin, so that a rush of them asks once. */
const NEWS_MS = 2_000;

/**
 * Asks at once, again and again while the show is on air, and soon after `news` changed.
 *
 * Nothing is asked while the page is hidden or the network away.
 */
export function useFigures(
  id: string,
  isOnAir: boolean,
  news: string | number = "",
): Resource<ShowFigures> {
  const resource = useMemo(
    () => new Resource<ShowFigures>((signal) => api.getFigures(id, signal)),
    [id],
  );
  const isAsking = useRef(false);
  const ask = async () => {
    if (document.hidden || !navigator.onLine || isAsking.current) return;
    isAsking.current = true;
    await resource.load();
    isAsking.current = false;
  };
  useEffect(() => {
    isAsking.current = false;
    void ask();
    return () => resource.stop();
  }, [resource]);
  useEffect(() => {
    const look = () => void ask();
    document.addEventListener("visibilitychange", look);
    const timer = isOnAir ? setInterval(look, EVERY_MS) : undefined;
    return () => {
      document.removeEventListener("visibilitychange", look);
      clearInterval(timer);
    };
  }, [resource, isOnAir]);
  const known = useRef(news);
  useEffect(() => {
    if (known.current === news) return;
    known.current = news;
    const timer = setTimeout(() => void ask(), NEWS_MS);
    return () => clearTimeout(timer);
  }, [resource, news]);
  return resource;
}
