//! What files say, told by whole small files.

use chrono::{DateTime, Utc};
use proptest::prelude::*;

use super::*;
use crate::domain::money::Currency;

fn context(currency: &str) -> Context {
    let now: DateTime<Utc> = "2026-11-21T12:00:00Z".parse().unwrap();
    Context { currency: Currency::parse(currency).unwrap(), now, networks: Vec::new() }
}

#[track_caller]
fn read(file: &str) -> Parsed {
    parse(file.as_bytes(), None, &context("EUR")).unwrap()
}

#[track_caller]
fn refusals(file: &str) -> Vec<(u64, String, RowCode, String)> {
    let tell = |error: RowError| {
        (error.line, error.column.unwrap_or_default(), error.code, error.value.unwrap_or_default())
    };
    read(file).refused.into_iter().map(tell).collect()
}

fn amount(minor: i64) -> Amount {
    Amount::from_minor(minor)
}

fn pieces(units: i64) -> ParsedStock {
    ParsedStock::Set(Units::new(units).unwrap())
}

const OLD_SHOPIFY: &str = "\
Handle,Title,Body (HTML),Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,\
Variant Inventory Qty,Variant Price,Variant Compare At Price,Image Src,Image Alt Text,Status
sciarpa,Sciarpa,\"<p>Seta pura.</p>
<p>Fatta a mano.</p>\",true,Colore,Rosso,Taglia,Unica,S-1,12,19.90,29.90,https://x.it/1.jpg,Davanti,active
sciarpa,,,,,Blu,,Unica,,-3,19.9,0.00,,,
sciarpa,,,,,,,,,,,,https://x.it/2.jpg,Dietro,
borsa,Borsa,,false,Title,Default Title,,,,,120,,https://x.it/1.jpg,,draft
";

#[test]
fn rows_of_a_handle_are_its_variants() {
    let parsed = read(OLD_SHOPIFY);
    assert_eq!(parsed.format, ImportFormat::Shopify);
    assert_eq!(parsed.refused, []);
    let [scarf, bag] = &parsed.products[..] else { panic!("{:?}", parsed.products) };
    assert_eq!(scarf.title.as_deref(), Some("Sciarpa"));
    assert_eq!(scarf.description.as_deref(), Some("Seta pura.\n\nFatta a mano."));
    assert_eq!(scarf.option_names, ["Colore", "Taglia"]);
    assert_eq!(scarf.images.iter().map(|image| &*image.alt).collect::<Vec<_>>(), ["Davanti", "Dietro"]);
    let [red, blue] = &scarf.variants[..] else { panic!("{:?}", scarf.variants) };
    assert_eq!((red.line, red.price, red.stock), (2, Some(amount(1990)), pieces(12)));
    assert_eq!((red.sku.as_deref(), red.compare_at), (Some("S-1"), Given::Set(Some(amount(2990)))));
    assert_eq!((blue.line, &blue.option_values[..]), (4, &["Blu".to_owned(), "Unica".to_owned()][..]));
    // Oversold elsewhere means nothing left, and a former price of nothing means none.
    assert_eq!((blue.stock, blue.compare_at, blue.sku.as_deref()), (pieces(0), Given::Set(None), None));
    assert_eq!((bag.option_names.len(), bag.variants.len(), bag.is_published), (0, 1, false));
    assert_eq!(bag.variants[0].stock, ParsedStock::Keep);
}

#[test]
fn newer_headings_mean_the_same() {
    let parsed = read(
        "Title,URL handle,Description,Published on online store,Status,SKU,Option1 name,Option1 value,Price,\
         Compare-at price,Inventory quantity,Weight value (grams),Product image URL,Image alt text\n\
         Sciarpa,sciarpa,<b>Seta</b>,TRUE,Active,,Colore,Rosso,19.90,,7,120,https://x.it/1.jpg,Davanti\n\
         ,sciarpa,,,,,,Blu,19.90,,5,120,,\n",
    );
    assert_eq!((parsed.format, parsed.refused.len()), (ImportFormat::Shopify, 0));
    assert_eq!(parsed.products[0].description.as_deref(), Some("Seta"));
    assert_eq!(parsed.products[0].variants.len(), 2);
    assert_eq!(parsed.products[0].variants[1].stock, pieces(5));
}

