//! The licensing guides' own sentences, one test each.
//!
//! S17 is the guide of July 2017 (with its page), S21 that of September 2021
//! (with its chapter). Prices are those of the shipped editions; they are part
//! of the expectation because the cheapest lawful answer depends on them.

use seatwise::rulebook::{DevicePolicy, Program, Tier};

use crate::tenants::{Answer, Tenant, UnknownRoles, ids, rows, usd};

/// What S17 p.45 says of one menu item: posting a service order is an
/// Operations action, the rest of the technician's work is not.
const SERVICE_ORDERS: &str = "
    object,view_license,maintain_license
    SMAServiceOrderTable,Universal,Universal
    SMAServiceOrderPost,Universal,Enterprise";

// ------------------------------------------------ menu items and roles ----

/// S17 p.45.
#[test]
fn of_twenty_field_technicians_five_may_post_service_orders_and_fifteen_stay_team_members() {
    let answer = Tenant::new("2017-07")
        .users(ids("user_id", "t", 20))
        .assignments(rows("user_id,role_name", "t", 20, ",Field service technician"))
        .menu_items(SERVICE_ORDERS)
        .own_permissions(rows("user_id,object,invoke", "t", 5, ",SMAServiceOrderPost,Allow"))
        .analyse();
    assert_eq!(answer.seats(), ["15 team-members additional", "5 unified-operations-plan base"]);
    assert_eq!(answer.cost(), 15 * 8 + 5 * 190);
    assert_eq!(answer.licences("t05"), ["unified-operations-plan base"]);
    assert_eq!(answer.licences("t06"), ["team-members additional"]);
    let driver = answer.user("t05").driver.clone().unwrap();
    assert_eq!(
        (driver.role.as_str(), driver.object.as_str()),
        ("(own permission)", "SMAServiceOrderPost")
    );
}

/// S17 p.45.
#[test]
fn a_menu_item_given_to_one_person_lifts_that_person_alone() {
    let answer = Tenant::new("2017-07")
        .users("user_id\nann\nbob")
        .assignments(
            "user_id,role_name\nann,Field service technician\nbob,Field service technician",
        )
        .menu_items(SERVICE_ORDERS)
        .own_permissions("user_id,object,invoke\nann,SMAServiceOrderPost,Allow")
        .analyse();
    assert_eq!(answer.user("ann").tier, Tier::Full);
    assert_eq!(answer.user("bob").tier, Tier::TeamMembers);
}

/// S17 p.45.
#[test]
fn a_role_given_one_higher_menu_item_lifts_all_its_users() {
    let answer = Tenant::new("2017-07")
        .users(ids("user_id", "t", 20))
        .assignments(rows("user_id,role_name", "t", 20, ",Field service technician"))
        .menu_items(SERVICE_ORDERS)
        .permissions(
            "role_name,object,read,update,invoke
            Field service technician,SMAServiceOrderTable,Allow,Allow,
            Field service technician,SMAServiceOrderPost,,,Allow",
        )
        .analyse();
    assert_eq!(answer.seats(), ["20 unified-operations-plan base"]);
    assert_eq!(answer.cases("SW405"), 1, "the role is a standard role that was customised");
}

/// S17 p.45.
#[test]
fn whoever_holds_several_roles_needs_one_licence_that_of_the_highest() {
    let answer = Tenant::new("2017-07")
        .users("user_id\nann\nbob\ncat")
        .assignments(
            "user_id,role_name
            ann,Field service technician
            ann,Customer service representative
            bob,Customer service representative
            cat,Field service technician
            cat,Accountant",
        )
        .analyse();
    assert_eq!(answer.licences("ann").len(), 1);
    assert_eq!(answer.licences("ann"), answer.licences("bob"));
    assert_eq!(answer.licences("cat"), ["unified-operations-plan base"]);
}

/// The same example as the guide classifies it there: the representative. (Its
/// own table on p.41 has an Activity role of that name.)
#[test]
fn a_representative_at_operations_level_and_a_technician_together_need_the_plan() {
    let answer = Tenant::new("2017-07")
        .users("user_id\nann")
        .assignments("user_id,role_name\nann,Field Technician\nann,Customer Service Rep")
        .permissions(
            "role_name,object,license
            Field Technician,SMAServiceOrderTable,Team Members
            Customer Service Rep,SalesTable,Operations",
        )
        .analyse();
    assert_eq!(answer.licences("ann"), ["unified-operations-plan base"]);
    assert_eq!(answer.user("ann").driver.clone().unwrap().role, "Customer Service Rep");
}

