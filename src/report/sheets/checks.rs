//! The sheet *Checks*: formulas that hold the sheets against each other and
//! against the calculation.

use rust_xlsxwriter::XlsxError;

use super::{
    compare, devices, files, findings, licences, money_head, requirements, savings, status,
    true_up, users,
};
use crate::money::Cents;
use crate::output::TenantOutput;
use crate::report::book::{Book, Sheet};
use crate::report::catalogue::tenant::CHECKS;
use crate::report::cell::{Outcome, Value};
use crate::report::column::{Column, Kind};
use crate::report::figures::{Figures, TIERS};
use crate::report::table::{self, Written};

const FIRST: &str = "First figure";
const SECOND: &str = "Second figure";

/// The cell that says whether all checks agree: above the last column.
pub(crate) const FLAG: &str = "Checks!$E$4";

/// Two figures that must be equal.
pub(crate) struct Check {
    name: String,
    about: String,
    left: Value<'static>,
    right: Value<'static>,
}

impl Check {
    /// Whether both figures are equal.
    pub(crate) fn agrees(&self) -> bool {
        self.left.amount() == self.right.amount()
    }

    /// A formula and what it yields, against another value.
    fn new(
        name: &str,
        about: &str,
        formula: String,
        yields: Outcome,
        right: Value<'static>,
    ) -> Self {
        let left = Value::Formula(formula, yields);
        Self { name: name.to_owned(), about: about.to_owned(), left, right }
    }

    /// A check of money.
    pub(crate) fn money(
        name: &str,
        about: &str,
        left: (String, i128),
        right: Value<'static>,
    ) -> Self {
        Self::new(name, about, left.0, Outcome::Money(left.1), right)
    }

    /// A check of counts.
    pub(crate) fn count(
        name: &str,
        about: &str,
        left: (String, i128),
        right: Value<'static>,
    ) -> Self {
        Self::new(name, about, left.0, Outcome::Count(left.1), right)
    }
}

/// Writes a sheet of checks and says whether all agree.
pub(crate) fn write_checks(
    book: &mut Book,
    sheet: &Sheet<'_>,
    checks: &[Check],
) -> Result<bool, XlsxError> {
    let columns: Vec<Column<'_, Check>> = vec![
        Column::wrap("Check", |c: &Check| &c.name).words(),
        Column::wrap("What is compared", |c: &Check| &c.about).words().widest(80),
        Column::new(FIRST, Kind::Figure, |c: &Check, _: &_| c.left.clone()),
        Column::new(SECOND, Kind::Figure, |c: &Check, _: &_| c.right.clone()),
        Column::new("Agrees", Kind::Flag, |c: &Check, at| {
            let text = format!("ROUND({}-{},2)=0", at.cell(FIRST), at.cell(SECOND));
            Value::Formula(text, Outcome::Flag(c.agrees()))
        })
        .all_true(),
    ];
    table::sheet(book, sheet, "Checks", columns, checks, |page, _, first, last| {
        status::flags(page, (first, last, 4))?;
        status::flags(page, (3, 3, 4))
    })?;
    Ok(checks.iter().all(Check::agrees))
}

/// Where the sheets stand that are checked.
pub(crate) struct Sources<'w> {
    pub(crate) users: &'w Written,
    pub(crate) user_licences: &'w Written,
    pub(crate) devices: &'w Written,
    pub(crate) plan: &'w Written,
    pub(crate) true_up: &'w Written,
    pub(crate) requirements: &'w Written,
    pub(crate) files: &'w Written,
    pub(crate) rejected: &'w Written,
    pub(crate) compare: Option<&'w Written>,
    pub(crate) savings: Option<&'w Written>,
}

/// Writes *Checks* of a tenant.
pub(crate) fn write(
    book: &mut Book,
    out: &TenantOutput,
    figures: &Figures,
    from: &Sources<'_>,
) -> Result<bool, XlsxError> {
    write_checks(book, &CHECKS, &checks(out, figures, from))
}

