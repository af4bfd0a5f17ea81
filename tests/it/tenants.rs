//! Small tenants in memory, worked out the way the command line does it:
//! bytes of CSV tables -> intake -> tenant -> prices -> engine.

use std::ops::Deref;

use seatwise::engine::{Options, analyse};
use seatwise::intake::{Batch, FileReport, Formats, Limits, read_bytes};
use seatwise::money::Cents;
use seatwise::output::{Payment, RuleCheck, TenantInfo, TenantOutput, UserLine};
use seatwise::prices::in_force;
use seatwise::rulebook::{DevicePolicy, Program, SkuSet, shipped};
use seatwise::tenant::{Ledger, build};

pub use seatwise::classify::UnknownRoles;

/// A tenant under construction.
#[derive(Debug)]
pub struct Tenant {
    edition: &'static str,
    program: Program,
    segment: &'static str,
    renewal_date: &'static str,
    payment: Option<Payment>,
    quantities: bool,
    options: Options,
    tables: Vec<(&'static str, String)>,
}

/// Adds a table under its own name.
macro_rules! tables {
    ($($name:ident)*) => {
        $(
            pub fn $name(self, csv: impl AsRef<str>) -> Self {
                self.table(stringify!($name), csv.as_ref())
            }
        )*
    };
}

impl Tenant {
    /// A commercial tenant under an Enterprise Agreement and a shipped edition.
    pub fn new(edition: &'static str) -> Self {
        Self {
            edition,
            program: Program::Ea,
            segment: "commercial",
            renewal_date: "",
            payment: None,
            quantities: false,
            options: Options::default(),
            tables: Vec::new(),
        }
    }

    /// With the quantities that the agreement asks of a tenant: minimums, the full
    /// user, and seats that are worth their price for what they open. Without them a test sees what each person needs, however few
    /// people it has.
    pub fn whole(mut self) -> Self {
        self.quantities = true;
        self
    }

    /// `academic`, `charity`, `government`.
    pub fn segment(mut self, segment: &'static str) -> Self {
        self.segment = segment;
        self
    }

    /// The day the agreement is renewed, ISO.
    pub fn renewal(mut self, date: &'static str) -> Self {
        self.renewal_date = date;
        self
    }

    /// How licences are paid, as the tenants table says it.
    pub fn paid(mut self, term: &str, billing: &str) -> Self {
        self.payment = Payment::read(term, billing);
        self
    }

    pub fn program(mut self, program: Program) -> Self {
        self.program = program;
        self
    }

    pub fn policy(mut self, policy: DevicePolicy) -> Self {
        self.options.device_policy = Some(policy);
        self
    }

    pub fn unknown_roles(mut self, unknown: UnknownRoles) -> Self {
        self.options.unknown_roles = unknown;
        self
    }

    tables! {
        users roles assignments permissions own_permissions menu_items needs devices usage prices
        assigned subscriptions capacity
    }

    fn table(mut self, name: &'static str, csv: &str) -> Self {
        // Lines of a raw string are indented as the code around them.
        let lines: Vec<&str> = csv.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        self.tables.push((name, lines.join("\n") + "\n"));
        self
    }

