//! Vendor exports, with the headers of real files.

use super::*;

#[test]
fn the_data_management_export_of_users_is_recognised_whole() {
    let header = "USERID,ACCOUNTTYPE,ALIAS,AUTOLOGOFF,AUTOMATICURLUPDATE,COMPANY,DEFAULTCOUNTRYREGION,DENSITY,DOCUMENTHANDLINGACTIVE,EMAIL,EMAILPROVIDERID,ENABLED,EVENTPOLLFREQUENCY,EVENTPOPUPDISPLAYWHEN,EVENTPOPUPLINKDESTINATION,EVENTPOPUPS,EVENTWORKFLOWSHOWPOPUP,EVENTWORKFLOWTASKSINACTIONCENTER,EXTERNALUSER,GLOBALEXCELEXPORTFILEPATH,GLOBALEXCELEXPORTMODE,GLOBALLISTPAGELINKMODE,HELPLANGUAGE,HOMEPAGEREFRESHDURATION,LANGUAGE,MARKEMPTYLINKS,NETWORKDOMAIN,PERSONNAME,PREFERREDCALENDAR,PREFERREDLOCALE,PREFERREDTIMEZONE,SENDALERTASEMAILMESSAGE,SENDNOTIFICATIONSINEMAIL,SHOWNOTIFICATIONSINTHEMICROSOFTDYNAMICSAX7CLIENT,SQMENABLED,SQMGUID,STARTPAGE,THEME,USERINFO_DEFAULTPARTITION,USERINFO_LANGUAGE,USERNAME,WORKFLOWLINEITEMNOTIFICATIONFORMAT";
    let row = |id: &str, kind: &str, enabled: &str, external: &str, person: &str, name: &str| {
        let mut cells = vec![""; 42];
        (cells[0], cells[1], cells[2], cells[11]) = (id, kind, "a@contoso.com", enabled);
        (cells[18], cells[27], cells[40]) = (external, person, name);
        cells.join(",")
    };
    let text = [
        header.to_owned(),
        row("AVance", "ClaimsUser", "true", "false", "", "Adele Vance"),
        row("GRP", "ClaimsGroup", "true", "true", "", "SG"),
        row("Ext", "ClaimsUser", "false", "true", "Extern, no", ""),
    ]
    .join("\r\n")
    .replace("Extern, no", "Extern");
    let read = csv(&text);
    assert_eq!(
        read.report.tables[0].recognition,
        "F&O User information: 42 of 42 columns, header in row 1"
    );
    let users = |field| column(&read, TableKind::Users, field);
    assert_eq!(users(Field::UserId), ["AVance", "GRP", "Ext"]);
    assert_eq!(users(Field::AccountType), ["", "group", "guest"]);
    assert_eq!(users(Field::Enabled), ["true", "true", "false"]);
    assert_eq!(users(Field::Name), ["Adele Vance", "SG", "Extern"]);
    assert_eq!(codes(&read), []);
    assert!(read.report.tables[0].unused_columns.contains(&"SQMGUID".to_owned()));
}

#[test]
fn the_subsets_and_spellings_of_other_tools_are_user_information_too() {
    for header in [
        "AccountType,Alias,Company,Email,Enabled,ExternalUser,Language,NetworkDomain,PersonName,UserID,UserName,UserInfo_language,Helplanguage,SID",
        "UserID,UserName,Enabled,AccountType,UserObjectId",
        "USERID,NETWORKDOMAIN,ENABLED,ENVIRONMENT",
    ] {
        let read =
            csv(&format!("{header}\n{}\n", header.replace("Enabled", "1").replace("ENABLED", "1")));
        assert_eq!(
            read.report.tables[0].format.as_deref(),
            Some("fo.user_information"),
            "{header}"
        );
    }
}

#[test]
fn role_assignments_come_as_text_and_as_a_workbook_of_inline_strings() {
    let text = read(include_bytes!("data/Security_user_role_association.csv"), "a.csv");
    let book = read(include_bytes!("data/Security_user_role_association_dmf.xlsx"), "a.xlsx");
    for (read, count) in [(&text, 3), (&book, 2)] {
        assert_eq!(
            read.report.tables[0].format.as_deref(),
            Some("fo.security_user_role_association")
        );
        assert_eq!(batch(read, TableKind::RoleAssignments).len(), count);
        assert_eq!(codes(read), []);
    }
    assert_eq!(
        column(&book, TableKind::RoleAssignments, Field::RoleId),
        ["-SYSADMIN-", "LEDGERACCOUNTANT"]
    );
    assert_eq!(column(&text, TableKind::RoleAssignments, Field::Status)[2], "Disabled");
    let variant = csv(
        "USERID,SECURITYROLEIDENTIFIER,ASSIGNMENTSTATUS,SECURITYROLENAME,USERLICENSETYPE,Environment\n\
         ann,R,1,Role,Finance,prod\n",
    );
    assert_eq!(column(&variant, TableKind::RoleAssignments, Field::License), ["Finance"]);
    assert_eq!(column(&variant, TableKind::RoleAssignments, Field::Status), ["Enabled"]);
    assert_eq!(column(&variant, TableKind::RoleAssignments, Field::Environment), ["prod"]);
}