fn checks(out: &TenantOutput, figures: &Figures, from: &Sources<'_>) -> Vec<Check> {
    let currency = &out.tenant.currency;
    let money = |words: &str| money_head(currency, words);
    let totals = &out.totals;
    let amount = |text: String, cents| Value::Formula(text, Outcome::Money(cents));
    let number = |text: String, count| Value::Formula(text, Outcome::Count(count));
    let user_cost = from.users.sum(&money(users::PLAN));
    let device_cost = from.devices.sum(&money(devices::COST));
    let plan = from.plan.sum(&money(licences::TOTAL));
    // What the calculation found is held against its own prices: a reader may
    // have changed those of the workbook.
    let then = money(licences::UNIT_THEN);
    let plan_then = from.plan.sum_product(licences::SEATS, &then);
    let people_then = from.plan.sum_product(licences::OF_PEOPLE, &then);
    let known = totals.assigned_known;
    let held = out.true_up.iter().map(|l| i128::from(l.assigned) * i128::from(l.unit_cents.0));
    let assigned: i128 = held.sum();
    let people = from.users.filled(users::ID);
    let tiers: Vec<String> = TIERS
        .iter()
        .map(|tier| from.users.count_ifs(&[(users::TIER, &format!("\"{tier}\""))]))
        .collect();
    let extra = out.plan.iter().map(|line| {
        let counted = figures.seats_of(&line.sku, line.kind);
        (i128::from(line.quantity) - counted) * i128::from(line.unit_cents.0)
    });
    let extra: i128 = extra.sum();
    let extra_cost = from.plan.sum_product(licences::EXTRA, &money(licences::UNIT));
    let [read, used, ignored, rejected] = files::sums(&out.files);
    let fates =
        [files::USED, files::IGNORED, files::REJECTED].map(|head| from.files.sum(head)).join("+");
    let failed = out.files.iter().flat_map(|file| &file.tables).filter(|t| !t.adds_up()).count();
    let failures = &out.certificate.failures;
    let proof = if failures.is_empty() {
        format!(
            "Failures of the independent checker, out of {} statements",
            out.certificate.checked
        )
    } else {
        format!("The independent checker found: {}", failures.join("; "))
    };
    let mut checks = vec![
        Check::money(
            "Users and user licences",
            "Sum of plan cost on Users = sum of prices on User licences",
            (user_cost.clone(), figures.user_cost),
            amount(from.user_licences.sum(&money(users::PRICE)), figures.licence_cost),
        ),
        Check::money(
            "Users, devices and plan",
            "Plan cost on Users + on Devices + extra seats = total of Licences",
            (
                format!("{user_cost}+{device_cost}+{extra_cost}"),
                figures.user_cost + figures.device_cost + extra,
            ),
            amount(plan.clone(), figures.plan),
        ),
        Check::money(
            "Plan and calculation",
            "Seats on Licences at the prices of the calculation = cost it found",
            (plan_then.clone(), figures.plan),
            Value::money(totals.plan_cents),
        ),
        Check::money(
            "Plan and certificate",
            "Seats on Licences at the prices of the calculation = cost in the certificate",
            (plan_then.clone(), figures.plan),
            Value::money(out.certificate.cents),
        ),
        Check::money(
            "Plan and least possible cost",
            "The same less the least possible cost = distance in the certificate",
            (
                format!(
                    "{plan_then}-{}",
                    super::super::cell::decimal(i128::from(out.certificate.bound_cents.0))
                ),
                figures.plan - i128::from(out.certificate.bound_cents.0),
            ),
            Value::money(out.certificate.gap_cents),
        ),
        Check::count(
            "Proof",
            &proof,
            (failures.len().to_string(), failures.len() as i128),
            Value::count(0),
        ),
        Check::count(
            "People and tiers",
            "Users counted by tier = rows of Users",
            (tiers.join("+"), figures.tiers.iter().sum()),
            number(people.clone(), figures.people),
        ),
        Check::count(
            "People and calculation",
            "Rows of Users = people the calculation counted",
            (people, figures.people),
            Value::count(totals.people),
        ),
        Check::count(
            "Need a licence",
            "Users with a requirement = people who need a licence in the calculation",
            (from.users.count_ifs(&[(users::NEEDS, "\"yes\"")]), figures.need),
            Value::count(totals.need_licence),
        ),
        Check::count(
            "Requirements",
            "People counted on Requirements = users with a requirement number",
            (from.requirements.sum(requirements::PEOPLE), signed(out, figures)),
            number(
                format!("COUNT({})", from.users.ranges(users::NUMBER).join(",")),
                out.users.iter().filter(|user| user.signature.is_some()).count() as i128,
            ),
        ),
        Check::count(
            "Devices licensed",
            "Devices with Licensed = yes = devices the calculation licensed",
            (from.devices.count_ifs(&[(devices::LICENSED, "\"yes\"")]), figures.devices_licensed),
            Value::count(totals.devices_licensed),
        ),
        Check::money(
            "Assigned today",
            "Sum of assigned cost on Users = assigned seats on True-up times price",
            (
                if known { from.users.sum(&money(users::ASSIGNED)) } else { "0".to_owned() },
                if known { figures.assigned } else { 0 },
            ),
            amount(
                if known {
                    from.true_up.sum_product(true_up::ASSIGNED, &money(true_up::UNIT))
                } else {
                    "0".to_owned()
                },
                if known { assigned } else { 0 },
            ),
        ),
        Check::money(
            "Assigned and calculation",
            "Assigned seats on True-up at the prices of the calculation = figure of the calculation",
            (
                if known {
                    from.true_up.sum_product(true_up::ASSIGNED, &money(true_up::UNIT_THEN))
                } else {
                    "0".to_owned()
                },
                if known { assigned } else { 0 },
            ),
            Value::money(if known { totals.assigned_cents } else { Cents::ZERO }),
        ),
        Check::count(
            "Rows of files",
            "Rows read = rows used + ignored + rejected, over all files",
            (from.files.sum(files::READ), read),
            number(fates, used + ignored + rejected),
        ),
        Check::count(
            "Rows of each file",
            "Files whose rows do not add up",
            (from.files.count_ifs(&[(files::ADDS_UP, "FALSE")]), failed as i128),
            Value::count(0),
        ),
        Check::count(
            "Rejected rows",
            "Rows of Rejected = rows rejected on Files",
            (from.rejected.filled(findings::CODE), out.rejected.len() as i128),
            number(from.files.sum(files::REJECTED), rejected),
        ),
    ];
    if let Some(sheet) = from.compare {
        let lines = || out.compare.lines.iter();
        let planned: i128 = lines().map(|line| i128::from(line.plan_cents.0)).sum();
        checks.push(Check::money(
            "Users and compare",
            "Sum of plan cost on Compare = seats of people on Licences at the prices of the calculation",
            (sheet.sum(&money(compare::PLAN)), planned),
            amount(people_then, figures.user_cost),
        ));
        let more: i128 =
            lines().map(|line| compare::following(out, line) - i128::from(line.plan_cents.0)).sum();
        let totals = &out.compare.totals;
        checks.push(Check::money(
            "Compare and reasons",
            "Report less plan on Compare = sum over reasons in the calculation",
            (sheet.sum(&money(compare::MORE)), more),
            Value::Money(totals.reasons.iter().map(|total| i128::from(total.cents.0)).sum()),
        ));
    }
    if let Some(sheet) = from.savings {
        let today = &out.savings.totals;
        let saved = if today.basis.is_empty() {
            0
        } else {
            i128::from(today.today_cents.0) - i128::from(today.plan_cents.0)
        };
        checks.push(Check::money(
            "Savings",
            "Sum of Savings = what is paid today less plan, each cent under one cause",
            (
                sheet.sum(&money(savings::SAVING)),
                out.savings.lines.iter().map(|line| i128::from(line.cents.0)).sum(),
            ),
            Value::Money(saved),
        ));
    }
    checks
}

/// People on *Requirements*: those whose number stands there.
fn signed(out: &TenantOutput, figures: &Figures) -> i128 {
    out.signatures
        .iter()
        .map(|line| figures.by_signature.get(&line.number).copied().unwrap_or(0))
        .sum()
}
