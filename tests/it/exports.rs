//! Every file of `tests/it/exports` (its README says where they come from) is
//! recognised and each of its rows accounted for.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use seatwise::intake::{
    FileRead, Formats, Limits, TableKind, TableReport, discover, read_bytes, read_file,
};

use crate::binary::{files_below, folder};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/exports")
}

fn read(path: &str) -> FileRead {
    let formats = Formats::shipped().unwrap();
    let read =
        read_bytes(&fs::read(root().join(path)).unwrap(), path, &formats, &Limits::default());
    assert!(read.report.tables.iter().all(TableReport::adds_up), "{path}");
    read
}

/// Format of a table with rows read, used and ignored; the rest was rejected.
type Told = (&'static str, u64, u64, u64);

/// Path, then what is told of each of its tables.
const FILES: &[(&str, &[Told])] = &[
    (
        "made/DevicesWithInventory_00000000-0000-0000-0000-000000000000_bom.csv",
        &[("intune.devices", 3, 1, 2)],
    ),
    ("made/POS_registers.csv", &[("fo.pos_registers", 3, 2, 1)]),
    ("made/RoleAccess.csv", &[("fo.role_access", 3, 2, 1)]),
    ("made/Security_user_role_association.csv", &[("fo.security_user_role_association", 4, 3, 1)]),
    (
        "made/Security_user_role_association_dmf.xlsx",
        &[("fo.security_user_role_association", 3, 2, 1)],
    ),
    ("made/Sep_NCE_LicenseBasedPL_GA_US.csv", &[("partner.nce_prices", 4, 2, 2)]),
    ("made/System_Security_Permissions.csv", &[("fo.security_permissions", 3, 2, 1)]),
    ("made/Warehouse_mobile_device_users.csv", &[("fo.warehouse_mobile_users", 3, 0, 3)]),
    ("made/dataverse_users_grid.csv", &[("dataverse.users", 3, 2, 1)]),
    ("made/entra_users_bulk.csv", &[("entra.users", 3, 2, 1)]),
    ("made/graph_office365ActiveUserDetail_bom.csv", &[("graph.active_users", 3, 2, 1)]),
    ("made/m365_active_users_new_semicolon_bom.csv", &[("m365.active_users", 4, 3, 1)]),
    ("made/m365_active_users_new_utf8.csv", &[("m365.active_users", 4, 3, 1)]),
    ("made/m365_active_users_old_utf8.csv", &[("m365.active_users", 3, 2, 1)]),
    ("made/m365_licenses_page.csv", &[("m365.licenses", 3, 2, 1)]),
    ("made/nce_recon.csv", &[("partner.nce_reconciliation", 2, 1, 1)]),
    (
        "made/ppac_fno_user_license_consumption_standard.csv",
        &[("ppac.fno_license_consumption", 3, 2, 1)],
    ),
    ("made/sec_governance_role_object_licence.csv", &[("fo.governance_dump", 3, 2, 1)]),
    ("made/security_object_licenses_view.csv", &[("fo.security_object_licenses", 3, 2, 1)]),
    ("real/d365fo-security-mcp/security_duties.json", &[("fo.duties_privileges", 11, 0, 11)]),
    ("real/d365fo-security-mcp/security_privileges.json", &[("fo.duties_privileges", 16, 0, 16)]),
    ("real/d365fo-security-mcp/security_roles.json", &[("fo.roles", 23, 22, 1)]),
    (
        "real/d365fo-security-mcp/sod_test_users.json",
        &[
            ("seatwise.users", 4, 3, 1),
            ("fo.security_user_role_association", 5, 4, 1),
            ("fo.duties_privileges", 6, 0, 6),
            ("sod.rules", 2, 0, 2),
        ],
    ),
    ("real/d365fo-security-mcp/system_users.json", &[("seatwise.users", 11, 10, 1)]),
    (
        "real/d365fo-security-mcp/user_role_assignments.json",
        &[("fo.security_user_role_association", 14, 13, 1)],
    ),
    ("real/d365fo-users-example.xlsx", &[("fo.users_tool", 5, 4, 1)]),
    ("office/users.xls", &[("seatwise.users", 4, 3, 1)]),
    ("office/users.ods", &[("seatwise.users", 4, 3, 1)]),
    ("office/users.xlsx", &[("seatwise.users", 4, 3, 1)]),
];

#[test]
fn every_export_is_recognised_and_each_row_accounted_for() {
    for (path, tables) in FILES {
        let read = read(path);
        let found: Vec<(&str, u64, u64, u64)> = read
            .report
            .tables
            .iter()
            .map(|table| {
                let format = table.format.as_deref().unwrap_or("-");
                (format, table.rows_read, table.rows_used, table.rows_ignored())
            })
            .collect();
        assert_eq!(found, *tables, "{path}");
    }
    // No file was forgotten: the XML has a test of its own, the rest is prose.
    let known: Vec<&str> = FILES.iter().map(|(path, _)| *path).collect();
    for path in files_below(&root()).keys() {
        let other = path.starts_with("aot/")
            || path.ends_with("LICENSE")
            || path.ends_with("README.md")
            || path == "real/calamine-date.xlsb";
        assert!(other || known.contains(&path.as_str()), "{path}");
    }
}

#[test]
fn a_list_of_all_roles_in_one_cell_is_one_assignment_each() {
    let read = read("real/d365fo-users-example.xlsx");
    let batch = read.batches.iter().find(|b| b.kind == TableKind::RoleAssignments).unwrap();
    let pairs: Vec<(&str, &str)> = batch.rows().map(|row| (row.at(0), row.at(1))).collect();
    assert_eq!(
        pairs,
        [
            ("DemoAcct", "Accountant"),
            ("DemoAcct", "Accounting Manager"),
            ("DemoRoleOnly", "System user"),
            ("DemoMultiLE", "Accountant"),
        ]
    );
}

#[test]
fn workbooks_that_office_programs_saved_say_what_their_csv_says() {
    let formats = Formats::shipped().unwrap();
    let text = "user_id,name,enabled,created,headcount\nann,\u{c5}nn Lee,TRUE,2026-09-30,2\n\
                00012,\u{201c}C\u{201d},FALSE,2024-02-29,\nbob,Bob,TRUE,,3\n";
    let csv = read_bytes(text.as_bytes(), "users.csv", &formats, &Limits::default());
    let cells = |read: &FileRead| -> Vec<Vec<String>> {
        let batch = &read.batches[0];
        let row = |row: seatwise::intake::Row<'_>| {
            (0..batch.fields.len()).map(|at| row.at(at).to_owned()).collect()
        };
        batch.rows().map(row).collect()
    };
    for path in ["office/users.xls", "office/users.ods", "office/users.xlsx"] {
        let book = read(path);
        assert_eq!(cells(&book), cells(&csv), "{path}");
        assert!(book.findings.is_empty(), "{path}: {:?}", book.findings);
    }
}

