//! A made-up tenant and portfolio, rich enough to look at: accents, emoji,
//! text that looks like a formula, numbers kept as text, devices, findings,
//! rejected rows. Every figure adds up, so that every check agrees.

#![allow(
    clippy::cast_possible_wrap,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::range_plus_one,
    reason = "made-up numbers are small"
)]

use std::sync::Arc;

use crate::amount::Amount;
use crate::finding::{Code, Finding, Place};
use crate::money::Cents;
use crate::output::*;
use crate::rulebook::{DevicePolicy, Mark, Program, SkuId, Tier};
use crate::tenant::Text;

mod advice;
mod input;

use advice::{compare, savings, sensitivity};
use input::files;

const NAMES: [&str; 12] = [
    "Zo\u{eb} M\u{fc}ller",
    "Jos\u{e9} \u{c1}lvarez",
    "=3+1",
    "\u{1f600} Emoji Person",
    "Bj\u{f6}rn \u{c5}kesson",
    "@SUM(A1)",
    "Anne-Marie O'Brien",
    "\u{738b}\u{5c0f}\u{660e}",
    "+49 Helpdesk",
    "Fran\u{e7}ois L\u{2019}H\u{f4}pital",
    "-Temp Worker",
    "Ola Nordmann",
];
const DEPARTMENTS: [&str; 5] = ["Finance", "Warehouse", "Sales", "Retail", "Human Resources"];

struct Product(&'static str, &'static str, LicenceKind, i64);

const FINANCE: Product = Product("finance", "Dynamics 365 Finance", LicenceKind::Base, 18_000);
const SCM_ATTACH: Product =
    Product("scm", "Dynamics 365 Supply Chain Management", LicenceKind::Attach, 3_000);
const ACTIVITY: Product =
    Product("activity", "Dynamics 365 Operations - Activity", LicenceKind::Base, 5_000);
const TEAM: Product =
    Product("team-members", "Dynamics 365 Team Members", LicenceKind::Additional, 800);
const DEVICE: Product =
    Product("device", "Dynamics 365 Operations - Device", LicenceKind::Device, 7_500);

fn licence(product: &Product) -> UserLicence {
    UserLicence {
        sku: product.0.into(),
        name: product.1.into(),
        kind: product.2,
        cents: Cents(product.3),
    }
}

fn path(role: &str, object: &str, access: &str, rule: &str) -> Arc<DriverPath> {
    Arc::new(DriverPath {
        role: role.into(),
        duty: "Maintain vendor invoices".into(),
        privilege: "Maintain invoice journal".into(),
        object: object.into(),
        access: access.into(),
        rule: rule.into(),
    })
}