/// S17 p.45 and p.46.
#[test]
fn menu_items_at_or_below_a_licence_come_with_it() {
    let permissions = "
        role_name,object,license
        Light,ExpenseEntry,Universal
        Middle,ShipmentConfirm,Activity
        Heavy,LedgerPost,Enterprise";
    let answer = Tenant::new("2017-07")
        .users("user_id\nann\nbob\ncat")
        .assignments(
            "user_id,role_name
            ann,Light
            bob,Light
            bob,Middle
            cat,Light
            cat,Middle
            cat,Heavy",
        )
        .permissions(permissions)
        .analyse();
    assert_eq!(answer.licences("ann"), ["team-members additional"]);
    assert_eq!(answer.licences("bob"), ["operations-activity additional"]);
    assert_eq!(answer.licences("cat"), ["unified-operations-plan base"]);
}

/// S17 p.46: an object has one type for display and view, another for
/// maintaining.
#[test]
fn read_alone_takes_the_view_licence_and_anything_more_the_maintain_licence() {
    let answer = Tenant::new("2017-07")
        .users("user_id\nread\nupdate\ncreate\ndelete\ncorrect\ninvoke")
        .assignments(
            "user_id,role_name
            read,R\nupdate,U\ncreate,C\ndelete,D\ncorrect,O\ninvoke,I",
        )
        .permissions(
            "role_name,object,read,update,create,delete,correct,invoke
            R,CustTable,Allow,,,,,
            U,CustTable,Allow,Allow,,,,
            C,CustTable,Allow,,Allow,,,
            D,CustTable,Allow,,,Allow,,
            O,CustTable,Allow,,,,Allow,
            I,CustTable,,,,,,Allow",
        )
        .menu_items("object,view_license,maintain_license\nCustTable,Universal,Enterprise")
        .analyse();
    assert_eq!(answer.user("read").tier, Tier::TeamMembers);
    for more in ["update", "create", "delete", "correct", "invoke"] {
        assert_eq!(answer.user(more).tier, Tier::Full, "{more}");
    }
}

#[test]
fn a_denied_access_is_not_granted_by_the_same_row_or_by_another_role() {
    let answer = Tenant::new("2017-07")
        .users("user_id\nann\nbob\ncat\ndan")
        .assignments(
            "user_id,role_name
            ann,Editor
            bob,Editor
            bob,Brake
            cat,Reader
            dan,Editor
            dan,Wall",
        )
        .permissions(
            "role_name,object,read,update
            Editor,CustTable,Allow,Allow
            Brake,CustTable,Allow,Deny
            Reader,CustTable,Allow,Deny
            Wall,CustTable,Deny,Deny",
        )
        .menu_items("object,view_license,maintain_license\nCustTable,Universal,Enterprise")
        .analyse();
    assert_eq!(answer.user("ann").tier, Tier::Full);
    assert_eq!(answer.user("bob").tier, Tier::TeamMembers, "Brake takes the update away");
    assert_eq!(answer.user("cat").tier, Tier::TeamMembers);
    assert_eq!(answer.user("dan").tier, Tier::None, "Wall takes everything away");
    assert!(answer.cases("SW408") > 0);
}

/// S17 p.46.
#[test]
fn a_custom_menu_item_without_a_licence_is_a_finding() {
    let answer = Tenant::new("2017-07")
        .users("user_id\nann\nbob")
        .assignments("user_id,role_name\nann,Crew\nbob,Crew")
        .permissions(
            "role_name,object,license
            Crew,CrewRoster,Universal
            Crew,XYZCustomThing,",
        )
        .analyse();
    assert_eq!(answer.cases("SW402"), 2, "two people hold it");
    let finding = answer.findings.iter().find(|f| f.code.id() == "SW402").unwrap();
    assert_eq!(finding.subject, "XYZCustomThing");
    assert_eq!(answer.user("ann").tier, Tier::TeamMembers);
}

