//! What real files do to a table, one test per quirk.

use super::*;

fn own(line: &str) -> FileRead {
    csv(&format!("user_id,name,enabled,headcount\n{line}\n"))
}

#[test]
fn preamble_blank_rows_repeated_headers_and_totals_are_counted_and_ignored() {
    let read = csv(
        "User report,,\nExported,today,by me\n\nuser_id,name,headcount\nann,Ann,1\n,,\nUser_ID,Name,Headcount\n\
         bob,Bob,2\nTotal:,,3\n\n\n",
    );
    assert_eq!(column(&read, TableKind::Users, Field::UserId), ["ann", "bob"]);
    assert_eq!(read.report.tables[0].header_row, Some(4));
    assert_eq!(read.report.tables[0].rows_read, 9);
    assert_eq!(
        ignored(&read),
        [
            ("header".to_owned(), 1),
            ("SW120".to_owned(), 1),
            ("SW121".to_owned(), 1),
            ("SW122".to_owned(), 2),
            ("SW123".to_owned(), 2)
        ]
    );
    assert_eq!(codes(&read), []);
}

#[test]
fn a_user_called_total_is_a_user() {
    let read = own("Total,Theodora Total,yes,1");
    assert_eq!(column(&read, TableKind::Users, Field::UserId), ["Total"]);
}

#[test]
fn a_blank_required_value_rejects_the_row_with_its_place_and_text() {
    let read = own("\u{a0},Nobody,yes,1");
    let rejected = &read.report.tables[0].rejected[0];
    assert_eq!((rejected.code.id(), rejected.place.row), ("SW110", Some(2)));
    assert_eq!(rejected.place.column, "user_id");
    assert_eq!(rejected.raw, "\u{a0} | Nobody | yes | 1");
    assert_eq!(rejected.reason, "user_id is blank");
    assert_eq!(codes(&read), [("SW110", 1)]);
}

#[test]
fn a_bad_value_in_a_required_column_rejects_the_row() {
    let read = csv("license,quantity\nFinance,many\nSCM,3\n");
    assert_eq!(column(&read, TableKind::Subscriptions, Field::Quantity), ["3"]);
    let rejected = &read.report.tables[0].rejected[0];
    assert_eq!(rejected.code.id(), "SW111");
    assert_eq!(
        rejected.reason,
        "quantity: expected a whole number, not negative, found \u{201c}many\u{201d}"
    );
}

#[test]
fn bad_values_in_an_optional_column_are_blanked_and_told_once() {
    let read = csv("user_id,enabled\nann,perhaps\nbob,yes\ncid,maybe\n");
    assert_eq!(column(&read, TableKind::Users, Field::Enabled), ["", "true", ""]);
    assert_eq!(codes(&read), [("SW111", 2)]);
    assert_eq!(read.findings[0].place.as_ref().unwrap().row, Some(2));
}

#[test]
fn a_short_row_is_used_and_told_a_long_one_is_rejected() {
    let read = own("ann,Ann\nbob,Bob,yes,1,,\ncid,Smith, Cid,yes,1");
    assert_eq!(column(&read, TableKind::Users, Field::UserId), ["ann", "bob"]);
    assert_eq!(codes(&read), [("SW112", 1), ("SW112", 1)]);
    assert_eq!(read.report.tables[0].rejected[0].reason, "5 fields, but the header has 4");
}

#[test]
fn a_stray_quote_costs_no_row_and_is_told() {
    let read = own("ann,\"Ann,yes,1\nbob,Bob \"B\" Bean,yes,1\ncid,Cid,yes,1");
    assert_eq!(column(&read, TableKind::Users, Field::UserId), ["ann", "bob", "cid"]);
    assert_eq!(codes(&read), [("SW114", 1)]);
}

#[test]
fn a_quoted_line_break_stays_in_its_row() {
    let read = csv("license,price,term\r\n\"Finance\r\nPremium\",\"300\",P1Y\r\nSCM,210,P1Y\r\n");
    assert_eq!(column(&read, TableKind::Prices, Field::License), ["Finance\r\nPremium", "SCM"]);
    assert_eq!(batch(&read, TableKind::Prices).rows().last().unwrap().number(), 4);
    assert_eq!(column(&read, TableKind::Prices, Field::Price), ["300.00", "210.00"]);
}

#[test]
fn windows_1252_is_read_and_told() {
    let read = read(b"user_id,name\nann,Ren\xe9e\xa0\n", "t/file.csv");
    assert_eq!(column(&read, TableKind::Users, Field::Name), ["Ren\u{e9}e"]);
    assert_eq!(codes(&read), [("SW131", 1)]);
}

