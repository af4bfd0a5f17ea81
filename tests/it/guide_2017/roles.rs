//! Appendix C: the security roles and the licence each takes (p.37 to p.44).
//!
//! One test per area of the table. Each names every role of its area, works it
//! out for a person who holds that role alone, and fails when the edition has
//! a role more or less.

use seatwise::rulebook::shipped;

use super::{company, licences_for};
use crate::tenants::UnknownRoles;

const LIGHT: &str = "team-members additional";
const ACTIVITY: &str = "operations-activity additional";
const PLAN: &str = "unified-operations-plan base";
const TALENT: &str = "talent additional";
const RETAIL: &str = "retail base";

/// Holds an area of the table against the edition and against the plan.
fn area(name: &str, groups: &[(&str, &[&str])]) {
    let rules = shipped("2017-07").unwrap();
    let mut known: Vec<&str> = groups.iter().flat_map(|(_, roles)| roles.iter().copied()).collect();
    known.sort_unstable();
    let rows = rules.roles.iter().filter(|role| role.area == name);
    let mut written: Vec<&str> = rows.map(|role| role.name.as_str()).collect();
    written.sort_unstable();
    assert_eq!(written, known, "{name}: the roles of the edition");
    for (licence, roles) in groups {
        for role in *roles {
            // "Cost accountant" was another role's name before: see the edition.
            let licences = match rules.role_by_name(role) {
                Some(_) => licences_for(&[role]),
                None => licence_by_identifier(role),
            };
            assert_eq!(licences, [*licence], "{role}");
        }
    }
}

fn licence_by_identifier(role: &str) -> Vec<String> {
    let rules = shipped("2017-07").unwrap();
    let row = rules.roles.iter().find(|row| row.name == role).unwrap();
    let identifier = row.identifier.as_deref().unwrap();
    let answer = crate::tenants::Tenant::new("2017-07")
        .users("user_id\nann")
        .assignments(format!("user_id,role_id,role_name\nann,{identifier},{role}"))
        .analyse();
    answer.licences("ann")
}

#[test]
fn talent_roles() {
    area(
        "Talent",
        &[
            (LIGHT, &["Contractor", "Employee", "Pending worker", "Manager"]),
            (
                TALENT,
                &[
                    "Compensation and benefits manager",
                    "FMLA administrator",
                    "Human resource assistant",
                    "Human resource manager",
                    "Payroll administrator",
                    "Payroll manager",
                    "Recruiter",
                    "Training manager",
                ],
            ),
        ],
    );
}

#[test]
fn retail_roles() {
    area(
        "Retail",
        &[
            (LIGHT, &["Retail warehouse clerk"]),
            (ACTIVITY, &["Retail store manager", "Retail warehouse manager"]),
            (
                RETAIL,
                &[
                    "Retail catalog manager",
                    "Retail merchandising manager",
                    "Retail operations manager",
                    "Retail service",
                    "Retail store IT",
                ],
            ),
        ],
    );
}

#[test]
fn c_suite_roles() {
    area("C-Suite", &[(ACTIVITY, &["Chief executive officer", "Chief financial officer"])]);
}

#[test]
fn budgeting_roles() {
    area(
        "Budgeting",
        &[
            (LIGHT, &["Budget contributor"]),
            (ACTIVITY, &["Budget clerk"]),
            (PLAN, &["Budget manager"]),
        ],
    );
}

#[test]
fn financials_and_accounting_roles() {
    area(
        "Financials and Accounting",
        &[
            (LIGHT, &["Positive pay clerk"]),
            (
                PLAN,
                &[
                    "Accountant",
                    "Accounting manager",
                    "Accounting supervisor",
                    "Accounts payable centralized payments clerk",
                    "Accounts payable clerk",
                    "Accounts payable manager",
                    "Accounts payable payments clerk",
                    "Accounts receivable centralized payments clerk",
                    "Accounts receivable clerk",
                    "Accounts receivable manager",
                    "Accounts receivable payments clerk",
                    "Auditor",
                    "Collections agent",
                    "Collections manager",
                    "Financial controller",
                    "Tax accountant",
                    "Tax engine developer",
                    "Tax engine functional consultant",
                    "Treasurer",
                ],
            ),
        ],
    );
}

#[test]
fn project_management_roles() {
    area(
        "Project Management",
        &[
            (
                LIGHT,
                &[
                    "Project manager, Public sector",
                    "Project timesheet delegate",
                    "Project timesheet user",
                ],
            ),
            (ACTIVITY, &["Project assistant", "Project manager", "Resource manager"]),
            (PLAN, &["Project accountant", "Project supervisor"]),
        ],
    );
}

