/** The loader of hls.js with its playlists rewritten on the way in; segments pass untouched. */
import type Hls from "hls.js";
import type { HlsConfig } from "hls.js";
import { createRebase } from "./rebase";

type LoaderClass = HlsConfig["loader"];
type Load = InstanceType<LoaderClass>["load"];

export function rebasingLoader(HlsLight: typeof Hls): LoaderClass {
  const rebase = createRebase();
  return class extends HlsLight.DefaultConfig.loader {
    override load(...[context, config, callbacks]: Parameters<Load>): void {
      const onSuccess: typeof callbacks.onSuccess = (response, ...rest) => {
        const { data } = response;
        const isText = typeof data === "string";
        callbacks.onSuccess(isText ? { ...response, data: rebase(data) } : response, ...rest);
      };
      super.load(context, config, { ...callbacks, onSuccess });
    }
  };
}