fn user(n: usize) -> UserLine {
    let department = DEPARTMENTS[n % 5];
    let (tier, signature, requirement, licences, by_device) = match n % 10 {
        0 | 1 => (
            Tier::Full,
            Some(1),
            "Finance + Supply Chain Management",
            vec![licence(&FINANCE), licence(&SCM_ATTACH)],
            vec![],
        ),
        2 => (Tier::Full, Some(2), "Finance", vec![licence(&FINANCE)], vec![]),
        3 | 4 => (
            Tier::Activity,
            Some(3),
            "Operations - Activity/Finance/Supply Chain Management",
            vec![licence(&ACTIVITY)],
            vec![],
        ),
        5 | 6 => (Tier::TeamMembers, Some(4), "Team Members", vec![licence(&TEAM)], vec![]),
        7 | 8 => (
            Tier::Activity,
            Some(3),
            "Operations - Activity/Finance/Supply Chain Management",
            vec![],
            vec![format!("SCAN-{:03}", n % 3 + 1)],
        ),
        _ => (Tier::None, None, "", vec![], vec![]),
    };
    let cents: Cents = licences.iter().map(|l| l.cents).sum();
    let (assigned, assigned_cents, status) = match n % 10 {
        0 | 1 => (
            vec!["Dynamics 365 Finance".to_owned(), "Dynamics 365 Supply Chain Management".into()],
            cents,
            AssignmentStatus::Fits,
        ),
        2 | 5 => {
            (licences.iter().map(|l| l.name.to_string()).collect(), cents, AssignmentStatus::Fits)
        }
        3 | 7 => {
            (vec!["DYN365_ENTERPRISE_TEAM_MEMBERS".into()], Cents(800), AssignmentStatus::Under)
        }
        9 => (vec!["Dynamics 365 Team Members".into()], Cents(800), AssignmentStatus::Release),
        _ => (vec!["Dynamics 365 Finance".into()], Cents(18_000), AssignmentStatus::Over),
    };
    let driver = (tier > Tier::None).then(|| {
        path("Accounts payable clerk", "VendInvoiceInfoListPage", "write", "maintain licence")
    });
    UserLine {
        id: format!("{:05}", 1_000 + n).into(),
        upn: format!("person.{n}@contoso-verylongname.example").into(),
        name: NAMES[n % NAMES.len()].into(),
        department: department.into(),
        country: ["DE", "NO", "FR"][n % 3].into(),
        environments: vec!["PROD-EMEA".into(), "PROD-US".into()][..1 + n % 2].to_vec(),
        accounts: 1 + (n % 2) as u32,
        account_type: "member".into(),
        enabled: n % 10 != 9,
        last_login: if n.is_multiple_of(7) {
            Text::default()
        } else {
            format!("2026-0{}-1{}", 1 + n % 8, n % 9).into()
        },
        exempt: if n % 10 == 9 { "account is disabled".into() } else { Text::default() },
        roles: (0..1 + n % 30).map(|r| format!("Role number {r}")).collect(),
        tier,
        requirement: requirement.into(),
        signature,
        driver,
        cents,
        alternatives: u32::from(signature.is_some()),
        licences: licences.into(),
        by_device,
        assigned: assigned.into(),
        held: match n % 10 {
            0 | 1 => vec![(SkuId(0), LicenceKind::Base), (SkuId(1), LicenceKind::Attach)],
            2 | 4 | 6 | 8 => vec![(SkuId(0), LicenceKind::Base)],
            _ => vec![(SkuId(3), LicenceKind::Additional)],
        }
        .into(),
        assigned_cents,
        status,
    }
}

fn plan_line(product: &Product, quantity: u64, mark: Option<Mark>) -> PlanLine {
    PlanLine {
        sku: product.0.into(),
        name: product.1.into(),
        kind: product.2,
        quantity,
        spare: 0,
        unit_cents: Cents(product.3),
        total_cents: Cents(product.3 * quantity as i64),
        mark,
        source: "Licensing Guide, September 2021, page 41; list price per user and month".into(),
    }
}

