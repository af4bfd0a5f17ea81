//! The made-up files: one that was read, with rejected rows, and a broken one.

use std::collections::BTreeMap;

use crate::finding::{Code, Place};
use crate::intake::{FileReport, Reason, Rejected, TableKind, TableReport};

pub(super) fn files() -> (Vec<FileReport>, Vec<Rejected>) {
    let rejected = |row, raw: &str| Rejected {
        place: Place {
            file: "contoso/users.csv".into(),
            sheet: String::new(),
            row: Some(row),
            column: "user_id".into(),
        },
        code: Code::RequiredBlank,
        reason: "expected a user id, found an empty cell".into(),
        raw: raw.into(),
    };
    let rejected =
        vec![rejected(17, " | =cmd|' /C calc'!A0 | x@y"), rejected(44, " | -1 | \u{fc}ber")];
    let mut ignored = BTreeMap::new();
    ignored.insert(Reason::Header, 1);
    ignored.insert(Reason::Finding(Code::UserDuplicate), 2);
    let users = TableReport {
        sheet: String::new(),
        format: Some("fo.user_information".into()),
        feeds: vec![TableKind::Users],
        header_row: Some(1),
        recognition: "12 of 14 columns of F&O user information".into(),
        reasons: Vec::new(),
        nearest: None,
        columns: Vec::new(),
        missing: Vec::new(),
        unused_columns: vec!["Telemetry id".into(), "Startup menu".into()],
        rows_read: 95,
        rows_used: 90,
        ignored,
        rejected: rejected.clone(),
    };
    let broken = FileReport {
        path: "contoso/old export.xls".into(),
        bytes: 10,
        sha256: "0".repeat(64),
        content_sha256: String::new(),
        tables: vec![],
        failure: Some("not a workbook: expected a compound file header".into()),
    };
    let file = FileReport {
        path: "contoso/users.csv".into(),
        bytes: 34_567,
        sha256: "3f79bb7b435b05321651daefd374cdc681dc06faa65e374e38337b88ca046dea".into(),
        content_sha256: String::new(),
        tables: vec![users],
        failure: None,
    };
    (vec![file, broken], rejected)
}