    /// Reads, joins and calculates. Every row must be accounted for, and the
    /// plan must be accepted by the checker and proven cheapest.
    pub fn analyse(self) -> Answer {
        let formats = Formats::shipped().unwrap();
        let (mut files, mut batches): (Vec<FileReport>, Vec<Batch>) = (Vec::new(), Vec::new());
        for (at, (name, csv)) in self.tables.iter().enumerate() {
            let shown = format!("contoso/{name}.csv");
            let read = read_bytes(csv.as_bytes(), &shown, &formats, &Limits::default());
            assert_eq!(read.report.failure, None, "{name}");
            assert_eq!(read.batches.len(), 1, "{name} is one table: {:#?}", read.findings);
            let rejected: Vec<_> = read.report.tables.iter().flat_map(|t| &t.rejected).collect();
            assert!(rejected.is_empty(), "{name}: {rejected:#?}");
            batches.extend(read.batches.into_iter().map(|mut batch| {
                batch.file = at;
                batch
            }));
            files.push(read.report);
        }
        let mut rulebook = shipped(self.edition).unwrap().clone();
        if !self.quantities {
            rulebook.minimums.clear();
            rulebook.full_user_skus = SkuSet::EMPTY;
        }
        let rulebook = &rulebook;
        let info = TenantInfo {
            id: "contoso".into(),
            name: "Contoso".into(),
            program: self.program,
            segment: self.segment.into(),
            currency: rulebook.currency.clone(),
            renewal_date: self.renewal_date.into(),
            payment: self.payment,
        };
        let mut tenant = build(info, &batches, &[], Ledger::new(&mut files, &[])).tenant;
        for table in files.iter().flat_map(|file| &file.tables) {
            assert!(table.adds_up(), "{table:#?}");
        }
        let (prices, findings) = in_force(rulebook, &tenant);
        tenant.findings.extend(findings);
        // Nor are seats bought for a gate where quantities are left aside.
        let options = Options { no_gate_seats: !self.quantities, ..self.options };
        let output = analyse(&tenant, rulebook, &prices, &options);
        assert_eq!(output.certificate.failures, Vec::<String>::new());
        assert_eq!(output.certificate.gap_cents, Cents::ZERO);
        let lines: Cents = output.plan.iter().map(|line| line.total_cents).sum();
        assert_eq!(lines, output.totals.plan_cents, "lines of the plan add up to its cost");
        Answer(output)
    }
}

/// A tenant worked out.
#[derive(Debug)]
pub struct Answer(TenantOutput);

impl Deref for Answer {
    type Target = TenantOutput;

    fn deref(&self) -> &TenantOutput {
        &self.0
    }
}

impl Answer {
    pub fn user(&self, id: &str) -> &UserLine {
        self.users.iter().find(|user| user.id == id).unwrap_or_else(|| panic!("no user {id}"))
    }

    /// The licences of a person as `sku kind`, in the order of the plan.
    pub fn licences(&self, id: &str) -> Vec<String> {
        let licences = self.user(id).licences.iter();
        licences.map(|licence| format!("{} {}", licence.sku, licence.kind.word())).collect()
    }

    /// The plan as `quantity sku kind`, in the order of the edition.
    pub fn seats(&self) -> Vec<String> {
        let line = |line: &seatwise::output::PlanLine| {
            format!("{} {} {}", line.quantity, line.sku, line.kind.word())
        };
        self.plan.iter().map(line).collect()
    }

    /// The plan in whole units of money.
    pub fn cost(&self) -> i64 {
        assert_eq!(self.totals.plan_cents.0 % 100, 0);
        self.totals.plan_cents.0 / 100
    }

    pub fn licensed_devices(&self) -> Vec<&str> {
        let licensed = self.devices.iter().filter(|device| device.licensed);
        licensed.map(|device| device.id.as_str()).collect()
    }

    pub fn check(&self, rule: &str) -> &RuleCheck {
        self.rule_checks.iter().find(|check| check.rule == rule).unwrap_or_else(|| {
            panic!("no check {rule}: {:#?}", self.rule_checks);
        })
    }

    /// How many cases of a finding there are; 0 where it is not among the
    /// findings.
    pub fn cases(&self, code: &str) -> u64 {
        self.findings.iter().filter(|f| f.code.id() == code).map(|f| f.count).sum()
    }
}

/// A table of one column with the ids `prefix01` to `prefixNN`.
pub fn ids(header: &str, prefix: &str, count: usize) -> String {
    rows(header, prefix, count, "")
}

/// A table whose rows are `prefix01` to `prefixNN`, each with the same rest.
pub fn rows(header: &str, prefix: &str, count: usize, rest: &str) -> String {
    let rows = (1..=count).map(|n| format!("{prefix}{n:02}{rest}\n"));
    format!("{header}\n{}", rows.collect::<String>())
}

/// Whole dollars in cents.
pub const fn usd(dollars: i64) -> i64 {
    dollars * 100
}
