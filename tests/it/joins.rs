//! Who is who, which role is meant, which price holds: the joins on which a
//! licence is counted once, twice or not at all.
//!
//! Edition 2021-09 unless said otherwise: an Accountant needs Finance, 180.

use seatwise::rulebook::Tier;

use crate::tenants::Tenant;

fn accountants(users: &str, assignments: &str) -> i64 {
    Tenant::new("2021-09").users(users).assignments(assignments).analyse().cost()
}

// ------------------------------------------------------------- people ----

#[test]
fn a_service_account_of_a_person_does_not_exempt_the_person() {
    let users = "
        user_id,email,account_type
        ann,ann@a.example,member
        svc,ann@a.example,service";
    assert_eq!(accountants(users, "user_id,role_name\nann,Accountant"), 180);
}

#[test]
fn a_group_with_a_persons_address_is_not_that_person() {
    let users = "
        user_id,email,account_type
        ann,desk@a.example,member
        desk,desk@a.example,group";
    assert_eq!(accountants(users, "user_id,role_name\nann,Accountant"), 180);
}

#[test]
fn placeholders_for_an_address_or_an_object_id_join_nobody() {
    let users = "
        user_id,email,object_id
        ann,n/a,00000000-0000-0000-0000-000000000000
        bob,n/a,00000000-0000-0000-0000-000000000000
        cat,-,";
    let roles = "user_id,role_name\nann,Accountant\nbob,Accountant\ncat,Accountant";
    assert_eq!(accountants(users, roles), 3 * 180);
}

#[test]
fn a_mailbox_of_a_whole_team_joins_nobody_and_is_a_finding() {
    let answer = Tenant::new("2021-09")
        .users(
            "user_id,email\na,desk@a.example\nb,desk@a.example\nc,desk@a.example\nd,desk@a.example",
        )
        .assignments("user_id,role_name\na,Accountant\nb,Accountant\nc,Accountant\nd,Accountant")
        .analyse();
    assert_eq!(answer.cost(), 4 * 180);
    assert_eq!(answer.cases("SW215"), 1);
}

#[test]
fn an_address_with_the_prefix_of_a_user_list_is_the_same_address() {
    let users = "user_id,email\nann,ann@a.example\nann2,MAIL#ann@a.example";
    let roles = "user_id,role_name\nann,Accountant\nann2,Accountant";
    assert_eq!(accountants(users, roles), 180);
}

#[test]
fn one_user_id_of_two_people_is_two_people() {
    let users = "
        user_id,upn,environment
        klarsen,kari@a.example,no
        klarsen,karl@a.example,se";
    let roles = "
        user_id,role_name,environment
        klarsen,Accountant,no
        klarsen,Accountant,se";
    assert_eq!(accountants(users, roles), 2 * 180);
}

#[test]
fn a_deleted_account_beside_a_live_one_does_not_block_it() {
    let users = "
        user_id,object_id,enabled
        ann@a.example,11111111-aaaa-4bbb-8ccc-000000000001,yes
        ann@a.example,11111111-aaaa-4bbb-8ccc-000000000002,no";
    assert_eq!(accountants(users, "user_id,role_name\nann@a.example,Accountant"), 180);
}

#[test]
fn an_account_disabled_in_one_environment_works_on_in_another() {
    let users = "
        user_id,upn,environment,enabled
        ann,ann@a.example,a,no
        ann,ann@a.example,b,yes";
    assert_eq!(accountants(users, "user_id,role_name\nann,Accountant"), 180);
    assert_eq!(accountants(users, "user_id,role_name,environment\nann,Accountant,b"), 180);
    assert_eq!(accountants(users, "user_id,role_name,environment\nann,Accountant,a"), 0);
}

#[test]
fn an_account_of_another_environment_is_never_meant() {
    let users = "user_id,environment,enabled\nklarsen,a,no\nbob,b,yes";
    let answer = Tenant::new("2021-09")
        .users(users)
        .assignments("user_id,role_name,environment\nklarsen,Accountant,b")
        .analyse();
    assert_eq!(answer.cost(), 180);
    assert_eq!(answer.cases("SW203"), 1, "the person is nowhere listed");
}

// -------------------------------------------------------------- roles ----

#[test]
fn a_custom_role_that_borrows_the_administrators_name_is_what_its_rows_say() {
    let answer = Tenant::new("2021-09")
        .users("user_id\nann")
        .assignments("user_id,role_id,role_name\nann,CUST_ADM,System administrator")
        .permissions(
            "role_id,role_name,object,update,license
            CUST_ADM,System administrator,LedgerJournal,Allow,Finance",
        )
        .analyse();
    assert_eq!(answer.cost(), 180);
}

#[test]
fn a_role_is_the_copy_of_its_environment() {
    let answer = Tenant::new("2021-09")
        .users("user_id,upn,environment\nann,ann@a.example,a\nbob,bob@a.example,b")
        .assignments("user_id,role_id,environment\nann,X,a\nbob,X,b")
        .permissions(
            "role_id,object,update,license,environment
            X,One,Allow,Team Members,a
            X,One,Allow,Finance,b",
        )
        .analyse();
    assert_eq!(answer.user("ann").tier, Tier::TeamMembers);
    assert_eq!(answer.user("bob").tier, Tier::Full);
}