/// One tenant of 60 people.
pub fn sample_output() -> TenantOutput {
    let users: Vec<UserLine> = (0..60).map(user).collect();
    let device = |n: u32| DeviceLine {
        id: if n <= 3 { format!("SCAN-{n:03}") } else { format!("0{n}") },
        name: format!("Handheld {n}"),
        kind: "warehouse".into(),
        location: "D\u{fc}sseldorf, hall 4".into(),
        dedicated: if n == 2 { "assumed" } else { "yes" }.into(),
        login: "shared".into(),
        last_seen: "2026-07-01".into(),
        users: 4,
        carries: if n <= 3 { 4 } else { 0 },
        licensed: n <= 3,
        sku: DEVICE.0.into(),
        sku_name: DEVICE.1.into(),
        unit_cents: Cents(DEVICE.3),
        component: Some(1 + n % 2),
        reason: if n <= 3 {
            "licensed: 75.00 for the device instead of 200.00 for the 4 people who need nothing else".into()
        } else {
            "not licensed: its users have licences that cover the work at it".into()
        },
    };
    let devices: Vec<DeviceLine> = (1..=6).map(device).collect();
    let plan = vec![
        plan_line(&FINANCE, 18, Some(Mark::VerifiedGuide)),
        plan_line(&SCM_ATTACH, 12, Some(Mark::Unverified)),
        plan_line(&ACTIVITY, 12, None),
        plan_line(&TEAM, 12, Some(Mark::VerifiedMicrosoft)),
        plan_line(&DEVICE, 3, Some(Mark::VerifiedGuide)),
    ];
    let plan_cents: Cents = plan.iter().map(|l| l.total_cents).sum();
    let owned = [24, 0, 6, 20, 1];
    let assigned = [36, 12, 0, 24, 0];
    let true_up: Vec<TrueUpLine> = plan
        .iter()
        .zip(owned.iter().zip(assigned))
        .map(|(line, (&owned, assigned))| {
            let gap = line.quantity as i64 - owned;
            TrueUpLine {
                sku: line.sku.clone(),
                name: line.name.clone(),
                kind: line.kind,
                owned: owned as u64,
                assigned,
                used_now: line.quantity.min(owned as u64),
                buy_now: line.quantity.saturating_sub(owned as u64),
                idle_now: (owned as u64).saturating_sub(line.quantity),
                plan: line.quantity,
                gap,
                unit_cents: line.unit_cents,
                money: line.unit_cents * gap,
                end: "2027-03-31".into(),
                action: match gap {
                    1.. => "buy now",
                    0 => "keep",
                    _ => "reduce at renewal",
                },
            }
        })
        .collect();
    let signature =
        |number, requirement: &str, tier, users, cents, covers: &[&str]| SignatureLine {
            number,
            requirement: requirement.into(),
            tier,
            users,
            cents: Cents(cents),
            covers: covers.iter().map(|c| (*c).to_owned()).collect(),
            next: vec!["Dynamics 365 Finance Premium".into()],
            next_cents: Some(Cents(cents + 9_000)),
        };
    let signatures = vec![
        signature(
            3,
            "Operations - Activity/Finance/Supply Chain Management",
            Tier::Activity,
            24,
            5_000,
            &["Operations - Activity"],
        ),
        signature(
            1,
            "Finance + Supply Chain Management",
            Tier::Full,
            12,
            21_000,
            &[
                "Finance + Supply Chain Management (attach)",
                "Supply Chain Management + Finance (attach)",
            ],
        ),
        signature(4, "Team Members", Tier::TeamMembers, 12, 800, &["Team Members"]),
        signature(2, "Finance", Tier::Full, 6, 18_000, &["Finance"]),
    ];
    let user_only: i64 = signatures.iter().map(|s| s.users as i64 * s.cents.0).sum();
    let (files, rejected) = files();
    let component = |number, cents, bound| ComponentLine {
        number,
        users: 6,
        devices: 3,
        devices_licensed: if number == 1 { 1 } else { 2 },
        user_only_cents: Cents(30_000),
        cents: Cents(cents),
        bound_cents: Cents(bound),
        method: "minimum cut".into(),
    };
    let totals = Totals {
        accounts: users.iter().map(|u| u64::from(u.accounts)).sum(),
        people: 60,
        need_licence: 54,
        by_tier: [6, 0, 12, 24, 18],
        devices: 6,
        devices_licensed: 3,
        by_device_only: 12,
        signatures: 4,
        plan_cents,
        user_only_cents: Cents(user_only),
        other_policy_cents: Cents(user_only),
        assigned_cents: users.iter().map(|u| u.assigned_cents).sum(),
        assigned_known: true,
        owned_cents: true_up.iter().map(|l| l.unit_cents * l.owned as i64).sum(),
        owned_known: true,
        buy_now_cents: Cents(30_000),
        capacity_cents: Cents(8_000),
        unverified_cents: Cents(36_000),
        unknown_role_cents: Cents(5_000),
    };
    let prices = plan
        .iter()
        .map(|line| PriceLine {
            sku: line.sku.as_str().into(),
            name: line.name.as_ref().into(),
            metric: if line.kind == LicenceKind::Device { "device" } else { "user" }.into(),
            class: "full".into(),
            list: Some(line.unit_cents),
            list_mark: line.mark,
            list_source: line.source.as_ref().into(),
            attach: (&*line.sku == "scm").then_some(Cents(3_000)),
            attach_mark: Some(Mark::Unverified),
            attach_source: "from memory".into(),
            used: line.quantity,
            limits: String::new(),
            on_premises: String::new(),
        })
        .collect();
    TenantOutput {
        tenant: TenantInfo {
            id: "contoso".into(),
            name: "Contoso \u{c6}ther & S\u{f6}hne <GmbH>".into(),
            program: Program::Ea,
            segment: "commercial".into(),
            currency: "EUR".into(),
            renewal_date: "2027-03-31".into(),
            payment: None,
        },
        edition: EditionInfo {
            id: "2021-09".into(),
            title: "Dynamics 365 Licensing Guide, September 2021".into(),
            hash: "ab".repeat(32),
            chosen_by: "tenants.csv".into(),
            sources: vec![(
                "guide".into(),
                "Microsoft Dynamics 365 Licensing Guide, September 2021 (PDF)".into(),
            )],
            enforcement: vec![(
                "2026-01-15".into(),
                "People without a licence cannot sign in".into(),
            )],
        },
        options: OptionsUsed {
            device_policy: DevicePolicy::Guide,
            unknown_roles: "full".into(),
            gate_seats: true,
            pseudonyms: String::new(),
        },
        proof: proof::ProofFile::default(),
        certificate: Certificate {
            cents: plan_cents,
            bound_cents: plan_cents,
            gap_cents: Cents::ZERO,
            failures: vec![],
            checked: 1_234,
            components: vec![component(1, 7_500, 7_500), component(2, 15_000, 15_000)],
        },
        drivers: vec![
            DriverLine {
                path: path(
                    "Accounts payable clerk",
                    "VendInvoiceInfoListPage",
                    "write",
                    "maintain licence",
                ),
                tier: Tier::Full,
                need: "Finance".into(),
                users: 18,
                cents: Cents(342_000),
            },
            DriverLine {
                path: path("Warehouse worker", "WHSWorkExecute", "write", "permission row"),
                tier: Tier::Activity,
                need: "Operations - Activity/Finance/Supply Chain Management".into(),
                users: 24,
                cents: Cents(60_000),
            },
        ],
        roles: vec![
            RoleLine {
                name: "Accounts payable clerk".into(),
                identifier: "VENDINVOICECLERK".into(),
                users: 18,
                permissions: 412,
                decided_by: "permission rows".into(),
                tier: Tier::Full,
                requirement: "Finance".into(),
            },
            RoleLine {
                name: "Contoso special".into(),
                identifier: String::new(),
                users: 1,
                permissions: 0,
                decided_by: "unknown".into(),
                tier: Tier::Full,
                requirement: "Finance/Supply Chain Management".into(),
            },
        ],
        rule_checks: vec![RuleCheck {
            rule: "fo-20".into(),
            name: "At least 20 full Finance and Operations users".into(),
            result: "not met".into(),
            detail: "18 full users + 3 devices count as 19.2 of 20".into(),
            cents: Cents(18_000),
            mark: Mark::VerifiedGuide,
            source: "Licensing Guide, September 2021, page 12".into(),
        }],
        compare: compare(&users, plan_cents),
        savings: savings(&users, plan_cents),
        sensitivity: sensitivity(),
        risks: vec![RiskLine {
            code: Code::DeviceCheckNeeded,
            subject: DEVICE.1.into(),
            detail: "24 people at 3 licensed devices hold no user licence".into(),
            count: 24,
            cents: Cents(120_000),
        }],
        capacity: vec![capacity()],
        findings: vec![
            Finding::new(
                Code::NoCover,
                "Contoso special",
                "no priced licence satisfies \u{201c}Field Service\u{201d}",
            )
            .times(1),
            Finding::new(Code::RoleUnknown, "Contoso special", "role is taken as a full user")
                .times(1)
                .costing(Cents(18_000)),
            Finding::new(Code::RequiredBlank, "users.csv", "2 rows without a user id").times(2).at(
                Place {
                    file: "contoso/users.csv".into(),
                    sheet: String::new(),
                    row: Some(17),
                    column: "user_id".into(),
                },
            ),
            Finding::new(
                Code::AccountsMerged,
                "30 people",
                "accounts in several environments are one person",
            )
            .times(30),
        ],
        totals,
        users,
        devices,
        plan,
        signatures,
        true_up,
        schedule: schedule(),
        prices,
        files,
        rejected,
    }
}