#[test]
fn only_a_title_is_required() {
    let parsed = read("Title,URL handle\nSciarpa di seta,\n");
    let scarf = &parsed.products[0];
    assert_eq!((&*scarf.handle, scarf.variants[0].price), ("sciarpa-di-seta", None));
    assert_eq!((scarf.variants[0].compare_at, scarf.description.as_deref()), (Given::Keep, None));
}

#[test]
fn our_own_table_is_read_with_any_separator_and_encoding() {
    for separator in [",", ";", "\t"] {
        let table = "handle,title,description,option1_name,option1_value,sku,price,compare_at,stock,image\r\n\
                     caffe,Caffè,Tostato <a mano>,Macinatura,Moka,C-1,7.50,,40,https://x.it/c.jpg\r\n\
                     caffe,,,,Grani,C-2,7.50,,15,\r\n";
        let table = table.replace(',', separator);
        let windows: Vec<u8> = table.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        for bytes in [table.clone().into_bytes(), format!("\u{feff}{table}").into_bytes(), windows] {
            let parsed = parse(&bytes, None, &context("EUR")).unwrap();
            assert_eq!((parsed.format, parsed.refused.len()), (ImportFormat::Vetrina, 0));
            assert_eq!(parsed.products[0].title.as_deref(), Some("Caffè"));
            assert_eq!(parsed.products[0].description.as_deref(), Some("Tostato <a mano>"));
            assert_eq!(parsed.products[0].variants[1].stock, pieces(15));
        }
    }
}

#[test]
fn broken_rows_are_named_with_line_column_and_code() {
    let found = refusals(
        "handle,title,option1_name,option1_value,sku,price,stock\n\
         a,,,,,x,\n\
         b,Bi,,,,\"1.234,50\",\n\
         c,Ci,,,,-1,\n\
         d,Di,,,,9999999.99,\n\
         e,E,,,,5,molti\n\
         f,Effe,,,,5,2147483648\n\
         g,\"Gi\u{202e}\",,,,5,1\n\
         g,,,,,6,1\n\
         ,,,,,5,1\n\
         日本,,,,,5,1\n\
         h,Acca,Taglia,S,K,5,1\n\
         h,,,S,,5,1\n\
         h,,,,,5,1\n\
         h,,,M,K,5,1\n\
         i,I,,Rosso,,5,1\n\
         l,Elle,,,,5,1,1\n",
    );
    let expected = [
        (2, "price", RowCode::NotAPrice, "x"),
        (3, "price", RowCode::NotAPrice, "1.234,50"),
        (4, "price", RowCode::NotAPrice, "-1"),
        (5, "price", RowCode::PriceTooHigh, "9999999.99"),
        (6, "stock", RowCode::NotACount, "molti"),
        (7, "stock", RowCode::CountTooHigh, "2147483648"),
        (8, "title", RowCode::ForbiddenCharacters, "Gi\u{202e}"),
        (9, "", RowCode::ProductRefused, ""),
        (10, "title", RowCode::Empty, ""),
        (11, "handle", RowCode::UnusableHandle, "日本"),
        (13, "options", RowCode::OptionsTaken, "S"),
        (14, "option1_value", RowCode::Empty, ""),
        (15, "sku", RowCode::SkuTaken, "K"),
        (16, "option1_name", RowCode::Empty, ""),
        (17, "", RowCode::TooManyCells, "1"),
    ];
    let expected =
        expected.map(|(line, column, code, value)| (line, column.to_owned(), code, value.to_owned()));
    assert_eq!(found, expected);
}

#[test]
fn lines_are_counted_alike_however_they_end() {
    let file = "handle,title,price\na,A,gratis\n\n\nb,B,molto\nc,\"C\nseta\",1\nd,D,poco\n";
    let lines = |file: &str| refusals(file).into_iter().map(|(line, ..)| line).collect::<Vec<_>>();
    assert_eq!(lines(file), [2, 5, 6, 8]);
    assert_eq!(lines(&file.replace('\n', "\r\n")), [2, 5, 6, 8]);
}