#[test]
fn leading_zeros_and_formula_like_names_are_text() {
    let read = own("000091,=3+1,yes,1");
    assert_eq!(column(&read, TableKind::Users, Field::UserId), ["000091"]);
    assert_eq!(column(&read, TableKind::Users, Field::Name), ["=3+1"]);
}

#[test]
fn ambiguous_dates_are_blank_and_told() {
    let read = csv("user_id,last_login\nann,03/04/2026\nbob,05/06/2026\n");
    assert_eq!(column(&read, TableKind::Users, Field::LastLogin), ["", ""]);
    assert_eq!(codes(&read), [("SW132", 2)]);
    let read = csv("user_id,last_login\nann,03/04/2026\nbob,25/06/2026\n");
    assert_eq!(column(&read, TableKind::Users, Field::LastLogin), ["2026-04-03", "2026-06-25"]);
    assert_eq!(codes(&read), []);
}

#[test]
fn a_row_count_at_an_export_limit_is_told() {
    let text = "user_id,role_id\n".to_owned() + &"ann,R\n".repeat(10_000);
    assert_eq!(codes(&csv(&text)), [("SW133", 1)]);
    let text = "user_id,role_id\n".to_owned() + &"ann,R\n".repeat(9_999);
    assert_eq!(codes(&csv(&text)), []);
}

#[test]
fn unused_columns_are_listed_and_a_misspelt_one_is_told() {
    let read = csv("user_id,name,departmnt,shoe size\nann,Ann,IT,42\n");
    assert_eq!(read.report.tables[0].unused_columns, ["departmnt", "shoe size"]);
    assert_eq!(codes(&read), [("SW130", 1)]);
    assert_eq!(
        read.findings[0].message,
        "not used: \u{201c}departmnt\u{201d} looks like department"
    );
}

#[test]
fn a_portfolio_file_keeps_its_tenant_column() {
    for header in ["tenant", "TenantId", "CustomerId", "Customer", "Tenant ID"] {
        let read = csv(&format!("{header},user_id,role_name\nContoso,ann,Clerk\n"));
        assert_eq!(
            column(&read, TableKind::RoleAssignments, Field::Tenant),
            ["Contoso"],
            "{header}"
        );
    }
}

#[test]
fn empty_files_and_prose_are_told_and_harmless() {
    assert_eq!(codes(&csv("")), [("SW105", 1)]);
    assert_eq!(codes(&csv("\n\n")), [("SW105", 1)]);
    assert_eq!(codes(&csv("\u{feff}")), [("SW105", 1)]);
    assert_eq!(codes(&read("Dear all,\nplease find attached.\n", "note.txt")), [("SW106", 1)]);
    assert_eq!(codes(&read("user_id\trole\nann\tClerk\n", "export.txt")), []);
}

#[test]
fn a_header_without_rows_is_a_table_without_rows() {
    let read = csv("user_id,name\n");
    assert_eq!(read.report.tables[0].format.as_deref(), Some("seatwise.users"));
    assert_eq!(codes(&read), [("SW105", 1)]);
}

#[test]
fn null_is_a_missing_value() {
    let read = csv("user_id,name,last_login\nann,NULL,NULL\nNULL,Bob,\n");
    assert_eq!(column(&read, TableKind::Users, Field::Name), [""]);
    assert_eq!(read.report.tables[0].rejected.len(), 1);
}

#[test]
fn no_mutation_of_a_file_loses_a_row() {
    const BASE: &[u8] = b"Report of users,,,\nuser_id,name,enabled,last_login\r\n\"ann\",\"Ann, A.\",yes,2026-01-02\n\
        bob,\"Bob\nBean\",no,3/4/2026\ncid,C\xefd,x,\n\nTotal,,,3\n";
    const BITS: &[u8] = b"\",;\n\r\t|ab0 \xe9\0=";
    let formats = Formats::shipped().unwrap();
    let mut seed = 1_u64;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    for _ in 0..4_000 {
        let mut bytes = BASE.to_vec();
        for _ in 0..=next(6) {
            let at = next(bytes.len());
            match next(4) {
                0 => bytes[at] = BITS[next(BITS.len())],
                1 => bytes.insert(at, BITS[next(BITS.len())]),
                2 => drop(bytes.remove(at)),
                _ => bytes.extend_from_within(at..),
            }
        }
        let read = read_bytes(&bytes, "m.csv", &formats, &Limits::default());
        if read.report.failure.is_some() {
            assert!(read.report.tables.is_empty() && read.batches.is_empty());
            continue;
        }
        let tables = &read.report.tables;
        let adds_up = tables.iter().all(TableReport::adds_up);
        assert!(adds_up, "{:?}", String::from_utf8_lossy(&bytes));
        let used: u64 = read.batches.iter().map(|batch| batch.len() as u64).sum();
        assert_eq!(used, tables.iter().map(|table| table.rows_used).sum::<u64>());
        let decoded = super::super::text::decode(&bytes).text.into_owned();
        if !decoded.contains('"') && decoded.contains('\n') {
            let blank = |line: &str| line.chars().all(super::super::rows::is_blank_char);
            let mut lines: Vec<_> = decoded.split('\n').collect();
            while lines.last().is_some_and(|line| blank(line)) {
                lines.pop();
            }
            let rows_read: u64 = tables.iter().map(|table| table.rows_read).sum();
            assert_eq!(rows_read, lines.len() as u64, "{decoded:?}");
        }
    }
}