/// Six seats of Activity to buy until the renewal.
fn schedule() -> Schedule {
    let line = |stage, from: &str, running, used, bought, change| StageLine {
        stage,
        from: from.into(),
        sku: ACTIVITY.0.into(),
        name: ACTIVITY.1.into(),
        kind: LicenceKind::Additional,
        running,
        used,
        bought,
        idle: 0,
        change,
        unit_cents: Cents(5_000),
        running_cents: Cents(5_000 * running as i64),
        bought_cents: Cents(5_000 * bought as i64),
    };
    let stage = |number, from: &str, running, bought, plan: &str| Stage {
        number,
        from: from.into(),
        plan: plan.into(),
        changes: if number == 1 { "buy 6 Operations - Activity".into() } else { String::new() },
        running,
        idle: 0,
        bought,
        running_cents: Cents(5_000 * running as i64),
        bought_cents: Cents(5_000 * bought as i64),
        bound_cents: Cents(5_000 * bought as i64),
        total_cents: Cents(60_000),
    };
    Schedule {
        as_of: "2026-09-30".into(),
        stages: vec![
            stage(1, "2026-09-30", 6, 6, "until the next end date"),
            stage(2, "2027-03-31", 0, 12, "renewal"),
        ],
        lines: vec![line(1, "2026-09-30", 6, 12, 6, 6), line(2, "2027-03-31", 0, 12, 12, 0)],
        people: Vec::new(),
    }
}

