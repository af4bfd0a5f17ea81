//! Licences of menu items, and the words of the applications and of
//! Microsoft's reports.

use seatwise::output::AssignmentStatus;
use seatwise::rulebook::{Named, Tier, shipped};

use super::{EDITION, beside, firm, firm_with};
use crate::tenants::{Tenant, UnknownRoles};

/// One person whose role has one row on an object of two full licences.
fn object(grants: &str) -> Tier {
    let answer = firm("ann,Desk")
        .permissions(format!("role_name,object,{grants}"))
        .menu_items("object,view_license,maintain_license\nCustTable,Enterprise,Enterprise")
        .analyse();
    answer.user("ann").tier
}

/// Also where the menu item asks a full licence of its readers.
#[test]
fn reading_alone_takes_team_members_whatever_the_menu_item_says() {
    assert_eq!(object("read\nDesk,CustTable,yes"), Tier::TeamMembers);
    let before = Tenant::new("2021-09")
        .users("user_id\nann")
        .assignments("user_id,role_name\nann,Desk")
        .permissions("role_name,object,read\nDesk,CustTable,yes")
        .menu_items("object,view_license,maintain_license\nCustTable,Enterprise,Enterprise")
        .analyse();
    assert_eq!(before.user("ann").tier, Tier::Full);
}

#[test]
fn anything_above_reading_takes_the_maintain_licence() {
    for access in ["update", "create", "delete", "correct", "invoke"] {
        assert_eq!(
            object(&format!("read,{access}\nDesk,CustTable,yes,yes")),
            Tier::Full,
            "{access}"
        );
    }
}

#[test]
fn a_denied_access_takes_no_licence() {
    assert_eq!(object("read,update\nDesk,CustTable,yes,deny"), Tier::TeamMembers);
    assert_eq!(object("read,update\nDesk,CustTable,deny,deny"), Tier::None);
}

#[test]
fn a_custom_menu_item_without_a_licence_takes_team_members_and_is_a_finding() {
    let answer = firm("ann,Desk")
        .permissions(
            "role_name,object,license
            Desk,ShelfCount,Universal
            Desk,XYZOwnThing,",
        )
        .analyse();
    assert_eq!(answer.user("ann").tier, Tier::TeamMembers);
    assert_eq!(answer.cases("SW402"), 1);
}

/// By number (exports write them so) and by name.
#[test]
fn licence_types_mean_what_the_application_means() {
    for (types, licences, cents) in [
        (&["0", "None", "5", "Server"][..], &[][..], 0),
        (&["1", "SelfServe", "6", "Universal"], &["team-members additional"], 8),
        (&["2", "Task", "7", "Activity"], &["operations-activity additional"], 50),
        (&["8", "Finance"], &["finance base"], 210),
        (&["9", "SCM"], &["supply-chain-management base"], 210),
        (&["10", "Commerce"], &["commerce base"], 210),
        (&["11", "Project"], &["project-operations base"], 135),
    ] {
        for written in types {
            let answer = firm("ann,Desk")
                .permissions(format!("role_name,object,update,license\nDesk,Thing,yes,{written}"))
                .analyse();
            assert_eq!(answer.licences("ann"), licences, "{written}");
            assert_eq!(beside(&answer), cents, "{written}");
        }
    }
    // 3 and 4 are any full licence, 12 and HR Human Resources (with a minimum of
    // its own).
    for (written, right) in [
        ("3", "fo.any-full"),
        ("Functional", "fo.any-full"),
        ("4", "fo.any-full"),
        ("Enterprise", "fo.any-full"),
        ("12", "fo.hr"),
    ] {
        let rules = shipped(EDITION).unwrap();
        let Some(Named::Right(found)) = rules.named(written) else { panic!("{written}") };
        assert_eq!(rules.right(*found).id, right, "{written}");
    }
}