#[test]
fn a_role_is_known_by_its_identifier_in_any_case_whatever_its_name() {
    let answer = Tenant::new("2017-07")
        .users("user_id\nann\nbob")
        .assignments(
            "user_id,role_id,role_name
            ann,LEDGERACCOUNTANT,Buchhalter
            bob,smafieldservicetechnician,Techniker",
        )
        .analyse();
    assert_eq!(answer.licences("ann"), ["unified-operations-plan base"]);
    assert_eq!(answer.licences("bob"), ["team-members additional"]);
    assert_eq!(answer.cases("SW401"), 0);
}

#[test]
fn an_unknown_role_needs_what_the_option_says() {
    let under = |unknown| {
        Tenant::new("2021-09")
            .users("user_id\nann\nbob")
            .assignments("user_id,role_name\nann,Zebra wrangler\nbob,Zebra wrangler")
            .unknown_roles(unknown)
            .analyse()
    };
    let full = under(UnknownRoles::Full);
    assert_eq!((full.user("ann").tier, full.cost()), (Tier::Full, 2 * 120));
    assert_eq!(full.totals.unknown_role_cents, full.totals.plan_cents);
    let light = under(UnknownRoles::TeamMembers);
    assert_eq!(light.seats(), ["2 team-members additional"]);
    assert_eq!(light.totals.unknown_role_cents, light.totals.plan_cents);
    let none = under(UnknownRoles::Ignore);
    assert_eq!((none.user("ann").tier, none.cost()), (Tier::None, 0));
    for answer in [full, light, none] {
        assert!(answer.cases("SW401") > 0, "an unknown role is always a finding");
    }
}

// ------------------------------------------------------------- who counts ----

#[test]
fn disabled_assignments_and_disabled_accounts_count_nothing() {
    let answer = Tenant::new("2021-09")
        .users("user_id,enabled\nann,true\nbob,false\ncat,true")
        .assignments(
            "user_id,role_name,status
            ann,Accountant,Disabled
            bob,Accountant,Enabled
            cat,Accountant,Enabled",
        )
        .analyse();
    assert_eq!(answer.seats(), ["1 finance base"]);
    assert_eq!(answer.licences("cat"), ["finance base"]);
    assert!(answer.licences("ann").is_empty() && answer.licences("bob").is_empty());
}

/// A person is licensed once per tenant, whatever accounts and environments
/// they have.
#[test]
fn the_same_person_in_two_environments_counts_once() {
    let answer = Tenant::new("2021-09")
        .users(
            "user_id,upn,environment
            ANN,ann@contoso.example,prod
            ANN2,Ann@Contoso.example,test
            BOB,bob@contoso.example,prod",
        )
        .assignments(
            "user_id,role_name,environment
            ANN,Budget contributor,prod
            ANN2,Accountant,test
            BOB,Budget contributor,prod",
        )
        .analyse();
    assert_eq!((answer.totals.accounts, answer.totals.people), (3, 2));
    assert_eq!(answer.seats(), ["1 team-members additional", "1 finance base"]);
    assert_eq!(answer.licences("ANN"), ["finance base"]);
    assert_eq!(answer.user("ANN").environments, ["prod", "test"]);
}

/// S17 p.2 and p.4, S21: external users need none. A guest account may belong
/// to a contractor, who does.
#[test]
fn groups_services_and_external_users_need_no_licence_but_guests_do() {
    for edition in ["2017-07", "2021-09"] {
        let answer = Tenant::new(edition)
            .users(
                "user_id,account_type
                grp,group\nsvc,service\next,external\ngst,guest\nmem,member",
            )
            .assignments(
                "user_id,role_name
                grp,Accountant\nsvc,Accountant\next,Accountant\ngst,Accountant\nmem,Accountant",
            )
            .analyse();
        for none in ["grp", "svc", "ext"] {
            assert!(answer.licences(none).is_empty(), "{edition} {none}");
            assert!(!answer.user(none).exempt.is_empty(), "{edition} {none}");
        }
        for one in ["gst", "mem"] {
            assert_eq!(answer.licences(one).len(), 1, "{edition} {one}");
        }
        assert_eq!(answer.cases("SW404"), 1, "multiplexing does not reduce licences");
    }
}

/// S17 p.3.
#[test]
fn a_shared_login_needs_a_licence_for_each_of_its_people() {
    let users = "user_id,account_type,headcount\ntill,shared,9";
    let roles = "user_id,role_name\ntill,Cashier";
    let answer = Tenant::new("2021-09").users(users).assignments(roles).analyse();
    assert_eq!(answer.totals.people, 9);
    assert_eq!(answer.seats(), ["9 operations-activity additional"]);
    let answer = Tenant::new("2021-09")
        .users(users)
        .assignments(roles)
        .devices("device_id,kind,login\nR1,pos,shared")
        .usage("device_id,user_id\nR1,till")
        .analyse();
    assert_eq!(answer.seats(), ["1 operations-device device"]);
}