#[test]
fn permissions_come_in_three_exports() {
    for (bytes, format) in [
        (&include_bytes!("data/System_Security_Permissions.csv")[..], "fo.security_permissions"),
        (include_bytes!("data/security_object_licenses_view.csv"), "fo.security_object_licenses"),
        (include_bytes!("data/RoleAccess.csv"), "fo.role_access"),
    ] {
        let read = read(bytes, "p.csv");
        assert_eq!(read.report.tables[0].format.as_deref(), Some(format));
        assert_eq!(codes(&read), [], "{format}");
        let permissions = |field| column(&read, TableKind::RolePermissions, field);
        assert_eq!(permissions(Field::RoleName)[0], "Accountant");
        assert_eq!(permissions(Field::Object)[0].to_lowercase(), "ledgerjournaltable3");
        assert_eq!(permissions(Field::Update)[0], "allow");
        assert_eq!(permissions(Field::Invoke)[0], "");
    }
    let view = read(include_bytes!("data/security_object_licenses_view.csv"), "p.csv");
    assert_eq!(
        column(&view, TableKind::RolePermissions, Field::License)[0],
        "Finance or Finance Premium"
    );
}

#[test]
fn active_users_of_both_layouts_feed_users_and_licences() {
    let new = read(include_bytes!("data/m365_active_users_new_semicolon_bom.csv"), "n.csv");
    assert_eq!(new.report.tables[0].feeds, [TableKind::Users, TableKind::AssignedLicenses]);
    assert_eq!(new.report.tables[0].rows_used, 3);
    let users = |field| column(&new, TableKind::Users, field);
    assert_eq!(users(Field::Enabled), ["true", "false", "false"]);
    assert_eq!(users(Field::AccountType), ["", "guest", ""]);
    assert_eq!(users(Field::Created)[0], "2021-05-23");
    assert_eq!(users(Field::UserId), users(Field::Upn));
    assert_eq!(
        column(&new, TableKind::AssignedLicenses, Field::License),
        [
            "Dynamics 365 Finance+Enterprise Mobility + Security E3+Microsoft 365 E3",
            "Dynamics 365 Operations \u{2013} Activity"
        ]
    );
    let old = read(include_bytes!("data/m365_active_users_old_utf8.csv"), "o.csv");
    assert_eq!(old.report.tables[0].format.as_deref(), Some("m365.active_users"));
    assert_eq!(
        column(&old, TableKind::AssignedLicenses, Field::License),
        [
            "Microsoft 365 E5 Developer (without Windows and Audio Conferencing)",
            "Dynamics 365 Team Members"
        ]
    );
    assert_eq!(column(&old, TableKind::Users, Field::Enabled), ["true", "false"]);
}

#[test]
fn a_softly_deleted_user_is_disabled_whatever_the_sign_in_says() {
    let read = csv("User principal name,Block credential,Licenses,Soft deletion time stamp\n\
         a@x.y,False,Unlicensed,2026-01-05 10:00:00Z\nb@x.y,False,Unlicensed,\nc@x.y,False,E3,0001-01-01\n");
    assert_eq!(column(&read, TableKind::Users, Field::Enabled), ["false", "true", "true"]);
    assert_eq!(batch(&read, TableKind::AssignedLicenses).len(), 1);
}

#[test]
fn concealed_names_reject_the_table_and_name_the_setting() {
    let read = csv("User principal name,Block credential,Licenses\n\
         0F2A6D0B0F2A6D0B0F2A6D0B0F2A6D0B,False,E3\nAF2A6D0B0F2A6D0B0F2A6D0B0F2A6D0C,False,E3\n");
    assert!(read.batches.is_empty());
    assert_eq!(codes(&read), [("SW134", 1)]);
    assert!(read.findings[0].code.help().contains("Display concealed names"));
    assert_eq!(ignored(&read), [("SW134".to_owned(), 3)]);
}

#[test]
fn warehouse_users_are_not_taken_for_users() {
    let read = read(include_bytes!("data/Warehouse_mobile_device_users.csv"), "w.csv");
    assert!(read.batches.is_empty());
    assert_eq!(codes(&read), [("SW126", 1)]);
    assert_eq!(ignored(&read), [("SW126".to_owned(), 3)]);
}