#[test]
fn a_deny_of_one_environment_takes_nothing_away_in_another() {
    let answer = Tenant::new("2021-09")
        .users("user_id,upn,environment\nann,ann@a.example,a\nann2,ann@a.example,b")
        .assignments("user_id,role_id,environment\nann,Brake,a\nann2,Editor,b")
        .permissions(
            "role_id,object,read,update,license
            Brake,One,Deny,Deny,Finance
            Editor,One,Allow,Allow,Finance",
        )
        .analyse();
    assert_eq!(answer.cost(), 180);
}

#[test]
fn a_row_that_grants_nothing_does_not_stand_in_for_the_role_table() {
    let answer = Tenant::new("2021-09")
        .users("user_id\nann")
        .assignments("user_id,role_id\nann,LedgerAccountant")
        .permissions(
            "role_id,object,read,update,license
            LedgerAccountant,One,Allow,Allow,
            LedgerAccountant,Two,Unset,Unset,Team Members",
        )
        .analyse();
    assert_eq!(answer.cost(), 180);
}

#[test]
fn objects_of_one_name_and_two_types_are_two_objects() {
    let tenant = |kind: &str| {
        Tenant::new("2021-09")
            .users("user_id\nann")
            .assignments("user_id,role_id\nann,X")
            .permissions(format!("role_id,object,object_type,update\nX,Post,{kind},Allow"))
            .menu_items(
                "object,object_type,maintain_license
                Post,MenuItemDisplay,Universal
                Post,MenuItemAction,Enterprise",
            )
            .analyse()
    };
    assert_eq!(tenant("MenuItemAction").user("ann").tier, Tier::Full);
    assert_eq!(tenant("Menu item display").user("ann").tier, Tier::TeamMembers);
    assert_eq!(tenant("").user("ann").tier, Tier::Full, "the dearest, where nobody says which");
}

#[test]
fn a_licence_that_no_user_holds_is_no_need() {
    for name in ["Dynamics 365 Operations - Device", "Dynamics 365 Customer Voice"] {
        let answer = Tenant::new("2021-09")
            .users("user_id\nann")
            .needs(format!("user_id,app\nann,{name}"))
            .analyse();
        assert_eq!(answer.cost(), 0, "{name}");
        assert_eq!(answer.cases("SW407"), 1, "{name}");
    }
}

// ------------------------------------------------------------- prices ----

fn accountant_at(prices: &str) -> i64 {
    Tenant::new("2021-09")
        .users("user_id\nann")
        .assignments("user_id,role_name\nann,Accountant")
        .prices(prices)
        .analyse()
        .cost()
}

#[test]
fn the_base_is_the_dearest_at_the_customers_own_prices_too() {
    // At list price Supply Chain Management could carry Finance as attach.
    assert_eq!(accountant_at("license,price\nDynamics 365 Finance,215"), 215);
}

#[test]
fn a_base_bought_for_its_attach_prices_alone_needs_verified_pairs() {
    let answer = Tenant::new("2021-09")
        .users("user_id\nann")
        .assignments("user_id,role_name\nann,Recruiter\nann,Project accountant")
        .analyse();
    // Sales Premium with two unverified attaches would be 195.
    assert!(!answer.seats().iter().any(|seat| seat.contains("sales")), "{:?}", answer.seats());
}

#[test]
fn of_two_prices_from_the_same_day_the_dearer_counts_and_is_a_finding() {
    let answer = Tenant::new("2021-09")
        .users("user_id\nann")
        .assignments("user_id,role_name\nann,Accountant")
        .prices("license,price\nDynamics 365 Finance,150\nDynamics 365 Finance,160")
        .analyse();
    assert_eq!((answer.cost(), answer.cases("SW306")), (160, 1));
}

#[test]
fn a_price_for_another_term_is_not_the_yearly_one() {
    assert_eq!(accountant_at("license,price,term\nDynamics 365 Finance,150,P3Y"), 180);
    assert_eq!(accountant_at("license,price,term\nDynamics 365 Finance,150,P1Y"), 150);
}

// ------------------------------------------------------------ devices ----

#[test]
fn what_a_second_row_says_of_a_device_counts() {
    let answer = Tenant::new("2021-09")
        .users("user_id\nann\nbob")
        .assignments("user_id,role_name\nann,Warehouse worker\nbob,Warehouse worker")
        .devices("device_id,kind,dedicated\nd1,warehouse,\nd1,warehouse,no")
        .usage("device_id,user_id\nd1,ann\nd1,bob")
        .analyse();
    assert_eq!(answer.cost(), 100, "the device is not dedicated");
}

#[test]
fn one_user_id_with_two_mail_addresses_and_no_environment_is_two_people() {
    let users = "user_id,email\nklarsen,kari@a.example\nklarsen,karl@a.example";
    let answer = Tenant::new("2021-09")
        .users(users)
        .assignments("user_id,role_name\nkari@a.example,Accountant\nkarl@a.example,Accountant")
        .analyse();
    assert_eq!(answer.cost(), 2 * 180);
}

#[test]
fn assignments_of_which_none_names_a_listed_user_are_an_error() {
    let roles: String = (1..=4).map(|n| format!("x{n},Accountant\nx{n},System user\n")).collect();
    let answer = Tenant::new("2021-09")
        .users("user_id\nann\nbob")
        .assignments(format!("user_id,role_name\n{roles}"))
        .analyse();
    assert_eq!(answer.cases("SW210"), 8, "the files are probably of two tenants");
}