/// S17 p.44 lists the role under the plan; S21, Overview.
#[test]
fn system_administrators_need_a_licence_in_2017_and_none_in_2021() {
    let under = |edition| {
        Tenant::new(edition)
            .users("user_id\nroot")
            .assignments("user_id,role_id,role_name\nroot,-SYSADMIN-,System administrator")
            .analyse()
    };
    assert_eq!(under("2017-07").licences("root"), ["unified-operations-plan base"]);
    let later = under("2021-09");
    assert_eq!((later.licences("root").len(), later.cost()), (0, 0));
    assert_eq!(later.cases("SW409"), 1);
}

// ------------------------------------------------------- licences of 2017 ----

/// S17 p.11.
#[test]
fn finance_and_operations_cannot_be_bought_alone_in_2017() {
    let answer = Tenant::new("2017-07")
        .users("user_id\nann\nbob\ncat")
        .assignments(
            "user_id,role_name
            ann,Accountant\nbob,Retail merchandising manager\ncat,Recruiter",
        )
        .analyse();
    assert_eq!(answer.licences("ann"), ["unified-operations-plan base"]);
    assert_eq!(answer.licences("bob"), ["retail base"]);
    assert_eq!(answer.licences("cat"), ["talent additional"]);
}

/// S17 p.13: the plan holds the four applications.
#[test]
fn the_customer_engagement_plan_is_cheaper_than_two_single_applications() {
    let answer = Tenant::new("2017-07")
        .users("user_id\none\ntwo\nfour")
        .needs(
            "user_id,app
            one,Sales
            two,Sales\ntwo,Customer Service
            four,Sales\nfour,Customer Service\nfour,Field Service\nfour,Project Service Automation",
        )
        .analyse();
    assert_eq!(answer.licences("one"), ["sales base"]);
    assert_eq!(answer.licences("two"), ["customer-engagement-plan base"]);
    assert_eq!(answer.licences("four"), ["customer-engagement-plan base"]);
    assert_eq!(answer.cost(), 95 + 115 + 115);
}

/// S17 p.15: the Dynamics 365 Plan holds both plans.
#[test]
fn full_work_in_both_families_takes_the_dynamics_365_plan() {
    let answer = Tenant::new("2017-07")
        .users("user_id\nann\nbob")
        .assignments("user_id,role_name\nann,Accountant\nbob,Warehouse worker")
        .needs("user_id,app\nann,Sales\nbob,Sales")
        .analyse();
    assert_eq!(answer.licences("ann"), ["dynamics-365-plan base"]);
    let both = ["operations-activity additional", "sales base"];
    assert_eq!(answer.licences("bob"), both, "145 together, the plan 210");
}

/// S17 p.33; S21, Additional user access, names the data of all applications.
#[test]
fn one_team_members_licence_covers_all_applications_of_a_tenant() {
    for edition in ["2017-07", "2021-09"] {
        let answer = Tenant::new(edition)
            .users("user_id\nann")
            .assignments("user_id,role_name\nann,Budget contributor\nann,Retail warehouse clerk\nann,Employee")
            .needs("user_id,app\nann,Team Members")
            .analyse();
        assert_eq!(answer.seats(), ["1 team-members additional"], "{edition}");
        assert_eq!(answer.cost(), 8, "{edition}");
    }
}

/// S17 p.7; S21.
#[test]
fn additional_users_need_at_least_one_full_user_beside_them() {
    for edition in ["2017-07", "2021-09"] {
        let light = || {
            Tenant::new(edition)
                .users("user_id\nann")
                .assignments("user_id,role_name\nann,Budget contributor")
        };
        let alone = light().whole().analyse();
        let full = alone.plan.iter().filter(|line| line.kind.word() == "base");
        assert_eq!(full.map(|line| line.quantity).sum::<u64>(), 1);
        assert!(alone.cost() > light().analyse().cost());
        let beside = Tenant::new(edition)
            .users("user_id\nann\nbob")
            .assignments("user_id,role_name\nann,Budget contributor")
            .needs("user_id,app\nbob,Sales")
            .whole()
            .analyse();
        assert_eq!(beside.check("full-user").result, "met");
        assert_eq!(beside.cost(), 8 + 95, "the full user is there already");
    }
}