#[test]
fn an_xlsb_that_excel_saved_is_read() {
    // Three cells below one another: a day, a day with a time, a span of time.
    let read = read("real/calamine-date.xlsb");
    assert_eq!(read.report.failure, None);
    let tables = &read.report.tables;
    assert!(tables.iter().map(|table| table.rows_read).sum::<u64>() >= 3, "{tables:?}");
    assert!(read.findings.iter().all(|finding| finding.code.id() != "SW113"));
}

// ----------------------------------------------------------- metadata ----

/// What the XML below a tenant says.
fn metadata(files: &[(&str, &[u8])]) -> FileRead {
    let input = folder(files);
    let limits = Limits::default();
    let found = discover(&[input.path().to_owned()], &limits).unwrap();
    let [tenant] = found.tenants.as_slice() else { panic!("{:?}", found.tenants) };
    let [file] = tenant.files.as_slice() else { panic!("{:?}", tenant.files) };
    let read = read_file(file, &Formats::shipped().unwrap(), &limits);
    assert!(read.report.tables.iter().all(TableReport::adds_up), "{:?}", read.report.tables);
    read
}

fn counts(read: &FileRead) -> BTreeMap<&str, [u64; 4]> {
    read.report
        .tables
        .iter()
        .map(|table| {
            let rejected = table.rejected.len() as u64;
            (
                table.sheet.as_str(),
                [table.rows_read, table.rows_used, table.rows_ignored(), rejected],
            )
        })
        .collect()
}

