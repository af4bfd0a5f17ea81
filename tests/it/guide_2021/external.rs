//! Additional licensing requirements: external users, multiplexing, indirect
//! access.

use super::crew;
use crate::tenants::Tenant;

/// Who acts for the customer is internal, wherever the account comes from:
/// contractors, agents, outsourced business processes.
#[test]
fn contractors_and_outsourcers_are_internal_users_whatever_their_account() {
    let answer = Tenant::new("2021-09")
        .users(
            "user_id,upn,account_type
            con,con@contoso.example,member
            out,jo_fabrikam.com#EXT#@contoso.example,
            gst,pat@fabrikam.example,guest
            ext,kim@customer.example,external",
        )
        .needs(
            "user_id,app
            con,Sales Enterprise\nout,Sales Enterprise\ngst,Sales Enterprise\next,Sales Enterprise",
        )
        .analyse();
    assert_eq!(answer.seats(), ["3 sales-enterprise base"]);
    assert_eq!(answer.user("ext").exempt, "external user");
}

/// Multiplexing: pooled connections through a non-interactive account reduce
/// nothing; each person behind it is licensed like one who signs in.
#[test]
fn people_behind_a_pooled_connection_need_licences_of_their_own() {
    let with = |people: &str| {
        Tenant::new("2021-09")
            .users(format!("user_id,account_type\nportal,service\nsal,member{people}"))
            .assignments("user_id,role_name\nportal,Accountant")
            .needs(format!(
                "user_id,app\nsal,Sales Enterprise{}",
                people.replace(",member", ",Sales Enterprise")
            ))
            .analyse()
    };
    let pool = with("");
    assert_eq!((pool.seats(), pool.cases("SW404")), (vec!["1 sales-enterprise base".into()], 1));
    let behind = with("\nann,member\nbob,member");
    assert_eq!(behind.seats(), ["3 sales-enterprise base"]);
    assert_eq!(behind.cases("SW404"), 1, "and the account is still told");
}

/// Multiplexing: somebody who only uses a portal or a script is listed by what
/// they need, with or without an account in the application.
#[test]
fn whoever_reaches_the_data_indirectly_counts_without_being_set_up_as_a_user() {
    let answer = Tenant::new("2021-09")
        .users("user_id\nsal")
        .needs("user_id,app\nsal,Sales Enterprise\nindirect@contoso.example,Customer Service Enterprise")
        .analyse();
    assert_eq!(answer.totals.people, 2);
    assert_eq!(answer.cases("SW203"), 1);
    assert_eq!(answer.licences("indirect@contoso.example"), ["customer-service-enterprise base"]);
}

/// Restricted tables, and Dual write: writing them takes the application's own
/// licence; a Power Apps licence does not suffice.
#[test]
fn writing_restricted_tables_takes_the_licence_of_their_application() {
    let holding = |licence: &str| {
        let answer = crew(1, &["ce.field-service"])
            .assigned(format!("user_id,license\nu01,{licence}"))
            .analyse();
        answer.user("u01").status.word()
    };
    assert_eq!(holding("Power Apps Premium"), "under-licensed");
    assert_eq!(holding("Field Service"), "fits");
}

/// Operations - Order Lines: an account through which systems bring records in
/// may be licensed by those instead; the people behind it are not.
#[test]
fn integration_accounts_may_be_licensed_by_order_lines() {
    let answer = Tenant::new("2021-09")
        .users("user_id,account_type\nedi,service\nsal,member")
        .assignments("user_id,role_name\nedi,Sales clerk")
        .needs("user_id,app\nsal,Sales Enterprise")
        .capacity("metric,value\norder_lines_year,40000")
        .analyse();
    let found = answer.findings.iter().find(|f| f.code.id() == "SW404").unwrap();
    assert!(found.message.contains("Order Lines"), "{}", found.message);
    let line = answer.capacity.iter().find(|line| line.capacity == "order-lines").unwrap();
    assert_eq!(line.to_buy("operations-order-lines"), 1);
    assert_eq!(answer.seats(), ["1 sales-enterprise base"]);
}