// ---------------------------------------------------------------- minimums ----

/// Ten accountants, and scanners each shared by two warehouse workers: a
/// device licence (75) is cheaper than two Activity licences (100).
fn ten_accountants_and_scanners(scanners: usize) -> Answer {
    let (mut users, mut roles) =
        (ids("user_id", "a", 10), rows("user_id,role_name", "a", 10, ",Accountant"));
    let (mut devices, mut usage) =
        (String::from("device_id,kind,dedicated\n"), String::from("device_id,user_id\n"));
    for n in 1..=scanners {
        devices.push_str(&format!("S{n:02},warehouse,yes\n"));
        for shift in ["early", "late"] {
            users.push_str(&format!("{shift}{n:02}\n"));
            roles.push_str(&format!("{shift}{n:02},Warehouse worker\n"));
            usage.push_str(&format!("S{n:02},{shift}{n:02}\n"));
        }
    }
    let answer = Tenant::new("2017-07")
        .whole()
        .users(users)
        .assignments(roles)
        .devices(devices)
        .usage(usage)
        .analyse();
    let device = format!("{scanners} operations-device device");
    assert_eq!(answer.seats(), ["10 unified-operations-plan base", &device]);
    answer
}

/// S17 p.14.
#[test]
fn ten_plan_seats_and_twenty_five_devices_meet_the_minimum_of_twenty() {
    let answer = ten_accountants_and_scanners(25);
    let check = answer.check("operations-20");
    assert_eq!((check.result.as_str(), check.cents.0), ("met", 0));
    assert_eq!(answer.check("csp-20").result, "does not apply");
    assert_eq!(answer.cases("SW510"), 0);
}

/// S17 p.14.
#[test]
fn talent_and_plan_seats_reach_the_minimum_of_five_together_but_not_in_csp() {
    let under = |program| {
        Tenant::new("2017-07")
            .whole()
            .program(program)
            .users(ids("user_id", "a", 20) + &ids("", "r", 4))
            .assignments(
                rows("user_id,role_name", "a", 20, ",Accountant") + &rows("", "r", 4, ",Recruiter"),
            )
            .analyse()
    };
    let ea = under(Program::Ea);
    assert_eq!(ea.seats(), ["4 talent additional", "20 unified-operations-plan base"]);
    assert_eq!(ea.check("talent-5").result, "met");
    let csp = under(Program::Csp);
    assert_eq!(csp.seats(), ["5 talent additional", "20 unified-operations-plan base"]);
}

/// What must be bought is part of what it costs: nine full users need eleven
/// seats more, which serve eleven of thirteen Team Members people. Project
/// Operations (120) is the cheapest licence that counts.
#[test]
fn seats_bought_only_to_reach_a_minimum_are_in_the_plan_and_serve_lighter_users() {
    let answer = Tenant::new("2021-09")
        .whole()
        .users(ids("user_id", "u", 22))
        .assignments(
            rows("user_id,role_name", "u", 9, ",Accountant")
                + &(10..=22).map(|n| format!("u{n},Budget contributor\n")).collect::<String>(),
        )
        .analyse();
    assert_eq!(
        answer.seats(),
        ["2 team-members additional", "11 project-operations base", "9 finance base"]
    );
    assert_eq!(answer.cost(), 2_956);
    assert_eq!(answer.check("operations-20").result, "met");
}

// --------------------------------------------------------- base and attach ----

/// S21, Base licenses.
#[test]
fn a_person_with_three_applications_takes_one_base_and_two_attaches() {
    let answer = Tenant::new("2021-09")
        .users("user_id\nann")
        .needs("user_id,app\nann,Sales Enterprise\nann,Finance\nann,Customer Service Enterprise")
        .analyse();
    let mut licences = answer.licences("ann");
    licences.sort();
    assert_eq!(
        licences,
        ["customer-service-enterprise attach", "finance base", "sales-enterprise attach"]
    );
    assert_eq!(answer.cost(), 180 + 20 + 20);
}

#[test]
fn the_base_is_the_dearest_licence_of_its_user() {
    let answer = Tenant::new("2021-09")
        .users("user_id\nann")
        .needs("user_id,app\nann,Sales Enterprise\nann,Finance")
        .analyse();
    assert_eq!(answer.seats(), ["1 finance base", "1 sales-enterprise attach"]);
    assert_eq!(answer.cost(), 200);
}