fn rows(read: &FileRead, kind: TableKind) -> Vec<String> {
    let batch = read.batches.iter().find(|batch| batch.kind == kind);
    let batch = batch.unwrap_or_else(|| panic!("{kind:?}"));
    batch
        .rows()
        .map(|row| (0..batch.fields.len()).map(|at| row.at(at)).collect::<Vec<_>>().join("|"))
        .collect()
}

#[test]
fn a_folder_of_real_metadata_is_one_input_in_which_each_object_counts() {
    let files = files_below(&root().join("aot"));
    let files: Vec<(String, Vec<u8>)> =
        files.into_iter().map(|(path, bytes)| (format!("contoso/aot/{path}"), bytes)).collect();
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())).collect();
    let read = metadata(&files);
    assert_eq!(read.report.path, "contoso/aot/*.xml");
    // Counted by another program: of 3 duties and 47 privileges the seven
    // roles reach one and 15, which makes 26 permission rows.
    assert_eq!(
        counts(&read),
        BTreeMap::from([
            ("duties", [3, 1, 2, 0]),
            ("menu items", [78, 78, 0, 0]),
            ("privileges", [47, 15, 32, 0]),
            ("roles", [7, 7, 0, 0]),
        ])
    );
    let permissions = rows(&read, TableKind::RolePermissions);
    assert_eq!(permissions.len(), 26);
    assert!(
        permissions.contains(
            &"DEVSQLQueryExecute|DEVSQLQueryExecute||DEVSQLQueryExecuteMaintain|DEVSQLQueryExecute|\
              MenuItemDisplay||allow|allow|allow|allow|allow|"
                .to_owned()
        ),
        "{permissions:#?}"
    );
    let licensed = rows(&read, TableKind::MenuItems);
    let licensed: Vec<&String> = licensed.iter().filter(|row| !row.ends_with("||")).collect();
    assert_eq!(licensed.len(), 7);
    assert!(
        licensed.iter().any(|row| *row == "DEVIntegMessagesLoad|MenuItemAction|Activity|Universal")
    );
    let other = read.findings.iter().find(|f| f.code.id() == "SW130").unwrap();
    assert_eq!(other.count, 16);
}

const ROLE: &str = "<AxSecurityRole><Name>Clerk</Name><Label>Head clerk</Label><Duties>\
    <AxSecurityDutyReference><Name>Duty1</Name></AxSecurityDutyReference>\
    <AxSecurityDutyReference><Name>Elsewhere</Name></AxSecurityDutyReference></Duties>\
    <SubRoles><AxSecurityRoleReference><Name>Junior</Name></AxSecurityRoleReference></SubRoles>\
    </AxSecurityRole>";
const JUNIOR: &str = "<AxSecurityRole><Name>Junior</Name><Label>@X1</Label><Privileges>\
    <AxSecurityPrivilegeReference><Name>View</Name></AxSecurityPrivilegeReference></Privileges>\
    </AxSecurityRole>";
const DUTY: &str = "<AxSecurityDuty><Name>Duty1</Name><Privileges>\
    <AxSecurityPrivilegeReference><Name>maintain</Name></AxSecurityPrivilegeReference>\
    <AxSecurityPrivilegeReference><Name>View</Name></AxSecurityPrivilegeReference></Privileges>\
    </AxSecurityDuty>";

fn privilege(name: &str, grant: &str) -> String {
    format!(
        "<AxSecurityPrivilege><Name>{name}</Name><EntryPoints><AxSecurityEntryPointReference>\
         <Grant>{grant}</Grant><ObjectName>LedgerJournal</ObjectName><ObjectType>MenuItemDisplay\
         </ObjectType></AxSecurityEntryPointReference></EntryPoints></AxSecurityPrivilege>"
    )
}

const ITEM: &str = "<AxMenuItemDisplay xmlns=\"Microsoft.Dynamics.AX.Metadata.V1\"><Name>LedgerJournal\
    </Name><MaintainUserLicense>Enterprise</MaintainUserLicense><ViewUserLicense>Universal\
    </ViewUserLicense></AxMenuItemDisplay>";