#[test]
fn a_second_table_below_the_first_is_read_with_its_own_header() {
    let read = csv(
        "Users,,\nuser_id,name,created\nann,Ann,01/02/2026\n\n\nOwned,,\nlicense,quantity,start\n\
         Finance,3,30/04/2026\nTotal,3,\n\nuser_id,role_name,status\nann,Clerk,Enabled\n",
    );
    let tables = &read.report.tables;
    let told: Vec<_> = tables
        .iter()
        .map(|table| (table.sheet.as_str(), table.header_row, table.rows_read, table.rows_used))
        .collect();
    assert_eq!(
        told,
        [("", Some(2), 5, 1), ("from row 6", Some(7), 5, 1), ("from row 11", Some(11), 2, 1)]
    );
    assert_eq!(tables.iter().map(|table| table.rows_read).sum::<u64>(), 12);
    assert_eq!(column(&read, TableKind::Subscriptions, Field::Start), ["2026-04-30"]);
    assert_eq!(codes(&read), [("SW132", 1), ("SW127", 1), ("SW127", 1)]);
    assert_eq!(batch(&read, TableKind::RoleAssignments).rows().next().unwrap().number(), 12);
}

#[test]
fn a_row_of_words_that_are_headers_elsewhere_is_data() {
    let read = csv("user_id,name,department\nann,Ann,x\nuser,Name,x\nbob,Bob,y\n");
    assert_eq!(read.report.tables.len(), 1);
    assert_eq!(column(&read, TableKind::Users, Field::UserId), ["ann", "user", "bob"]);
}

fn mapped(mapping: &str, text: &str, shown: &str) -> FileRead {
    let formats = Formats::shipped().unwrap().with_mapping("mapping.toml", mapping).unwrap();
    let read = read_bytes(text.as_bytes(), shown, &formats, &Limits::default());
    assert!(read.report.tables.iter().all(TableReport::adds_up));
    read
}

#[test]
fn a_mapping_names_the_columns_of_a_file_nobody_has_seen() {
    let mapping = "[[tables]]\nfile = \"staff*.csv\"\ntable = \"users\"\n[tables.columns]\n\
                   user_id = \"Kennung\"\nname = [\"Voller Name\", \"Name\"]\n\
                   [tables.fixed]\nenvironment = \"PROD\"\nenabled = \"yes\"\n";
    let text = "Liste;;\nKennung;Voller Name;Raum\nann;Ann;1\n;Bob;2\n";
    let read = mapped(mapping, text, "contoso/Staff 2026.csv");
    let table = &read.report.tables[0];
    assert_eq!(table.format.as_deref(), Some("mapping.1"));
    assert_eq!(table.recognition, "mapping.toml:1: 2 of 3 columns, header in row 2");
    assert_eq!((table.rows_used, table.rejected.len()), (1, 1));
    for (field, value) in
        [(Field::Name, "Ann"), (Field::Environment, "PROD"), (Field::Enabled, "true")]
    {
        assert_eq!(column(&read, TableKind::Users, field), [value]);
    }
    assert_eq!(table.unused_columns, ["Raum"]);
    // Another file is none of it, and a file it names must have its columns.
    assert_eq!(codes(&mapped(mapping, text, "contoso/other.csv")), [("SW103", 1)]);
    let wrong = mapped(mapping, "Kennung;Raum\nann;1\n", "staff.csv");
    assert!(
        wrong.findings[0]
            .message
            .starts_with("mapping.toml:1 is for this table, but it has no column"),
        "{}",
        wrong.findings[0].message
    );
}
