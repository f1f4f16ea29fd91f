//! What messengers show of an address, and the QR codes of links.

use serde_json::json;

use super::{path, place};
use crate::support::http::Answer;
use crate::support::stall::Stall;

/// The value of a `meta` element, as it stands in the page.
fn meta(page: &str, name: &str) -> Option<String> {
    let at = page
        .split(&format!("property=\"{name}\" content=\""))
        .nth(1)
        .or_else(|| page.split(&format!("name=\"{name}\" content=\"")).nth(1))?;
    at.split('"').next().map(str::to_owned)
}

fn text(answer: Answer) -> String {
    String::from_utf8(answer.bytes).expect("a page is text")
}

#[tokio::test]
async fn the_preview_of_a_link_tells_product_price_and_shop() {
    let stall = Stall::open(3).await;
    let link = stall.link(json!({})).await;
    let crawler = stall.server.client().with_header("user-agent", "facebookexternalhit/1.1");
    let answer = crawler.get(&path(&link)).await;
    let there = place(&answer);
    let (short, page) = (text(answer), text(crawler.get(&there).await));
    for page in [&short, &page] {
        let meta = |name: &str| meta(page, name).unwrap_or_default();
        assert_eq!(meta("og:title"), "Vaso &amp; &quot;Luna&quot;");
        assert_eq!(meta("og:type"), "product");
        assert_eq!(meta("og:site_name"), "Bottega Aurora");
        assert_eq!(meta("og:locale"), "it_IT");
        assert_eq!(
            (meta("product:price:amount"), meta("product:price:currency")),
            ("49.90".into(), "EUR".into())
        );
        assert_eq!(meta("product:availability"), "in stock");
        assert!(
            meta("og:description").starts_with("PROVA · 49,90\u{a0}€ · In diretta ora: Serata d&#39;autunno"),
            "{page}"
        );
        assert_eq!(meta("og:url"), stall.server.url(&there).replace('&', "&amp;"));
        assert_eq!(meta("twitter:data1"), "49,90\u{a0}€");
    }
    // People get the same page, and it starts what they came for.
    assert!(page.contains("<title>Vaso &amp; &quot;Luna&quot; · Bottega Aurora</title>"), "{page}");
    assert!(page.contains("type=\"module\""), "{page}");
    let query = there.split_once('?').unwrap().1.replace('&', "&amp;");
    assert!(page.contains(&format!("content=\"0;url=?plain&amp;{query}\"")), "{page}");
}

#[tokio::test]
async fn the_page_of_a_show_has_a_preview_and_is_asked_for_once() {
    let stall = Stall::open(1).await;
    let image = stall.server.app.create_image(&stall.seed.owner, stall.product.id, "Vaso", picture()).await;
    let image = image.unwrap();
    let client = stall.server.client();
    let slug = stall.slug().await;
    let answer = client.get(&format!("/show/{slug}")).await;
    let (tag, policy) = (&answer.headers["etag"], &answer.headers["content-security-policy"]);
    assert!(policy.to_str().unwrap().contains("https://js.stripe.com"), "it is a page to pay on");
    let again = client.clone().with_header("if-none-match", tag.to_str().unwrap());
    assert_eq!(again.get(&format!("/show/{slug}")).await.status, 304);
    let page = text(answer);
    assert_eq!(meta(&page, "og:title").as_deref(), Some("Serata d&#39;autunno"));
    assert_eq!(meta(&page, "og:type").as_deref(), Some("website"));
    assert_eq!(meta(&page, "og:image"), Some(stall.server.url(&image.large_url)));
    assert_eq!(meta(&page, "product:price:amount"), None);
    // Sold out shows in the preview too, and what cannot be found costs nobody the page.
    stall.reserve(&stall.buyer(), 1).await;
    let handle = &stall.product.handle;
    let page = text(client.get(&format!("/show/{slug}?product={handle}")).await);
    assert_eq!(meta(&page, "product:availability").as_deref(), Some("out of stock"));
    assert!(meta(&page, "og:description").unwrap().contains("Esaurito"), "{page}");
    let evil = "%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E";
    for path in
        [format!("/show/{slug}?product={evil}&link={evil}"), format!("/show/{evil}"), "/show/x".into()]
    {
        let answer = client.get(&path).await;
        assert_eq!(answer.status, 200);
        let page = text(answer);
        assert!(page.contains("id=\"app\"") && !page.contains("<script>alert"), "{page}");
    }
}