/// Several licences that satisfy the same thing stand in the report as one
/// group, and any of them is enough.
#[test]
fn a_group_of_bases_is_satisfied_by_any_of_them() {
    let permissions = "
        role_name,object,update,license
        Any of three,A,yes,\"Base - Commerce, Finance, Supply Chain\"
        Either,B,yes,\"Base - HR, Project Operations\"
        Any,C,yes,Any base";
    let answer = firm("z01,Any of three\nz01,Any\nann,Any of three\nann,Retail catalog manager\nbob,Either\nbob,Project manager")
        .permissions(permissions)
        .analyse();
    assert_eq!(answer.licences("z01"), ["finance base"]);
    assert_eq!(answer.licences("ann"), ["commerce base"]);
    assert_eq!(answer.licences("bob"), ["project-operations base"]);
}

/// On the ladder of the guide the higher level covers both; a draft of
/// Microsoft's adds an attach for the same pair.
#[test]
fn a_buying_agent_who_also_pays_invoices_needs_finance_alone() {
    let answer = firm("ann,Buying agent\nann,Accounts payable clerk").analyse();
    assert_eq!(answer.licences("ann"), ["finance base"]);
    assert_eq!(beside(&answer), 210);
}

/// One object that either licence opens and one that only the first does take
/// one licence.
#[test]
fn the_cover_takes_the_fewest_that_satisfy_every_object() {
    let answer = firm("ann,Desk\nbob,Two desks")
        .permissions(
            "role_name,object,update,license
            Desk,A,yes,Finance or Supply Chain Management
            Desk,B,yes,Supply Chain Management
            Two desks,A,yes,Finance or Supply Chain Management
            Two desks,C,yes,Project Operations or Supply Chain Management",
        )
        .analyse();
    assert_eq!(answer.licences("ann"), ["supply-chain-management base"]);
    assert_eq!(answer.licences("bob"), ["supply-chain-management base"]);
}

/// PPAC still counts the old licences, and they satisfy the work of the plan.
#[test]
fn old_operations_licences_are_known_and_satisfy_their_applications() {
    let answer = firm("ann,Accountant\nbob,Warehouse manager")
        .assigned(
            "user_id,license
            ann,Operations (Legacy licenses)
            bob,Dynamics_365_for_Operations",
        )
        .analyse();
    for person in ["ann", "bob"] {
        assert_ne!(answer.user(person).status, AssignmentStatus::Under, "{person}");
        assert_eq!(answer.user(person).assigned.len(), 1, "{person}");
    }
    assert_eq!(answer.cases("SW301"), 0);
}

#[test]
fn withdrawn_products_count_for_what_they_covered_and_are_never_bought() {
    let rules = shipped(EDITION).unwrap();
    for (name, covered) in [
        ("Dynamics 365 Customer Engagement Plan", "ce.field-service"),
        ("Dynamics 365 Plan", "fo.finance"),
        ("Talent", "fo.hr"),
        ("PSA", "fo.projops"),
        ("MRS Plus", "ce.sales.enterprise"),
        ("Sales and Customer Service", "ce.service.enterprise"),
        ("Sales Insights", "ce.sales.premium"),
        ("Digital Messaging", "ce.service.chat"),
    ] {
        let Some(Named::Sku(sku)) = rules.named(name) else { panic!("{name}") };
        let sku = rules.sku(*sku);
        assert!(!sku.plannable && sku.list.is_none(), "{name}");
        assert!(sku.covers.iter().any(|&right| rules.right(right).id == covered), "{name}");
    }
    // Two applications under one old licence are bought anew as base and attach.
    let answer = firm_with("", "ann,Sales Enterprise\nann,Customer Service Enterprise")
        .assigned("user_id,license\nann,Dynamics 365 Customer Engagement Plan")
        .analyse();
    assert_ne!(answer.user("ann").status, AssignmentStatus::Under);
    assert_eq!(beside(&answer), 105 + 20);
}

#[test]
fn an_unknown_role_takes_what_the_option_says() {
    for (option, cents) in
        [(UnknownRoles::Full, 135), (UnknownRoles::TeamMembers, 8), (UnknownRoles::Ignore, 0)]
    {
        let answer = firm("ann,Zebra wrangler").unknown_roles(option).analyse();
        assert_eq!(beside(&answer), cents);
        assert_eq!(answer.cases("SW401"), 1);
    }
}
