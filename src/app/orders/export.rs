//! Orders as a file for spreadsheets and bookkeeping: one row for each line of an order.
//!
//! Docs: `docs/orders.md`. Invariant: no cell of a buyer's or a product's begins a formula.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::{DateTime, Utc};

use super::{OrderQuery, OrdersError};
use crate::app::gate::Gate;
use crate::app::{App, Caller};
use crate::domain::delivery::Delivery;
use crate::domain::ids::{ShopId, ShowId};
use crate::domain::member::Permission;
use crate::domain::money::{Amount, Currency};
use crate::domain::order::{Order, OrderLine};
use crate::storage::{self, Tx};

/// Rows of a file; with about 400 bytes each it stays near 8 MB, which is made in memory.
pub const EXPORT_ROWS_MAX: usize = 20_000;
/// Orders read at a time.
const PAGE_ORDERS: i64 = 500;

const HEADINGS: [&str; 34] = [
    "order",
    "test",
    "status",
    "created_at_utc",
    "paid_at_utc",
    "shipped_at_utc",
    "show",
    "buyer_name",
    "buyer_email",
    "buyer_phone",
    "recipient",
    "address_line1",
    "address_line2",
    "postal_code",
    "city",
    "state",
    "country",
    "product",
    "variant",
    "sku",
    "units",
    "unit_price",
    "line_total",
    "order_subtotal",
    "order_shipping",
    "order_discount",
    "order_tax",
    "order_total",
    "currency",
    "shipping_method",
    "carrier",
    "tracking_code",
    "review",
    "order_id",
];

/// How the cells are told apart and decimals are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Separator {
    /// Comma and decimal point (RFC 4180), for programs and English spreadsheets.
    #[default]
    Comma,
    /// Semicolon and decimal comma, as spreadsheets expect it in Italy and most of Europe.
    Semicolon,
}

/// One file is made at a time, two more wait: each holds some megabytes.
pub(crate) fn export_gate() -> Gate {
    Gate::new(1, 2)
}

impl App {
    /// The caller's orders as a CSV file, the newest first.
    ///
    /// # Errors
    /// When the file would have more than [`EXPORT_ROWS_MAX`] rows, other files are being made, or
    /// the caller may not see orders.
    pub async fn export_orders(
        &self,
        caller: &Caller,
        query: &OrderQuery,
        separator: Separator,
    ) -> Result<Vec<u8>, OrdersError> {
        caller.require(Permission::Orders)?;
        let mut filter = query.filter()?;
        let _pass = self.export_gate().enter().await.ok_or(OrdersError::Busy)?;
        let mut file = OrderFile::new(separator);
        let mut titles = HashMap::new();
        // One transaction, so that the file shows one moment.
        let mut tx = self.db().read().await?;
        loop {
            let orders = tx.list_orders(caller.shop, &filter, PAGE_ORDERS).await?;
            let Some(last) = orders.last() else { break };
            filter.before = Some(last.id);
            for order in &orders {
                let title = show_title(&mut tx, &mut titles, caller.shop, order.show_id).await?;
                file.add(order, title)?;
            }
        }
        Ok(file.finish())
    }
}

async fn show_title<'a>(
    tx: &mut Tx,
    titles: &'a mut HashMap<ShowId, String>,
    shop: ShopId,
    show: ShowId,
) -> storage::Result<&'a str> {
    Ok(match titles.entry(show) {
        Entry::Occupied(known) => known.into_mut(),
        Entry::Vacant(unknown) => unknown.insert(tx.find_show_title(shop, show).await?.unwrap_or_default()),
    })
}

struct OrderFile {
    writer: csv::Writer<Vec<u8>>,
    separator: Separator,
    rows: usize,
}

impl OrderFile {
    fn new(separator: Separator) -> Self {
        let delimiter = match separator {
            Separator::Comma => b',',
            Separator::Semicolon => b';',
        };
        // Without the mark spreadsheets take UTF-8 for the machine's old encoding.
        let start = "\u{feff}".as_bytes().to_vec();
        let writer = csv::WriterBuilder::new()
            .delimiter(delimiter)
            .terminator(csv::Terminator::CRLF)
            .from_writer(start);
        let mut file = Self { writer, separator, rows: 0 };
        file.write(&HEADINGS.map(str::to_owned));
        file
    }

    fn add(&mut self, order: &Order, show: &str) -> Result<(), OrdersError> {
        for (index, line) in order.lines.iter().enumerate() {
            if self.rows == EXPORT_ROWS_MAX {
                return Err(OrdersError::TooManyRows);
            }
            self.rows += 1;
            let row = self.row(order, line, show, index == 0);
            self.write(&row);
        }
        Ok(())
    }

