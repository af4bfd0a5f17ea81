//! The tables about the input: findings, rejected rows, files.

use super::table::{Field, TableOf};
use super::tables::{number, words};
use crate::finding::Finding;
use crate::intake::{FileReport, Rejected, TableReport};

pub(super) fn findings() -> TableOf<Finding> {
    type F = Finding;
    TableOf {
        name: "findings",
        about: "One row per finding, errors first.",
        fields: vec![
            Field::text("code", "Stable code, `SW101`.", |f: &F| words(f.code.id())),
            Field::text("severity", "`error`, `warning` or `info`.", |f: &F| {
                words(f.code.severity().word())
            }),
            Field::text("title", "What was found.", |f: &F| words(f.code.title())),
            Field::text("subject", "What it is about.", |f: &F| words(&f.subject)),
            Field::text("message", "The sentence.", |f: &F| words(&f.message)),
            Field::number("cases", "Cases it stands for.", |f: &F| number(f.count)),
            Field::cents("cents", "What it costs, where that can be said.", |f: &F| f.cents),
            Field::text("help", "What to do.", |f: &F| words(f.code.help())),
            Field::text("file", "File it is about.", |f: &F| {
                words(f.place.as_ref().map_or("", |p| &p.file))
            }),
            Field::text("sheet", "Sheet.", |f: &F| {
                words(f.place.as_ref().map_or("", |p| &p.sheet))
            }),
            Field::number("row", "Row, from 1.", |f: &F| {
                f.place.as_ref().and_then(|p| p.row).map(i64::from)
            }),
            Field::text("column", "Column header.", |f: &F| {
                words(f.place.as_ref().map_or("", |p| &p.column))
            }),
        ],
    }
}

pub(super) fn rejected() -> TableOf<Rejected> {
    type R = Rejected;
    TableOf {
        name: "rejected",
        about: "One row per row of the input that was not used.",
        fields: vec![
            Field::text("file", "File.", |r: &R| words(&r.place.file)),
            Field::text("sheet", "Sheet of a workbook.", |r: &R| words(&r.place.sheet)),
            Field::number("row", "Row, from 1.", |r: &R| r.place.row.map(i64::from)),
            Field::text("column", "Column header.", |r: &R| words(&r.place.column)),
            Field::text("code", "Code of the finding.", |r: &R| words(r.code.id())),
            Field::text("reason", "What was expected and what was found.", |r: &R| {
                words(&r.reason)
            }),
            Field::text("raw", "The row as it came, cells joined by ` | `.", |r: &R| words(&r.raw)),
        ],
    }
}

pub(super) type FileRow<'o> = (&'o FileReport, Option<&'o TableReport>);

pub(super) fn files<'o>() -> TableOf<FileRow<'o>> {
    type R<'o> = FileRow<'o>;
    TableOf {
        name: "files",
        about: "One row per table of each file; rows read = used + ignored + rejected.",
        fields: vec![
            Field::text("file", "Path relative to the input.", |r: &R<'_>| words(&r.0.path)),
            Field::text("sheet", "Sheet of a workbook.", |r: &R<'_>| {
                words(r.1.map_or("", |t| &t.sheet))
            }),
            Field::text(
                "format",
                "Format it was recognised as; null: nobody recognised it.",
                |r: &R<'_>| words(r.1.and_then(|t| t.format.as_deref()).unwrap_or("")),
            ),
            Field::number("header_row", "Row of the header, from 1.", |r: &R<'_>| {
                r.1.and_then(|t| t.header_row).map(i64::from)
            }),
            Field::text("recognition", "How sure the recognition is.", |r: &R<'_>| {
                words(r.1.map_or("", |t| &t.recognition))
            }),
            Field::list(
                "unused_columns",
                "Header cells nobody used, joined by `; `.",
                |r: &R<'_>| r.1.map_or(&[], |t| t.unused_columns.as_slice()),
            ),
            Field::number("rows_read", "Rows read.", |r: &R<'_>| {
                r.1.and_then(|t| number(t.rows_read))
            }),
            Field::number("rows_used", "Rows used.", |r: &R<'_>| {
                r.1.and_then(|t| number(t.rows_used))
            }),
            Field::number("rows_ignored", "Rows ignored.", |r: &R<'_>| {
                r.1.and_then(|t| number(t.rows_ignored()))
            }),
            Field::number("rows_rejected", "Rows rejected.", |r: &R<'_>| {
                r.1.and_then(|t| number(t.rejected.len()))
            }),
            Field::text("failure", "Why nothing of it could be read.", |r: &R<'_>| {
                words(r.0.failure.as_deref().unwrap_or(""))
            }),
            Field::number("bytes", "Size.", |r: &R<'_>| number(r.0.bytes)),
            Field::text("sha256", "Hash.", |r: &R<'_>| words(&r.0.sha256)),
        ],
    }
}