#[test]
fn procurement_roles() {
    area(
        "Procurement",
        &[
            (LIGHT, &["Vendor contact"]),
            (ACTIVITY, &["Buying agent", "Vendor account manager"]),
            (PLAN, &["Purchasing agent", "Purchasing agent - Public Sector", "Purchasing manager"]),
        ],
    );
}

#[test]
fn sales_roles() {
    area(
        "Sales",
        &[(ACTIVITY, &["Sales clerk", "Sales representative"]), (PLAN, &["Sales manager"])],
    );
}

#[test]
fn customer_service_roles() {
    area(
        "Customer Service",
        &[(ACTIVITY, &["Customer service representative"]), (PLAN, &["Customer service manager"])],
    );
}

#[test]
fn marketing_roles() {
    area("Marketing", &[(PLAN, &["Marketing coordinator", "Marketing manager"])]);
}

#[test]
fn field_service_roles() {
    area(
        "Field Service",
        &[
            (LIGHT, &["Field service technician", "Service dispatcher"]),
            (PLAN, &["Service delivery manager"]),
        ],
    );
}

#[test]
fn transportation_roles() {
    area(
        "Transportation",
        &[(PLAN, &["Transportation coordinator", "Transportation logistics manager"])],
    );
}

#[test]
fn manufacturing_roles() {
    area(
        "Manufacturing",
        &[
            (LIGHT, &["Lean waterspider", "Time registration user"]),
            (ACTIVITY, &["Machine operator", "Shop supervisor"]),
            (PLAN, &["Production manager", "Production planner", "Production supervisor"]),
        ],
    );
}

#[test]
fn distribution_roles() {
    area(
        "Distribution",
        &[
            (ACTIVITY, &["Receiving clerk", "Shipping clerk", "Warehouse worker"]),
            (PLAN, &["Materials manager", "Warehouse manager", "Warehouse planner"]),
        ],
    );
}

#[test]
fn cost_accounting_roles() {
    area(
        "Cost Accounting",
        &[
            (LIGHT, &["Cost object controller"]),
            (
                PLAN,
                &[
                    "Cost accountant",
                    "Cost accountant clerk",
                    "Cost accounting manager",
                    "Inventory accountant",
                    "Inventory accountant clerk",
                ],
            ),
        ],
    );
}

#[test]
fn engineering_roles() {
    area(
        "Engineering",
        &[(
            PLAN,
            &[
                "Product designer",
                "Product design manager",
                "Process engineer",
                "Process engineering manager",
            ],
        )],
    );
}

#[test]
fn quality_control_roles() {
    area(
        "Quality Control",
        &[(LIGHT, &["Quality control clerk"]), (PLAN, &["Quality control manager"])],
    );
}

#[test]
fn administrator_roles() {
    area(
        "Administrator",
        &[
            (LIGHT, &["System user", "Data Management Operation User"]),
            (
                PLAN,
                &[
                    "Data Management Administrator",
                    "Data Management Migration User",
                    "Electronic reporting developer",
                    "Electronic reporting functional consultant",
                    "System Administrator",
                    "System document branding administrator",
                    "Security administrator",
                    "Information technology manager",
                ],
            ),
        ],
    );
}

/// p.37.
#[test]
fn a_role_that_was_customised_is_licensed_by_what_it_may_do_now() {
    let answer =
        company(&[("ann", "Treasurer"), ("bob", "Warehouse worker"), ("cat", "Treasurer")])
            .permissions(
                "role_name,object,license
            Warehouse worker,WHSWorkTable,Activity
            Warehouse worker,LedgerJournalTable,Enterprise",
            )
            .analyse();
    assert_eq!(answer.licences("bob"), [PLAN], "more than the table says");
    assert_eq!(answer.cases("SW405"), 1);
    let lighter = company(&[("ann", "Treasurer"), ("bob", "Warehouse worker")])
        .permissions("role_name,object,license\nTreasurer,CustTable,Universal")
        .analyse();
    assert_eq!(lighter.licences("ann"), [LIGHT], "less than the table says");
    assert_eq!(lighter.licences("bob"), [ACTIVITY], "as in the table");
}

/// p.46: the names of roles are the application's, so one that is not in the
/// table says nothing about its holder.
#[test]
fn a_role_nobody_knows_is_taken_as_the_plan_or_as_team_members() {
    let with = |unknown| {
        company(&[("ann", "Head of everything")]).unknown_roles(unknown).analyse().licences("ann")
    };
    assert_eq!(with(UnknownRoles::Full), [PLAN]);
    assert_eq!(with(UnknownRoles::TeamMembers), [LIGHT]);
    assert_eq!(with(UnknownRoles::Ignore), [""; 0]);
}
