//! Layouts that people and report writers make of tables.

use rust_xlsxwriter::{Format as Style, Workbook, Worksheet};

use super::*;

fn book(fill: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(book.add_worksheet());
    book.save_to_buffer().unwrap()
}

#[test]
fn the_printed_count_of_named_users_gives_each_user_the_type_of_its_group() {
    let bytes = book(|sheet| {
        let style = Style::new();
        let merged = |sheet: &mut Worksheet, row: u32, from: u16, to: u16, text: &str| {
            sheet.merge_range(row, from, row, to, text, &style).unwrap();
        };
        merged(sheet, 0, 0, 5, "Contoso Ltd");
        merged(sheet, 1, 0, 5, "Named user license count");
        let mut row = 3;
        for (group, users) in
            [("Enterprise", &["adele", "ben"][..]), ("Universal", &["cara"]), ("Functional", &[])]
        {
            merged(sheet, row, 0, 5, &format!("User license type: {group}"));
            for (at, caption) in [(0, "User name"), (2, "Network alias"), (4, "Network domain")] {
                merged(sheet, row + 1, at, at + 1, caption);
            }
            row += 2;
            for user in users {
                // The print merges data cells one column further right.
                sheet.write_string(row, 0, user.to_uppercase()).unwrap();
                sheet.write_string(row, 3, format!("{user}@contoso.com")).unwrap();
                merged(sheet, row, 4, 5, "https://sts.windows.net/");
                row += 1;
            }
            sheet.write_string(row, 0, format!("Total {group}")).unwrap();
            sheet.write_number(row, 4, u32::try_from(users.len()).unwrap()).unwrap();
            row += 2;
        }
        sheet.write_string(row, 0, "Grand total").unwrap();
        sheet.write_number(row, 4, 3).unwrap();
    });
    let read = read(&bytes, "t/count.xlsx");
    let table = &read.report.tables[0];
    assert_eq!(table.format.as_deref(), Some("fo.license_count_print"), "{}", table.recognition);
    assert_eq!(
        column(&read, TableKind::Users, Field::UserId),
        ["adele@contoso.com", "ben@contoso.com", "cara@contoso.com"]
    );
    assert_eq!(column(&read, TableKind::Users, Field::Name), ["ADELE", "BEN", "CARA"]);
    assert_eq!(
        column(&read, TableKind::AppNeeds, Field::App),
        ["Enterprise", "Enterprise", "Universal"]
    );
    assert_eq!(column(&read, TableKind::AppNeeds, Field::Basis), ["computed"; 3]);
    assert_eq!(
        ignored(&read),
        [
            ("header".to_owned(), 1),
            ("SW118".to_owned(), 3),
            ("SW120".to_owned(), 2),
            ("SW121".to_owned(), 4),
            ("SW122".to_owned(), 4),
            ("SW123".to_owned(), 2)
        ]
    );
    assert_eq!(table.rejected, []);
}

#[test]
fn hidden_first_columns_are_columns_like_others() {
    let bytes = book(|sheet| {
        let header = [
            "(Do Not Modify) User",
            "(Do Not Modify) Row Checksum",
            "(Do Not Modify) Modified On",
            " Full Name",
            "User Name",
            "Status",
            "Access Mode",
        ];
        let row =
            ["7777", "abc=", "2026-01-05", "Adele Vance", "a@contoso.com", "Enabled", "Read-Write"];
        for (at, (header, cell)) in (0..).zip(header.into_iter().zip(row)) {
            sheet.write_string(0, at, header).unwrap();
            sheet.write_string(1, at, cell).unwrap();
        }
        for at in 0..3 {
            sheet.set_column_hidden(at).unwrap();
        }
    });
    let read = read(&bytes, "t/grid.xlsx");
    assert_eq!(read.report.tables[0].format.as_deref(), Some("dataverse.users"));
    assert_eq!(column(&read, TableKind::Users, Field::Name), ["Adele Vance"]);
    assert_eq!(column(&read, TableKind::Users, Field::RecordId), ["7777"]);
    // An empty hidden first column moves nothing.
    let bytes = book(|sheet| {
        for (at, (header, cell)) in (1..).zip([("user_id", "ann"), ("name", "Ann")]) {
            sheet.write_string(0, at, header).unwrap();
            sheet.write_string(1, at, cell).unwrap();
        }
        sheet.set_column_hidden(0).unwrap();
    });
    let read = super::read(&bytes, "t/moved.xlsx");
    assert_eq!(column(&read, TableKind::Users, Field::UserId), ["ann"]);
}

