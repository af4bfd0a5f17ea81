//! Every format in every encoding, delimiter, container and state of dirt
//! says the same.

use rust_xlsxwriter::Workbook;
use seatwise::intake::{FieldType, Format, Formats, Limits, read_bytes};

/// Accepted rows: table, columns, values.
type Rows = Vec<(String, Vec<String>, Vec<Vec<String>>)>;

fn read(bytes: &[u8], shown: &str, formats: &Formats) -> (Option<String>, Rows) {
    let read = read_bytes(bytes, shown, formats, &Limits::default());
    assert!(read.report.tables.iter().all(seatwise::intake::TableReport::adds_up), "{shown}");
    let rows = read
        .batches
        .iter()
        .map(|batch| {
            let fields = batch.fields.iter().map(|field| field.name()).collect();
            let cells = |row: seatwise::intake::Row<'_>| {
                (0..batch.fields.len()).map(|at| row.at(at).to_owned()).collect()
            };
            (format!("{:?}", batch.kind), fields, batch.rows().map(cells).collect())
        })
        .collect();
    (read.report.tables[0].format.clone(), rows)
}

/// Two records with a value of its type in every column of a format.
fn sample(format: &Format) -> Vec<Vec<String>> {
    let mut header: Vec<String> = Vec::new();
    let mut records = [Vec::new(), Vec::new()];
    for (field, headers) in format.tables.iter().flat_map(|table| &table.columns) {
        if headers.iter().any(|name| header.contains(name)) {
            continue;
        }
        header.push(headers[0].clone());
        for (number, record) in records.iter_mut().enumerate() {
            record.push(match field.field_type() {
                FieldType::Text => format!("{} \u{e9}, {number}", field.name()),
                FieldType::Bool => "true".into(),
                FieldType::Grant => "Allow".into(),
                FieldType::Date => format!("2026-09-{}", 10 + number),
                FieldType::Integer => format!("{}", 3 + number),
                FieldType::Decimal => "2.5".into(),
                FieldType::Money => "12.50".into(),
                FieldType::Word(words) => words[0].into(),
            });
        }
    }
    for group in &format.signature {
        if !group.iter().any(|name| header.contains(name)) {
            header.push(group[0].clone());
            for record in &mut records {
                record.push("z".into());
            }
        }
    }
    let [one, two] = records;
    vec![header, one, two]
}

/// The lines of a table in a state of dirt.
fn dirty(table: &[Vec<String>], state: &str) -> Vec<Vec<String>> {
    let lone = |text: &str| vec![text.to_owned()];
    let mut lines = Vec::new();
    if state == "preamble" {
        lines.extend([lone("Report of today"), lone("")]);
    }
    lines.extend(table[..2].to_vec());
    if state == "repeated header" {
        lines.push(table[0].clone());
    }
    lines.push(table[2].clone());
    if state == "trailer" {
        let mut total = vec![String::new(); table[0].len()];
        total[0] = "Total".into();
        lines.push(total);
    }
    lines
}

fn text(lines: &[Vec<String>], delimiter: char) -> String {
    let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
    lines
        .iter()
        .map(|line| {
            line.iter().map(quoted).collect::<Vec<_>>().join(&delimiter.to_string()) + "\r\n"
        })
        .collect()
}

fn encoded(text: &str, encoding: &str) -> Vec<u8> {
    match encoding {
        "UTF-8" => text.as_bytes().to_vec(),
        "BOM" => [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        "UTF-16" => std::iter::once(0xfeff_u16)
            .chain(text.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect(),
        _ => text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect(),
    }
}

fn book(lines: &[Vec<String>], shared: bool) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = if shared {
        book.add_worksheet()
    } else {
        book.add_worksheet_with_constant_memory().unwrap()
    };
    for (row, line) in (0_u32..).zip(lines) {
        for (column, cell) in (0_u16..).zip(line) {
            if !cell.is_empty() {
                sheet.write_string(row, column, cell).unwrap();
            }
        }
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn every_format_says_the_same_in_every_file_it_may_come_in() {
    let formats = Formats::shipped().unwrap();
    let mut cases = 0;
    for format in formats.all() {
        let table = sample(format);
        let (found, clean) = read(text(&table, ',').as_bytes(), "t/a.csv", &formats);
        assert_eq!(found.as_ref(), Some(&format.id), "{table:?}");
        assert!(!clean.is_empty() && clean.iter().all(|(.., rows)| rows.len() == 2), "{clean:?}");
        for state in ["clean", "preamble", "trailer", "repeated header"] {
            let lines = dirty(&table, state);
            let check = |bytes: &[u8], shown: &str, what: &str| {
                let (found, rows) = read(bytes, shown, &formats);
                assert_eq!(found.as_ref(), Some(&format.id), "{what}, {state}");
                assert_eq!(rows, clean, "{}, {what}, {state}", format.id);
            };
            for encoding in ["UTF-8", "BOM", "UTF-16", "Windows-1252"] {
                for delimiter in [',', ';', '\t'] {
                    let bytes = encoded(&text(&lines, delimiter), encoding);
                    check(&bytes, "t/a.csv", &format!("{encoding} {delimiter:?}"));
                    cases += 1;
                }
            }
            for shared in [true, false] {
                check(&book(&lines, shared), "t/a.xlsx", &format!("XLSX, shared: {shared}"));
                cases += 1;
            }
        }
    }
    assert_eq!(cases, formats.all().len() * 4 * 14);
}

#[test]
fn arbitrary_bytes_lose_no_row_and_never_panic() {
    let formats = Formats::shipped().unwrap();
    let mut seed = 42_u64;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % below
    };
    let words: Vec<&[u8]> = vec![
        b"user_id",
        b"role_name",
        b"license",
        b"quantity",
        b",",
        b";",
        b"\t",
        b"\n",
        b"\r\n",
        b"\"",
        b"Total",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\0",
        b"PK\x03\x04",
        b"PAR1",
        b"\x1f\x8b",
        b"\xd0\xcf\x11\xe0",
        b"2026-01-01",
        b"yes",
        b" ",
        b"\xe9",
        b"12",
    ];
    for round in 0..3_000 {
        let mut bytes = Vec::new();
        for _ in 0..next(80) {
            if next(4) == 0 {
                bytes.push(u8::try_from(next(256)).unwrap());
            } else {
                bytes.extend(words[next(words.len())]);
            }
        }
        let shown = ["a.csv", "a.txt", "a.xlsx", "a.xls", "a.parquet", "a.csv.gz"][next(6)];
        let read = read_bytes(&bytes, shown, &formats, &Limits::default());
        let used: u64 = read.batches.iter().map(|batch| batch.len() as u64).sum();
        let told: u64 = read.report.tables.iter().map(|table| table.rows_used).sum();
        let feeds_two = read.report.tables.iter().any(|table| table.feeds.len() > 1);
        assert!(feeds_two || used == told, "round {round}");
        for table in &read.report.tables {
            let all = table.rows_used + table.rejected.len() as u64 + table.rows_ignored();
            assert_eq!(table.rows_read, all, "round {round}");
        }
        assert!(read.report.failure.is_none() || read.batches.is_empty(), "round {round}");
    }
}