#[test]
fn chains_of_objects_become_permissions_and_what_is_wrong_is_told() {
    let view = privilege("View", "<Read>Allow</Read>");
    let maintain = privilege("Maintain", "<Update>Allow</Update><Delete>Deny</Delete>");
    let read = metadata(&[
        ("t/AxSecurityRole/Clerk.xml", ROLE.as_bytes()),
        ("t/AxSecurityRole/Junior.xml", JUNIOR.as_bytes()),
        ("t/AxSecurityRole/Junior (2).xml", JUNIOR.as_bytes()),
        ("t/AxSecurityRole/Broken.xml", b"<AxSecurityRole>\n<Name>B</Nam>\n</AxSecurityRole>"),
        ("t/AxSecurityDuty/Duty1.xml", DUTY.as_bytes()),
        ("t/AxSecurityPrivilege/View.xml", view.as_bytes()),
        ("t/AxSecurityPrivilege/Maintain.xml", maintain.as_bytes()),
        ("t/AxMenuItemDisplay/LedgerJournal.xml", ITEM.as_bytes()),
        ("t/Manifest.xml", b"<DataManagementPackageManifest/>"),
    ]);
    assert_eq!(
        counts(&read),
        BTreeMap::from([
            ("duties", [1, 1, 0, 0]),
            ("menu items", [1, 1, 0, 0]),
            ("other files", [1, 0, 1, 0]),
            ("privileges", [2, 2, 0, 0]),
            ("roles", [4, 2, 1, 1]),
        ])
    );
    let broken = read.report.tables.iter().flat_map(|table| &table.rejected).next().unwrap();
    assert_eq!(broken.code.id(), "SW116");
    assert_eq!(
        (broken.place.file.as_str(), broken.place.row),
        ("t/AxSecurityRole/Broken.xml", Some(2))
    );
    assert!(broken.reason.starts_with("line 2, column "), "{}", broken.reason);
    assert_eq!(
        rows(&read, TableKind::RolePermissions),
        [
            "Clerk|Head clerk|Duty1|Maintain|LedgerJournal|MenuItemDisplay|||allow||deny||",
            "Clerk|Head clerk|Duty1|View|LedgerJournal|MenuItemDisplay||allow|||||",
            "Junior|||View|LedgerJournal|MenuItemDisplay||allow|||||",
        ]
    );
    assert_eq!(
        rows(&read, TableKind::Roles),
        ["Clerk|Head clerk|", "Clerk|Head clerk|Junior", "Junior||"]
    );
    assert_eq!(
        rows(&read, TableKind::MenuItems),
        ["LedgerJournal|MenuItemDisplay|Universal|Enterprise"]
    );
    let missing = read.findings.iter().find(|finding| finding.code.id() == "SW117").unwrap();
    assert!(
        missing.message.contains("the duty Elsewhere, which Clerk names"),
        "{}",
        missing.message
    );
}

#[test]
fn an_extension_adds_to_its_object_and_one_alone_decides_nothing() {
    let view = privilege("View", "<Read>Allow</Read>");
    let extension = |name: &str| {
        JUNIOR
            .replace("AxSecurityRole>", "AxSecurityRoleExtension>")
            .replace("<Name>Junior", &format!("<Name>{name}"))
    };
    let base = "<AxSecurityRole><Name>Clerk</Name></AxSecurityRole>";
    let (one, two) = (extension("Clerk.Ours"), extension("Buyer.Ours"));
    for first in ["a", "z"] {
        let read = metadata(&[
            (&format!("t/{first}.xml"), one.as_bytes()),
            ("t/c.xml", base.as_bytes()),
            ("t/d.xml", two.as_bytes()),
            ("t/e.xml", view.as_bytes()),
        ]);
        assert_eq!(counts(&read)["roles"], [3, 2, 1, 0]);
        assert_eq!(
            rows(&read, TableKind::RolePermissions),
            ["Clerk|||View|LedgerJournal|MenuItemDisplay||allow|||||"]
        );
        let missing = read.findings.iter().find(|f| f.code.id() == "SW117").unwrap();
        assert!(missing.message.contains("the role Buyer"), "{}", missing.message);
    }
}