/// Two packs to buy: 10 GB and 5 GB for twenty seats, 17 used.
fn capacity() -> CapacityLine {
    CapacityLine {
        metric: "database_gb".into(),
        value: "12.5; 4.5".into(),
        capacity: "database".into(),
        name: "Database".into(),
        unit: "GB".into(),
        per: "standing".into(),
        default: Some(Amount(10_000)),
        accrued: Amount(5_000),
        included: Some(Amount(15_000)),
        owned: Amount::ZERO,
        packs_owned: Vec::new(),
        available: Some(Amount(15_000)),
        used: Some(Amount(17_000)),
        buy: vec![PackLine {
            sku: "gb".into(),
            name: "Additional database".into(),
            quantity: 2,
            unit_cents: Some(Cents(4_000)),
            attach: false,
        }],
        cents: Cents(8_000),
        status: CapacityStatus::Buy,
        lost: Amount(250),
        lost_cents: Cents::ZERO,
        detail: "10 GB included and 5 accrued; 17 used: buy 2 Additional database".into(),
        mark: Some(Mark::VerifiedGuide),
        source: "guide p.56".into(),
    }
}

/// Twelve tenants in two currencies, one of them failed.
pub fn sample_portfolio() -> PortfolioOutput {
    let words = Words::default();
    let tenants = (0..12_i64)
        .map(|n| {
            let mut out = sample_output();
            out.tenant.id = format!("tenant-{n:02}");
            out.tenant.name = format!(
                "{} {n}",
                ["Contoso", "Fabrikam \u{d8}st", "=Northwind", "Adventure Works"][n as usize % 4]
            );
            out.tenant.renewal_date =
                if n == 5 { String::new() } else { format!("20{}-0{}-01", 27 + n % 2, 1 + n % 9) };
            out.tenant.currency = if n % 5 == 4 { "USD" } else { "EUR" }.into();
            for line in &mut out.plan {
                line.quantity += n as u64;
                line.total_cents = line.unit_cents * line.quantity as i64;
            }
            for (line, plan) in out.true_up.iter_mut().zip(&out.plan) {
                line.plan = plan.quantity;
                line.gap = line.plan as i64 - line.owned as i64;
                line.money = line.unit_cents * line.gap;
            }
            out.totals.plan_cents = out.plan.iter().map(|l| l.total_cents).sum();
            out.totals.assigned_known = n != 3;
            out.totals.owned_known = n != 6;
            out.summary(&words)
        })
        .collect();
    let (files, rejected) = files();
    PortfolioOutput {
        tenants,
        failed: vec![TenantFailure {
            id: "wingtip".into(),
            name: "Wingtip Toys".into(),
            reason: "wingtip/users.xlsx: the file is encrypted".into(),
        }],
        findings: vec![
            Finding::new(Code::TenantUnknown, "litware", "12 rows name a tenant without a folder")
                .times(12),
        ],
        files,
        rejected,
        linked: true,
    }
}