/// Sheets of a text with format, rows read and rows used.
fn tables(read: &FileRead) -> Vec<(String, Option<&str>, u64, u64)> {
    let tables = read.report.tables.iter();
    tables.map(|t| (t.sheet.clone(), t.format.as_deref(), t.rows_read, t.rows_used)).collect()
}

#[test]
fn an_unknown_table_below_a_known_one_is_a_table_of_its_own() {
    let users = "user_id,email,enabled\nann,ann@a.example,yes\nbob,bob@a.example,no\n";
    for below in [
        // Words where this table has true or false; more columns than it has.
        "\nCost centre,Manager,Budget\nC1,Ann,High\nC2,Bob,Low\n",
        "\nCost centres of the group,,\nCost centre,Manager,Budget\nC1,Ann,High\n",
        "\nCost centre,,,Manager\nC1,,,Ann\nC2,,,Bob\n",
    ] {
        let read = csv(&format!("{users}{below}"));
        let found = tables(&read);
        assert_eq!(found.len(), 2, "{below}: {found:?}");
        assert_eq!(found[0].1, Some("seatwise.users"));
        assert_eq!((found[0].3, found[1].1, found[1].3), (2, None, 0), "{below}");
        let lines = users.lines().count() + below.lines().count();
        assert_eq!(found[0].2 + found[1].2, lines as u64, "{below}");
        let codes: Vec<&str> = codes(&read).into_iter().map(|(code, _)| code).collect();
        assert!(codes.contains(&"SW103") && codes.contains(&"SW127"), "{codes:?}");
    }
}

#[test]
fn addresses_tell_users_from_the_header_of_another_table() {
    let users = "user_id,license\nann@a.example,Finance\nbob@a.example,Finance\n";
    let read = csv(&format!("{users}\nCost centre,Manager\nC1,Ann\n"));
    assert_eq!(tables(&read).len(), 2);
    // Without addresses nothing tells them apart: it is told, not guessed.
    let read = csv("user_id,license\nann,Finance\n\nCost centre,Manager\nC1,Ann\n");
    assert_eq!(tables(&read).len(), 1);
    assert_eq!(codes(&read), [("SW128", 1)]);
}

#[test]
fn rows_of_one_table_with_a_gap_between_them_stay_one_table() {
    let read =
        csv("user_id,email,enabled\nann,ann@a.example,yes\n\nbob,bob@a.example,no\ncat,,yes\n");
    assert_eq!(tables(&read), [(String::new(), Some("seatwise.users"), 5, 3)]);
    assert_eq!(codes(&read), [("SW128", 1)]);
}

#[test]
fn a_row_under_a_gap_with_one_odd_value_is_data() {
    let read = csv("user_id,name,enabled\nann,Ann,yes\n\nbob,Bob,perhaps\ncat,Cat,no\n");
    assert_eq!(tables(&read), [(String::new(), Some("seatwise.users"), 5, 3)]);
    assert_eq!(codes(&read), [("SW128", 1), ("SW111", 1)]);
}

#[test]
fn a_table_below_one_of_no_use_is_read() {
    let read = csv("SECURITYROLERECID,SECURITYDUTYRECID,SECURITYPRIVILEGERECID\n1,2,3\n\n\
                    user_id,email,enabled\nann,ann@a.example,yes\n");
    let found = tables(&read);
    assert_eq!(found[0], (String::new(), Some("fo.role_graph"), 3, 0));
    assert_eq!(found[1], ("from row 4".to_owned(), Some("seatwise.users"), 2, 1));
}