/// A picture of one colour.
fn picture() -> bytes::Bytes {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, 8, 8);
    encoder.set_color(png::ColorType::Rgb);
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(&[200; 8 * 8 * 3]).expect("the rows");
    writer.finish().expect("the end");
    file.into()
}

#[tokio::test]
async fn qr_codes_are_read_back_as_the_address() {
    let stall = Stall::open(1).await;
    let link = stall.link(json!({})).await;
    let client = stall.server.client();
    let url = link["url"].as_str().unwrap();
    for (query, expected, side) in [
        ("", url.to_owned(), 512),
        ("?size=64", url.to_owned(), 64),
        ("?size=2048", url.to_owned(), 2048),
        ("?size=300&buy", format!("{url}?buy"), 300),
    ] {
        let answer = client.get(&format!("{}/qr.png{query}", path(&link))).await;
        assert_eq!(answer.headers["content-type"], "image/png");
        let pixels = grey(&answer.bytes, side);
        assert_eq!(read(&pixels, side), expected, "{query}");
        assert_is_quiet(&pixels, side);
    }
    let answer = client.get(&format!("{}/qr.svg?size=300", path(&link))).await;
    assert_eq!(answer.headers["content-type"], "image/svg+xml");
    let drawn = text(answer);
    assert!(drawn.contains("width=\"300\" height=\"300\""), "{drawn}");
    let (pixels, side) = rasterised(&drawn, 8);
    assert_eq!(read(&pixels, side), url);
    assert_is_quiet(&pixels, side);
    for query in ["?size=63", "?size=2049"] {
        let answer = client.get(&format!("{}/qr.svg{query}", path(&link))).await;
        assert_eq!(answer.expect_problem(422, "invalid")["errors"][0]["pointer"], "size");
    }
    client.get(&format!("{}/qr.png?size=x", path(&link))).await.expect_problem(400, "malformed");
    client.get("/l/2222222/qr.png").await.expect_problem(404, "not_found");
}

/// The pixels of a PNG of one bit each, a byte each.
fn grey(file: &[u8], side: usize) -> Vec<u8> {
    let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().expect("a PNG");
    assert_eq!((reader.info().width as usize, reader.info().height as usize), (side, side));
    let mut bits = vec![0; reader.output_buffer_size().expect("it is small")];
    let info = reader.next_frame(&mut bits).expect("a picture");
    let pixel =
        |x: usize, y: usize| if bits[y * info.line_size + x / 8] >> (7 - x % 8) & 1 == 1 { 255 } else { 0 };
    (0..side).flat_map(|y| (0..side).map(move |x| (x, y))).map(|(x, y)| pixel(x, y)).collect()
}

/// Draws the runs of the second path, each module `scale` pixels wide.
fn rasterised(svg: &str, scale: usize) -> (Vec<u8>, usize) {
    let modules: usize =
        svg.split("viewBox=\"0 0 ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    let side = modules * scale;
    let mut pixels = vec![255; side * side];
    let path = svg.split("fill=\"#000\" d=\"").nth(1).unwrap().split('"').next().unwrap();
    for run in path.split('M').skip(1) {
        let numbers: Vec<usize> =
            run.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok()).collect();
        let [x, y, width, ..] = numbers[..] else { panic!("{run}") };
        for row in y * scale..(y + 1) * scale {
            pixels[row * side + x * scale..row * side + (x + width) * scale].fill(0);
        }
    }
    (pixels, side)
}

/// What a telephone would read.
fn read(pixels: &[u8], side: usize) -> String {
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| pixels[y * side + x]);
    let grids = picture.detect_grids();
    assert_eq!(grids.len(), 1, "one code is seen");
    grids[0].decode().expect("it can be read").1
}

/// Nothing is drawn within four modules of the edge.
#[track_caller]
fn assert_is_quiet(pixels: &[u8], side: usize) {
    let is_dark = |x: usize, y: usize| pixels[y * side + x] == 0;
    let first = (0..side).find(|&y| (0..side).any(|x| is_dark(x, y))).expect("something is drawn");
    // The corner pattern is seven modules wide.
    let width = (first..side).take_while(|&y| is_dark(first, y)).count();
    let module = width / 7;
    assert!(first >= 4 * module, "{first} pixels of white, modules of {module}");
    assert!((0..side).all(|x| (side - 4 * module..side).all(|y| !is_dark(x, y) && !is_dark(y, x))));
}