#[test]
fn a_bad_row_leaves_the_good_ones() {
    let parsed = read("handle,title,option1_name,option1_value,price\na,A,Taglia,S,cinque\na,,,M,5\n");
    assert_eq!(parsed.products[0].variants.len(), 1);
    assert_eq!(parsed.refused.len(), 1);
    let parsed = read("handle,title,price\na,A,cinque\n");
    assert_eq!((parsed.products.len(), parsed.refused.len()), (0, 1));
}

#[test]
fn a_picture_never_refuses_a_product() {
    let parsed = read(
        "handle,title,price,image\n\
         a,A,1,http://169.254.169.254/latest\nb,B,1,http://[::ffff:127.0.0.1]/\nc,C,1,http://0x7f.1/x.png\n\
         d,D,1,http://2130706433/\ne,E,1,file:///etc/passwd\nf,F,1,//x.it/1.jpg\ng,G,1,https://u:p@x.it/\n\
         h,H,1,javascript:alert(1)\n",
    );
    assert_eq!((parsed.products.len(), parsed.refused.len()), (8, 0));
    let codes: Vec<RowCode> = parsed.products.iter().map(|product| product.notes[0].code).collect();
    let (forbidden, unusable) = (RowCode::ForbiddenAddress, RowCode::UnusableAddress);
    assert_eq!(codes, [forbidden, forbidden, forbidden, forbidden, unusable, unusable, unusable, unusable]);
}

#[test]
fn bounds_refuse_the_file_or_the_row() {
    let table = |rows: usize| "title\n".to_owned() + &"x\n".repeat(rows);
    let too_many = parse(table(ROWS_MAX + 1).as_bytes(), None, &context("EUR"));
    assert_eq!(too_many, Err(FileError::TooManyRows));
    let too_large = parse(&vec![b'x'; FILE_BYTES_MAX + 1], None, &context("EUR"));
    assert_eq!(too_large, Err(FileError::TooLarge));
    let long = refusals(&format!("title,description\na,{}\n", "x".repeat(FIELD_BYTES_MAX + 1)));
    assert_eq!(long[0].2, RowCode::TooLong);
    assert_eq!(long[0].3.len(), VALUE_CHARS_MAX);
    let options = |n: usize| format!("b,T,{n},1\n");
    let rows: String = (0..=crate::domain::product::VARIANTS_MAX).map(options).collect();
    let many = refusals(&format!("handle,title,option1_value,price\nb,B,,1\n{rows}"));
    assert_eq!(many.len(), crate::domain::product::VARIANTS_MAX + 1, "values without a name");
}

#[test]
fn files_that_are_no_catalogue_are_refused() {
    let file = |text: &str| parse(text.as_bytes(), None, &context("EUR"));
    assert_eq!(file("name,amount\nx,1\n"), Err(FileError::UnknownFormat));
    assert_eq!(file("handle,price\nx,1\n"), Err(FileError::MissingColumn("title")));
    assert_eq!(file("Handle,Variant Price\nx,1\n"), Err(FileError::MissingColumn("Title")));
    assert_eq!(file(""), Err(FileError::UnknownFormat));
    assert_eq!(file("<html><body/></html>"), Err(FileError::UnknownFormat));
    assert_eq!(file("<rss><channel><item>"), Err(FileError::Broken { line: 1 }));
    assert_eq!(file("<rss>\n<channel>\n</rss>"), Err(FileError::Broken { line: 3 }));
    let bomb = "<!DOCTYPE r [<!ENTITY a \"aaaa\">]>\n<rss><channel/></rss>";
    assert_eq!(file(bomb), Err(FileError::Broken { line: 1 }));
    let deep = format!("<rss>{}", "<a>".repeat(100_000));
    assert_eq!(file(&deep), Err(FileError::Broken { line: 1 }));
}

const FEED: &str = r#"<?xml version="1.0"?>
<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>
<title>Negozio</title>
<item>
  <g:id>W-1</g:id><title>Orologio &amp; cinturino</title>
  <description><![CDATA[<p>Quadrante &egrave; nero.</p>]]></description>
  <link>https://x.it/p/orologio</link>
  <g:price>105.29 EUR</g:price><g:sale_price>89.00 EUR</g:sale_price>
  <g:availability>in stock</g:availability>
  <g:image_link>https://x.it/w1.jpg</g:image_link>
  <g:additional_image_link>https://x.it/w2.jpg</g:additional_image_link>
  <g:shipping><g:country>IT</g:country><g:price>0.00 USD</g:price></g:shipping>
  <g:item_group_id>OR1</g:item_group_id><g:color>Nero</g:color><g:size>44 mm</g:size>