#[test]
fn an_archive_of_thousands_of_objects_is_read_in_one_go() {
    use std::io::Write as _;
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for at in 0..12_000 {
        writer.start_file(format!("AxSecurityPrivilege/P{at}.xml"), options).unwrap();
        writer.write_all(privilege(&format!("P{at}"), "<Read>Allow</Read>").as_bytes()).unwrap();
    }
    let bytes = writer.finish().unwrap().into_inner();
    let clock = std::time::Instant::now();
    let read = metadata(&[("contoso/metadata.zip", &bytes)]);
    assert_eq!(read.report.path, "contoso/metadata.zip/AxSecurityPrivilege/*.xml");
    assert_eq!(counts(&read)["privileges"], [12_000, 0, 12_000, 0]);
    // Opening the archive for each would take minutes.
    assert!(clock.elapsed().as_secs() < 60, "{:?}", clock.elapsed());
}

#[test]
fn metadata_beside_the_tenants_is_for_all_of_them() {
    let view = privilege("View", "<Read>Allow</Read>");
    let input = folder(&[
        ("AxSecurityRole/Junior.xml", JUNIOR.as_bytes()),
        ("AxSecurityPrivilege/View.xml", view.as_bytes()),
        ("alpha/users.csv", b"user_id\nann\n"),
    ]);
    let found = discover(&[input.path().to_owned()], &Limits::default()).unwrap();
    let ids: Vec<&str> = found.tenants.iter().map(|tenant| tenant.id.as_str()).collect();
    assert_eq!(ids, ["alpha"]);
    assert_eq!(found.shared.len(), 1);
    assert_eq!(found.shared[0].shown, "*.xml");
}

/// Cents a month of the plan of tenant `t`, and its people who need a licence.
fn planned(files: &[(&str, &[u8])]) -> (i64, i64) {
    let input = folder(files);
    let out = tempfile::tempdir().unwrap();
    let ran = crate::binary::analyze(input.path(), out.path(), &[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let run = crate::binary::json(&out.path().join("run.json"));
    let tenant = crate::binary::tenant(&run, "t");
    (tenant["plan_cents"].as_i64().unwrap(), tenant["need_licence"].as_i64().unwrap())
}

#[test]
fn metadata_says_what_the_same_rows_of_a_table_say() {
    let maintain = privilege("Maintain", "<Update>Allow</Update>");
    let view = privilege("View", "<Read>Allow</Read>");
    let item = |maintain: &str| ITEM.replace("Enterprise", maintain);
    let users: (&str, &[u8]) = ("t/users.csv", b"user_id\nann\nbob\n");
    let roles: (&str, &[u8]) = ("t/roles.csv", b"user_id,role_id\nann,CLERK\nbob,JUNIOR\n");
    let settings: (&str, &[u8]) = ("tenants.csv", b"tenant,edition\nt,2021-09\n");
    let mut told = Vec::new();
    for licence in ["Finance", "Activity", "Universal"] {
        let xml = planned(&[
            ("t/AxSecurityRole/Clerk.xml", ROLE.as_bytes()),
            ("t/AxSecurityRole/Junior.xml", JUNIOR.as_bytes()),
            ("t/AxSecurityDuty/Duty1.xml", DUTY.as_bytes()),
            ("t/AxSecurityPrivilege/View.xml", view.as_bytes()),
            ("t/AxSecurityPrivilege/Maintain.xml", maintain.as_bytes()),
            ("t/AxMenuItemDisplay/LedgerJournal.xml", item(licence).as_bytes()),
            users,
            roles,
            settings,
        ]);
        let table = format!(
            "role_id,object,object_type,read,update,view_license,maintain_license\n\
             Clerk,LedgerJournal,MenuItemDisplay,Allow,Allow,Universal,{licence}\n\
             Junior,LedgerJournal,MenuItemDisplay,Allow,,Universal,{licence}\n"
        );
        assert_eq!(xml, planned(&[("t/p.csv", table.as_bytes()), users, roles, settings]));
        assert_eq!(xml.1, 2);
        told.push(xml.0);
    }
    // What the clerk may change decides.
    assert!(told[0] > told[1] && told[1] > told[2], "{told:?}");
}
