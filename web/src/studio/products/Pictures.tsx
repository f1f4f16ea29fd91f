import { useMemo } from "preact/hooks";
import type { Product } from "../../lib/types";
import { FileDrop } from "../components/FileDrop";
import { useDragOrder } from "../lineup/useDragOrder";
import { fieldText, t } from "../texts";
import { perform, tell } from "../toaster";
import { IMAGE_TYPES } from "../upload";
import type { ProductEditor } from "./editor";
import { PictureTile } from "./PictureTile";
import { PictureStore } from "./pictureStore";
import { UploadList } from "./UploadList";

/** The pictures of a product; they are saved at once, apart from the form around them. */
export function Pictures({ editor }: { editor: ProductEditor }) {
  const { product: words } = t();
  const store = useMemo(() => new PictureStore(editor), [editor]);
  const product = editor.base.value;
  return (
    <section class="panel">
      <h2 class="panel__title">{words.pictures}</h2>
      {product === null ? (
        <p class="panel__text">{words.picturesLater}</p>
      ) : (
        <>
          <PictureGrid store={store} product={product} />
          <UploadList store={store} />
          <FileDrop
            accept={IMAGE_TYPES.join(",")}
            isMultiple
            text={words.drop}
            button={words.choose}
            dropNow={words.dropNow}
            hint={words.picturesText}
            onFiles={(files) => store.add(files)}
          />
          <Fetching store={store} product={product} />
        </>
      )}
    </section>
  );
}

type PartProps = { store: PictureStore; product: Product };

function PictureGrid({ store, product }: PartProps) {
  const move = (from: number, to: number) => void perform(() => store.move(product, from, to));
  const dragRow = useDragOrder(move);
  if (product.images.length === 0) return null;
  return (
    <ol class="pictures">
      {product.images.map((image, index) => (
        <PictureTile
          key={image.id}
          image={image}
          place={index + 1}
          total={product.images.length}
          drag={dragRow(index)}
          onMove={(step) => move(index, index + step)}
          onDelete={async () => {
            if (await perform(() => store.remove(product, image))) tell(t().product.pictureDeleted);
          }}
        />
      ))}
    </ol>
  );
}

/** Imported pictures are fetched in the background; some never come. */
function Fetching({ store, product }: PartProps) {
  const { product: words } = t();
  return (
    <>
      {product.pending_images > 0 && (
        <p class="panel__text">
          {words.pending(product.pending_images)}{" "}
          <button
            type="button"
            class="link"
            onClick={() => perform(() => store.reload(product.id))}
          >
            {words.refresh}
          </button>
        </p>
      )}
      {product.failed_images.length > 0 && (
        <details class="failed-pictures">
          <summary>{words.failedPictures(product.failed_images.length)}</summary>
          <ul>
            {product.failed_images.map(({ source_url, failure }) => (
              <li key={source_url}>
                <span class="failed-pictures__url">{source_url}</span>{" "}
                {fieldText(failure ?? "unreachable")}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