/// S21.
#[test]
fn customer_service_professional_attaches_to_finance_and_to_commerce() {
    let answer = Tenant::new("2021-09")
        .users("user_id\nann\nbob")
        .needs(
            "user_id,app
            ann,Finance\nann,Customer Service Professional
            bob,Commerce\nbob,Customer Service Professional",
        )
        .analyse();
    assert_eq!(
        answer.seats(),
        ["1 finance base", "1 commerce base", "2 customer-service-professional attach"]
    );
    assert_eq!(answer.cases("SW304"), 0, "both pairs stand in the guide");
}

/// S21.
#[test]
fn guides_is_never_an_attach() {
    let answer = Tenant::new("2021-09")
        .users("user_id\nann")
        .needs("user_id,app\nann,Finance\nann,Guides")
        .analyse();
    assert_eq!(answer.seats(), ["1 finance base", "1 guides base"]);
    assert_eq!(answer.cost(), 180 + 65);
}

/// S21, Sales Insights.
#[test]
fn sales_insights_needs_sales_enterprise_and_never_sales_professional() {
    let needs = "
        user_id,app
        ent,Sales Enterprise\nent,Sales Insights
        pro,Sales Professional\npro,Sales Insights
        mrs,Relationship Sales Plus\nmrs,Sales Insights";
    let tenant = || Tenant::new("2021-09").users("user_id\nent\npro\nmrs").needs(needs);
    let answer = tenant().analyse();
    assert_eq!(answer.licences("ent"), ["sales-premium base"], "135 against 95 + 50");
    assert_eq!(answer.licences("pro"), ["sales-premium base"], "65 + 50 is not lawful");
    let mrs = ["relationship-sales-plus base", "sales-insights add-on"];
    assert_eq!(answer.licences("mrs"), mrs);
    let dear = tenant().prices("license,price\nSales Premium,200").analyse();
    let enterprise = ["sales-enterprise base", "sales-insights add-on"];
    assert_eq!(dear.licences("ent"), enterprise);
    assert_eq!(dear.licences("pro"), enterprise);
}

/// S21, Business Central.
#[test]
fn business_central_takes_two_attaches_and_no_others() {
    let answer = Tenant::new("2021-09")
        .users("user_id\nann\nbob")
        .needs(
            "user_id,app
            ann,Business Central Essentials\nann,Sales Professional\nann,Customer Service Professional
            bob,Business Central Essentials\nbob,Field Service",
        )
        .analyse();
    assert_eq!(answer.user("ann").cents.0, (70 + 20 + 20) * 100);
    assert_eq!(answer.licences("bob"), ["field-service base", "bc-essentials base"]);
}

/// S21, Business Central.
#[test]
fn where_one_person_needs_business_central_premium_everybody_takes_it() {
    let answer = Tenant::new("2021-09")
        .users("user_id\nann\nbob")
        .needs("user_id,app\nann,Business Central Essentials\nbob,Business Central Premium")
        .analyse();
    assert_eq!(answer.seats(), ["2 bc-premium base"]);
}

/// S21, Assigned application licensing.
#[test]
fn sales_professional_and_enterprise_need_separate_environments() {
    let with = |environment: &str| {
        Tenant::new("2021-09")
            .users(format!("user_id,upn,environment\nann,a@c.example,prod\nbob,b@c.example,{environment}"))
            .needs(format!("user_id,app,environment\nann,Sales Professional,prod\nbob,Sales Enterprise,{environment}"))
            .analyse()
    };
    assert_eq!(with("prod").seats(), ["2 sales-enterprise base"]);
    assert_eq!(with("emea").seats(), ["1 sales-professional base", "1 sales-enterprise base"]);
}

// ----------------------------------------------------------------- devices ----

/// A tenant of warehouse workers; `roles` and `usage` are rows without header.
fn warehouse(edition: &'static str, devices: &str, roles: &str, usage: &str) -> Tenant {
    let mut people: Vec<&str> =
        roles.split_whitespace().filter_map(|row| row.split('=').next()).collect();
    people.dedup();
    let roles = roles.split_whitespace().map(|row| row.replace('=', ",").replace('_', " ") + "\n");
    let usage = usage.split_whitespace().map(|row| row.replace('=', ",") + "\n");
    let devices = devices.split_whitespace().map(|row| row.replace('=', ",") + "\n");
    Tenant::new(edition)
        .users(format!("user_id\n{}", people.join("\n")))
        .assignments(format!("user_id,role_name\n{}", roles.collect::<String>()))
        .devices(format!("device_id,kind,dedicated\n{}", devices.collect::<String>()))
        .usage(format!("device_id,user_id\n{}", usage.collect::<String>()))
}

