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

// ------------------------------------------------- exports of vendors ----

#[test]
fn who_holds_a_role_holds_its_sub_roles_and_theirs() {
    let answer = Tenant::new("2021-09")
        .users("user_id\nann")
        .assignments("user_id,role_id,role_name\nann,CHIEF,Chief")
        .roles(
            "role_id,role_name,sub_role_id,sub_role
            CHIEF,Chief,DEPUTY,Deputy
            DEPUTY,Deputy,CHIEF,Chief
            DEPUTY,Deputy,,Accountant",
        )
        .analyse();
    assert_eq!(answer.cost(), 180);
    assert_eq!(answer.cases("SW401"), 0, "the roles in between are known by what they contain");
}

#[test]
fn a_licence_type_of_the_role_table_decides_where_nothing_else_does() {
    let tenant = |roles: &str| {
        Tenant::new("2021-09")
            .users("user_id\nann")
            .assignments("user_id,role_name\nann,Made up clerk")
            .roles(roles)
            .analyse()
            .user("ann")
            .tier
    };
    assert_eq!(tenant("role_name,license\nMade up clerk,Team Members"), Tier::TeamMembers);
    assert_eq!(
        tenant("role_name,license\nMade up clerk,Finance\nMade up clerk,Team Members"),
        Tier::TeamMembers,
        "several are alternatives"
    );
}

#[test]
fn what_the_vendor_computes_counts_only_where_the_files_say_nothing() {
    let answer = Tenant::new("2021-09")
        .users("user_id\nann\nbob\ncat\ndan")
        .assignments("user_id,role_name\nann,Accountant\nbob,Made up clerk")
        .needs(
            "user_id,app,basis
            ann,Human Resources,computed
            bob,Team Members,computed
            cat,\"Finance, Human Resources\",computed
            dan,Finance or Supply Chain Management,computed",
        )
        .analyse();
    assert_eq!(answer.licences("ann"), ["finance base"], "her roles are known");
    assert_eq!(answer.licences("bob"), ["team-members additional"], "his role is not");
    assert_eq!(answer.licences("cat").len(), 2, "a list means all of it");
    assert_eq!(answer.licences("dan").len(), 1);
}

#[test]
fn a_list_that_does_not_say_whether_an_account_is_enabled_does_not_enable_it() {
    let answer = Tenant::new("2021-09")
        .users("user_id,upn,enabled\nann,ann@a.example,no")
        .users("user_id,name\nann,Ann\nann@a.example,Ann")
        .assignments("user_id,role_name\nann,Accountant")
        .analyse();
    assert_eq!(answer.cost(), 0);
}

#[test]
fn a_user_disabled_in_one_application_is_not_blocked_in_the_directory() {
    let users = "
        user_id,upn,record_id,enabled
        ann,ann@a.example,,yes
        ann@a.example,ann@a.example,77777777-0000-4000-8000-000000000001,no";
    assert_eq!(accountants(users, "user_id,role_name\nann,Accountant"), 180);
}

#[test]
fn an_assignment_may_name_the_record_of_an_account() {
    let answer = Tenant::new("2021-09")
        .users("user_id,record_id\nann@a.example,77777777-0000-4000-8000-000000000001")
        .assignments("user_id,role_name\n77777777-0000-4000-8000-000000000001,Accountant")
        .analyse();
    assert_eq!((answer.cost(), answer.cases("SW203")), (180, 0));
}

#[test]
fn of_a_subscription_billed_every_month_the_latest_period_counts() {
    let answer = Tenant::new("2021-09")
        .users("user_id\nann")
        .assignments("user_id,role_name\nann,Accountant")
        .subscriptions(
            "license,quantity,subscription_id,as_of
            Finance,5,s1,2026-08-31
            Finance,1,s1,2026-09-30
            Finance,1,,2026-08-31",
        )
        .analyse();
    assert_eq!(answer.cases("SW605"), 1, "two owned, one needed");
    assert_eq!(answer.cases("SW218"), 1);
}

#[test]
fn a_price_billed_yearly_wins_over_one_billed_monthly_and_says_so() {
    let prices = "license,price,term,billing,valid_from
        Dynamics 365 Finance,150,P1Y,Annual,2026-01-01
        Dynamics 365 Finance,157.5,P1Y,Monthly,2026-02-01
        Dynamics 365 Finance,190,P1M,Monthly,2026-02-01";
    assert_eq!(accountant_at(prices), 150);
}

#[test]
fn a_price_that_begins_after_the_renewal_does_not_count() {
    let answer = Tenant::new("2021-09")
        .renewal("2026-06-30")
        .users("user_id\nann")
        .assignments("user_id,role_name\nann,Accountant")
        .prices(
            "license,price,valid_from
            Dynamics 365 Finance,150,2026-01-01
            Dynamics 365 Finance,170,2026-07-01",
        )
        .analyse();
    assert_eq!((answer.cost(), answer.cases("SW306")), (150, 1));
}
