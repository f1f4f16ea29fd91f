//! What an import tells the member: counts, and the rows to look at.

use serde::Serialize;

use super::ImportMode;
use crate::domain::import::{ImportFormat, Outcome, Parsed, ParsedProduct, ProductPlan, RowCode, RowError};

/// Rows that a report lists; the counts tell of the others.
pub const REPORT_ROWS_MAX: usize = 1_000;

/// What an import did, or would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ImportReport {
    /// What kind of file it was.
    pub format: ImportFormat,
    /// Whether it changed anything.
    pub mode: ImportMode,
    /// Products that were not in the catalogue.
    pub created: usize,
    /// Products of which something differed.
    pub changed: usize,
    /// Products that were just so.
    pub unchanged: usize,
    /// Rows that were left out.
    pub refused: usize,
    /// One row for each product and for each row that was left out, in the order of the file.
    pub rows: Vec<ReportRow>,
    /// Rows that are not listed; refused ones are listed first.
    pub rows_left_out: usize,
    /// Pictures that are fetched from now on.
    pub images_pending: usize,
}

/// A product, or a row that was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ReportRow {
    /// Where it begins in the file, counted from 1.
    pub line: u64,
    /// The product meant, where that can be told.
    pub handle: Option<String>,
    /// What became of it.
    pub outcome: Outcome,
    /// The heading of the cell at fault.
    pub column: Option<String>,
    /// What is wrong; on a product that goes in, why a picture of it does not.
    pub code: Option<RowCode>,
    /// The beginning of the value.
    pub value: Option<String>,
}

/// A report while its products come in.
pub(super) struct Report(ImportReport);

impl Report {
    pub(super) fn begin(parsed: &Parsed, mode: ImportMode) -> Self {
        let mut report = Self(ImportReport {
            format: parsed.format,
            mode,
            created: 0,
            changed: 0,
            unchanged: 0,
            refused: 0,
            rows: Vec::new(),
            rows_left_out: 0,
            images_pending: 0,
        });
        report.refuse(parsed.refused.clone());
        report
    }

    pub(super) fn add(&mut self, product: &ParsedProduct, plan: ProductPlan) {
        let outcome = plan.outcome();
        match outcome {
            Outcome::Created => self.0.created += 1,
            Outcome::Changed => self.0.changed += 1,
            Outcome::Unchanged => self.0.unchanged += 1,
            Outcome::Refused => {}
        }
        self.0.images_pending += plan.images.len();
        self.refuse(plan.refused);
        // A refused product is told by its refused rows.
        if outcome != Outcome::Refused {
            let note = plan.notes.into_iter().next();
            let (column, code, value) =
                note.map_or((None, None, None), |note| (note.column, Some(note.code), note.value));
            let handle = Some(product.handle.clone());
            self.0.rows.push(ReportRow { line: product.line, handle, outcome, column, code, value });
        }
    }

    fn refuse(&mut self, errors: Vec<RowError>) {
        self.0.refused += errors.len();
        self.0.rows.extend(errors.into_iter().map(|error| ReportRow {
            line: error.line,
            handle: error.handle,
            outcome: Outcome::Refused,
            column: error.column,
            code: Some(error.code),
            value: error.value,
        }));
    }

    pub(super) fn finish(mut self) -> ImportReport {
        let rows = &mut self.0.rows;
        if rows.len() > REPORT_ROWS_MAX {
            // What a member has to look at must not be among the rows that are cut off.
            rows.sort_by_key(|row| (row.outcome != Outcome::Refused, row.code.is_none()));
            self.0.rows_left_out = rows.len() - REPORT_ROWS_MAX;
            rows.truncate(REPORT_ROWS_MAX);
        }
        rows.sort_by_key(|row| row.line);
        self.0
    }
}