/// S17 p.3.
#[test]
fn either_the_user_or_the_device_is_licensed_not_both() {
    for edition in ["2017-07", "2021-09"] {
        let answer = warehouse(
            edition,
            "S1=warehouse=yes S2=warehouse=yes",
            "ann=Warehouse_worker bob=Warehouse_worker cat=Warehouse_worker",
            "S1=ann S1=bob S2=cat",
        )
        .analyse();
        assert_eq!(answer.licensed_devices(), ["S1"], "{edition}");
        for user in &answer.users {
            assert_ne!(
                user.licences.is_empty(),
                user.by_device.is_empty(),
                "{edition} {}",
                user.id
            );
        }
        assert_eq!(answer.cost(), 75 + 50, "{edition}");
    }
}

/// Both guides (S17 p.17; S21, Device licenses).
#[test]
fn shared_devices_are_cheaper_by_device_and_personal_devices_by_activity() {
    for edition in ["2017-07", "2021-09"] {
        let answer = warehouse(
            edition,
            "S1=warehouse=yes P1=warehouse=yes P2=warehouse=yes",
            "ann=Warehouse_worker bob=Warehouse_worker cat=Warehouse_worker own=Warehouse_worker",
            "S1=ann S1=bob S1=cat P1=own P2=own",
        )
        .analyse();
        assert_eq!(answer.licensed_devices(), ["S1"], "{edition}");
        assert_eq!(answer.licences("own"), ["operations-activity additional"], "{edition}");
        assert_eq!(answer.cost(), 75 + 50, "{edition}");
        assert_eq!(answer.totals.by_device_only, 3, "{edition}");
    }
}

#[test]
fn a_person_keeps_team_members_in_the_office_and_the_scanner_in_the_warehouse() {
    let answer = warehouse(
        "2021-09",
        "S1=warehouse=yes",
        "ann=Warehouse_worker ann=Budget_contributor bob=Warehouse_worker",
        "S1=ann S1=bob",
    )
    .analyse();
    assert_eq!(answer.licences("ann"), ["team-members additional"]);
    assert_eq!(answer.user("ann").by_device, ["S1"]);
    assert_eq!(answer.cost(), 75 + 8);
    assert_eq!(answer.cases("SW503"), 2, "per-user validation sees neither of them");
}

#[test]
fn whoever_uses_a_licensed_and_an_unlicensed_warehouse_device_needs_a_user_licence() {
    let answer = warehouse(
        "2021-09",
        "S1=warehouse=yes S2=warehouse=yes",
        "ann=Warehouse_worker bob=Warehouse_worker cat=Warehouse_worker",
        "S1=ann S2=ann S1=bob S1=cat",
    )
    .analyse();
    assert_eq!(answer.licensed_devices(), ["S1"]);
    assert_eq!(answer.licences("ann"), ["operations-activity additional"]);
    assert!(answer.user("ann").by_device.is_empty());
    assert_eq!(answer.cost(), 75 + 50);
}

/// S17 p.17: a device dedicated to warehousing that may not be used for other
/// purposes; of a point of sale (p.16) the guide does not ask that.
#[test]
fn a_warehouse_device_that_is_not_dedicated_carries_nobody_but_a_till_does() {
    let people = "ann=Warehouse_worker bob=Warehouse_worker cat=Warehouse_worker";
    let answer = warehouse("2017-07", "S1=warehouse=no", people, "S1=ann S1=bob S1=cat").analyse();
    assert_eq!(answer.seats(), ["3 operations-activity additional"]);
    assert_eq!(answer.cases("SW501"), 1);
    let cashiers = "ann=Cashier bob=Cashier cat=Cashier";
    let answer = warehouse("2017-07", "R1=pos=no", cashiers, "R1=ann R1=bob R1=cat").analyse();
    assert_eq!(answer.licensed_devices(), ["R1"]);
}