</item>
<item>
  <g:id>W-2</g:id><title>Orologio bianco</title>
  <g:price>105.29 EUR</g:price><g:availability>out_of_stock</g:availability>
  <g:sale_price>50 EUR</g:sale_price>
  <g:sale_price_effective_date>2026-01-01T00:00+0100/2026-02-01T00:00+0100</g:sale_price_effective_date>
  <g:item_group_id>OR1</g:item_group_id><g:color>Bianco</g:color><g:size>44 mm</g:size><g:pattern>x</g:pattern>
</item>
<item><g:id>W-3</g:id><title>Sveglia</title><g:price>20.00 USD</g:price></item>
<item><title>Senza numero</title><link>https://x.it/p/clessidra?x=1</link><g:price>EUR 9</g:price></item>
</channel></rss>"#;

#[test]
fn a_feed_groups_items_into_variants() {
    let parsed = read(FEED);
    assert_eq!(parsed.format, ImportFormat::Google);
    let [watch, hourglass] = &parsed.products[..] else { panic!("{:?}", parsed.products) };
    assert_eq!((&*watch.handle, watch.title.as_deref()), ("or1", Some("Orologio & cinturino")));
    assert_eq!(watch.description.as_deref(), Some("Quadrante è nero."));
    assert_eq!(watch.option_names, ["Color", "Size"]);
    assert_eq!(watch.images.len(), 2);
    let [black, white] = &watch.variants[..] else { panic!("{:?}", watch.variants) };
    assert_eq!((black.price, black.compare_at), (Some(amount(8900)), Given::Set(Some(amount(10529)))));
    assert_eq!(black.stock, ParsedStock::WhenFresh(Units::new(1).unwrap()));
    assert_eq!((white.price, white.compare_at), (Some(amount(10529)), Given::Set(None)));
    assert_eq!(white.option_values, ["Bianco", "44 mm"]);
    assert_eq!((&*hourglass.handle, hourglass.variants[0].price), ("clessidra", Some(amount(900))));
    let refused = &parsed.refused[..];
    assert_eq!(refused.len(), 1);
    assert_eq!((refused[0].line, refused[0].code), (22, RowCode::WrongCurrency));
    assert_eq!(refused[0].column.as_deref(), Some("g:price"));
    assert_eq!(refused[0].value.as_deref(), Some("20.00 USD"));
}

proptest! {
    #[test]
    fn what_a_table_holds_comes_out_again(
        titles in proptest::collection::vec("[a-zA-Zàèìòù€,;\"' .-]{0,30}x", 1..12),
        minor in 1_i64..=99_999_999,
        stock in 0_i64..=2_147_483_647,
        crlf in any::<bool>(),
    ) {
        let terminator = if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let mut table = csv::WriterBuilder::new().terminator(terminator).from_writer(Vec::new());
        table.write_record(["handle", "title", "description", "price", "stock"]).unwrap();
        for (n, title) in titles.iter().enumerate() {
            let price = format!("{}.{:02}", minor / 100, minor % 100);
            let lines = format!("prima\nseconda {title}");
            table.write_record([&format!("p-{n}"), title, &lines, &price, &stock.to_string()]).unwrap();
        }
        let parsed = parse(&table.into_inner().unwrap(), None, &context("EUR")).unwrap();
        prop_assert_eq!(&parsed.refused, &[]);
        prop_assert_eq!(parsed.products.len(), titles.len());
        for (product, title) in parsed.products.iter().zip(&titles) {
            prop_assert_eq!(product.title.as_deref(), Some(title.trim()));
            prop_assert_eq!(product.variants[0].price, Some(amount(minor)));
            prop_assert_eq!(product.variants[0].stock, pieces(stock));
        }
    }

    #[test]
    fn no_bytes_make_reading_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), head in 0_usize..4) {
        let heads = ["", "Handle,Title,Variant Price\n", "handle;title;price\n", "<rss><channel><item>"];
        let mut file = heads[head].as_bytes().to_vec();
        file.extend(bytes);
        let _ = parse(&file, None, &context("JPY"));
    }
}