    fn row(&self, order: &Order, line: &OrderLine, show: &str, is_first: bool) -> [String; 34] {
        let buyer = order.buyer.clone().unwrap_or_default();
        let (carrier, tracking_code, shipped_at) = match order.shipment.clone() {
            Some(shipment) => (shipment.carrier, shipment.tracking_code, Some(shipment.shipped_at)),
            None => (None, None, None),
        };
        let Delivery { name: recipient, address } = order.delivery.as_deref().cloned().unwrap_or_default();
        let amount = |amount: Amount| decimal(amount, order.currency, self.separator);
        // Only once for each order, so that the sum of the column is what was sold.
        let once = |amount_of: Amount| if is_first { amount(amount_of) } else { String::new() };
        let words = |words: Option<String>| guarded(&words.unwrap_or_default());
        [
            order.number.clone(),
            if order.is_test { "TEST" } else { "" }.to_owned(),
            order.status.to_string(),
            moment(Some(order.created_at)),
            moment(order.paid_at),
            moment(shipped_at),
            guarded(show),
            words(buyer.name),
            words(buyer.email),
            words(buyer.phone),
            words(recipient),
            words(address.line1),
            words(address.line2),
            words(address.postal_code),
            words(address.city),
            words(address.state),
            words(address.country),
            guarded(&line.title),
            guarded(&line.variant_title),
            words(line.sku.clone()),
            line.units.get().to_string(),
            amount(line.unit_amount),
            line.unit_amount.checked_times(line.units).map(amount).unwrap_or_default(),
            once(order.amount_subtotal),
            order.parts.map(|parts| once(parts.shipping)).unwrap_or_default(),
            order.parts.map(|parts| once(parts.discount)).unwrap_or_default(),
            order.parts.map(|parts| once(parts.tax)).unwrap_or_default(),
            order.amount_total.map(once).unwrap_or_default(),
            order.currency.to_string(),
            words(order.shipping_method.clone()),
            words(carrier),
            words(tracking_code),
            order.review.map(|review| review.to_string()).unwrap_or_default(),
            order.id.to_string(),
        ]
    }

    fn write(&mut self, cells: &[String]) {
        self.writer.write_record(cells).expect("rows of equal length go into memory");
    }

    fn finish(self) -> Vec<u8> {
        self.writer.into_inner().expect("memory takes what is left")
    }
}

/// A time in UTC as spreadsheets read it.
fn moment(at: Option<DateTime<Utc>>) -> String {
    at.map(|at| at.format("%Y-%m-%d %H:%M:%S").to_string()).unwrap_or_default()
}

/// An amount with as many decimals as its currency has, without a symbol or groups.
fn decimal(amount: Amount, currency: Currency, separator: Separator) -> String {
    let places = currency.decimals() as usize;
    let sign = if amount.minor() < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", amount.minor().unsigned_abs(), width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    let point = match separator {
        Separator::Comma => ".",
        Separator::Semicolon => ",",
    };
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}{point}{fraction}") }
}

/// A cell that no spreadsheet takes for a formula: an apostrophe in front makes it text.
fn guarded(cell: &str) -> String {
    let begins_formula = |c: char| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠');
    let is_risky = cell.starts_with(['\t', '\r', '\n']) || cell.trim_start().starts_with(begins_formula);
    if is_risky { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_begins_a_formula() {
        for cell in ["=1+1", "+39 333", "-5", "@sum", "\tx", "\rx", " =1", "＝1", "\n=1"] {
            assert_eq!(guarded(cell), format!("'{cell}"));
        }
        for cell in ["", "Vaso", "a=b", "1Z-9", "'quoted"] {
            assert_eq!(guarded(cell), cell);
        }
    }

    #[track_caller]
    fn check(minor: i64, currency: &str, separator: Separator, expected: &str) {
        let currency = Currency::parse(currency).unwrap();
        assert_eq!(decimal(Amount::from_minor(minor), currency, separator), expected);
    }

    #[test]
    fn amounts_are_plain_decimals() {
        check(4990, "EUR", Separator::Comma, "49.90");
        check(4990, "EUR", Separator::Semicolon, "49,90");
        check(5, "EUR", Separator::Comma, "0.05");
        check(-250, "EUR", Separator::Comma, "-2.50");
        check(1500, "JPY", Separator::Comma, "1500");
        check(1500, "BHD", Separator::Semicolon, "1,500");
        check(123_456_789, "EUR", Separator::Comma, "1234567.89");
    }
}