/// S21, Device licenses.
#[test]
fn one_device_licence_covers_any_combination_of_its_kinds() {
    let answer = warehouse(
        "2021-09",
        "R1=pos+store_manager=yes",
        "ann=Cashier bob=Cashier bob=Retail_store_manager",
        "R1=ann R1=bob",
    )
    .analyse();
    assert_eq!(answer.seats(), ["1 operations-device device"]);
}

/// S21.
#[test]
fn an_operations_device_carries_no_full_user() {
    let answer = warehouse(
        "2021-09",
        "S1=warehouse=yes",
        "ann=Accountant bob=Accountant cat=Accountant",
        "S1=ann S1=bob S1=cat",
    )
    .analyse();
    assert_eq!(answer.seats(), ["3 finance base"]);
}

/// S17 p.3, S21: Customer Engagement devices have the rights of the full user
/// licence, on that device, with a shared login.
#[test]
fn a_sales_device_replaces_sales_licences_where_the_login_is_shared() {
    for (edition, app) in [("2017-07", "Sales"), ("2021-09", "Sales Enterprise")] {
        let with = |login: &str| {
            Tenant::new(edition)
                .users("user_id\nann\nbob")
                .needs(format!("user_id,app\nann,{app}\nbob,{app}"))
                .devices(format!("device_id,kind,login\nT1,sales,{login}"))
                .usage("device_id,user_id\nT1,ann\nT1,bob")
                .analyse()
        };
        assert_eq!(with("shared").seats(), ["1 sales-device device"], "{edition}");
        assert_eq!(with("individual").licensed_devices(), [""; 0], "{edition}");
    }
}

/// `--device-policy strict`: what Microsoft's per-user validation accepts.
#[test]
fn under_the_strict_policy_a_device_serves_only_people_who_need_no_user_licence() {
    let tenant = || {
        warehouse(
            "2021-09",
            "S1=warehouse=yes",
            "ann=Warehouse_worker ann=Budget_contributor bob=Warehouse_worker cat=Warehouse_worker",
            "S1=ann S1=bob S1=cat",
        )
    };
    let strict = tenant().policy(DevicePolicy::Strict).analyse();
    assert_eq!(strict.licensed_devices(), ["S1"]);
    assert_eq!(strict.licences("ann"), ["operations-activity additional"]);
    assert!(strict.user("ann").by_device.is_empty());
    assert!(strict.licences("bob").is_empty() && strict.licences("cat").is_empty());
    assert_eq!(strict.cost(), 75 + 50);
    let guide = tenant().policy(DevicePolicy::Guide).analyse();
    assert_eq!(guide.cost(), 75 + 8);
    assert_eq!(strict.totals.other_policy_cents, guide.totals.plan_cents);
    assert_eq!(guide.totals.other_policy_cents, strict.totals.plan_cents);
}

// ------------------------------------------------------------------ prices ----

#[test]
fn a_customers_own_price_replaces_that_of_the_edition() {
    let answer = Tenant::new("2021-09")
        .users("user_id\nann")
        .needs("user_id,app\nann,Finance\nann,Sales Enterprise")
        .prices("license,price,attach_price,currency,program\nFinance,150,,USD,ea\nSales Enterprise,90,15.50,USD,")
        .analyse();
    assert_eq!(answer.totals.plan_cents.0, usd(150) + 1_550);
    assert!(answer.plan.iter().all(|line| line.mark.is_none()), "the prices are the customer's");
}

/// The price of Finance and the number of unused price rows of a commercial
/// tenant under an Enterprise Agreement in USD with this row.
fn price_with(row: &str) -> (i64, u64) {
    let answer = Tenant::new("2021-09")
        .users("user_id\nann")
        .needs("user_id,app\nann,Finance")
        .prices(format!("license,price,currency,program,segment\n{row}"))
        .analyse();
    (answer.cost(), answer.cases("SW306"))
}

#[test]
fn a_price_in_another_currency_or_for_another_program_is_not_the_tenants() {
    assert_eq!(price_with("Finance,100,USD,ea,commercial"), (100, 0));
    assert_eq!(price_with("Finance,100,EUR,ea,commercial"), (180, 1));
    assert_eq!(price_with("Finance,100,USD,csp,commercial"), (180, 1));
}

#[test]
fn a_price_of_another_segment_is_not_the_tenants() {
    assert_eq!(price_with("Finance,100,USD,ea,academic"), (180, 1));
}
