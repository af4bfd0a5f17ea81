//! Totals against the rows behind them: the table `tenants` and the entry of
//! the tenant in `run.json`, and the tables that count other tables.

use std::collections::BTreeMap;

use super::claims::{Claims, Failure, number};
use super::tables::{Table, Tables};
use crate::finding::Severity;
use crate::output::proof::ProofFile;
use crate::report::file_stem;
use crate::report::manifest::{Calculated, Hash, Input, RunManifest};
use crate::rulebook::{Mark, Tier};

/// The columns that say who a driver is, in both tables.
const DRIVER: [(&str, &str); 6] = [
    ("driver_role", "role"),
    ("driver_duty", "duty"),
    ("driver_privilege", "privilege"),
    ("driver_object", "object"),
    ("driver_access", "access"),
    ("driver_rule", "rule"),
];

/// A tenant's tables and what the run says of it.
pub(super) struct Sums<'a> {
    pub(super) manifest: &'a RunManifest,
    pub(super) entry: &'a Calculated,
    pub(super) tables: &'a Tables,
    pub(super) claims: &'a mut Claims,
}

impl Sums<'_> {
    pub(super) fn run(&mut self, proof: &ProofFile) -> Result<(), Failure> {
        self.tenants(proof)?;
        self.signatures()?;
        self.drivers()?;
        self.findings()?;
        self.files()
    }

    fn figure(
        &mut self,
        table: &Table,
        column: &str,
        right: i64,
        why: &str,
    ) -> Result<(), Failure> {
        let found = table.counts(column)?.first().copied().unwrap_or_default();
        self.claims.equal(&table.file, ("", column), &found, (why, &right));
        Ok(())
    }

    fn word(&mut self, table: &Table, column: &str, right: &str, why: &str) -> Result<(), Failure> {
        let found = table.text(column)?.first().copied().unwrap_or_default();
        self.claims.equal(&table.file, ("", column), &found, (why, &right));
        Ok(())
    }

    fn entry(&mut self, figure: &str, found: i64, right: i64, why: &str) {
        let place = format!("tenant {}", self.entry.id);
        self.claims.equal("run.json", (&place, figure), &found, (why, &right));
    }

    /// The row of `tenants`, and the entry of the run.
    fn tenants(&mut self, proof: &ProofFile) -> Result<(), Failure> {
        let (tables, entry) = (self.tables, self.entry);
        let table = tables.get("tenants")?;
        let right = ("there should be", &1);
        if !self.claims.equal(&table.file, ("", "the number of rows"), &table.rows(), right) {
            return Ok(());
        }
        let (users, devices) = (tables.get("users")?, tables.get("devices")?);
        let run = "run.json says";
        self.word(table, "edition", &entry.edition, run)?;
        self.word(table, "edition", &proof.edition, "the proof says")?;
        self.word(table, "tenant", &proof.tenant, "the proof says")?;
        self.word(table, "currency", &entry.currency, run)?;
        self.word(table, "device_policy", &proof.device_policy, "the proof says")?;
        self.word(table, "unknown_roles", &self.manifest.options.unknown_roles, run)?;
        let hash = table.text("edition_sha256")?.first().copied().unwrap_or_default();
        let known = &self.manifest.editions;
        let known = known.iter().any(|known| known.id == entry.edition && known.sha256 == hash);
        self.claims.claim(known, &table.file, || {
            format!("edition_sha256 is {hash}, which run.json does not list for {}", entry.edition)
        });

        let tiers = users.text("tier")?;
        let rows = "the table users has rows:";
        self.figure(table, "people", number(users.rows()), rows)?;
        for (tier, column) in [
            (Tier::None, "tier_none"),
            (Tier::SelfService, "tier_self_service"),
            (Tier::TeamMembers, "tier_team_members"),
            (Tier::Activity, "tier_activity"),
            (Tier::Full, "tier_full"),
        ] {
            let count = tiers.iter().filter(|word| **word == tier.word()).count();
            self.figure(table, column, number(count), "the table users has such rows:")?;
        }
        let need = tiers.iter().filter(|word| **word != Tier::None.word()).count();
        self.figure(table, "need_licence", number(need), "users with a tier:")?;
        let holders: Vec<&str> = tables.get("user_licenses")?.text("user_id")?;
        let holders: std::collections::BTreeSet<&str> = holders.into_iter().collect();
        let by_device = users.text("user_id")?.into_iter().zip(users.text("by_device")?);
        let only = by_device.filter(|(id, by)| !by.is_empty() && !holders.contains(id)).count();
        self.figure(table, "by_device_only", number(only), "users with devices alone:")?;
        self.figure(table, "devices", number(devices.rows()), "the table devices has rows:")?;
        let licensed = devices.flags("licensed")?.into_iter().filter(|licensed| *licensed).count();
        let why = "the table devices has licensed ones:";
        self.figure(table, "devices_licensed", number(licensed), why)?;

        let plan = tables.get("plan")?;
        let sum =
            |table: &Table, column| -> Result<i64, Failure> { Ok(number(table.sum(column)?)) };
        let cents = sum(plan, "total_cents")?;
        self.figure(table, "plan_cents", cents, "the table plan adds up to")?;
        let proven = tables.get("certificate")?.counts("bound_cents")?;
        let bound = proven.first().copied().unwrap_or_default();
        self.figure(table, "bound_cents", bound, "the table certificate says")?;
        self.figure(table, "gap_cents", cents - bound, "plan less bound is")?;
        let verified = table.flags("verified")?;
        let verified = verified.first().copied().unwrap_or_default();
        let right = ("a run writes only what is verified:", &true);
        self.claims.equal(&table.file, ("", "verified"), &verified, right);
        let capacity = sum(tables.get("capacity")?, "cents")?;
        self.figure(table, "capacity_cents", capacity, "the table capacity adds up to")?;
        let marks = plan.text("mark")?.into_iter().zip(plan.counts("total_cents")?);
        let unverified =
            marks.filter(|(mark, _)| *mark == Mark::Unverified.word()).map(|(_, cents)| cents);
        let why = "unverified rows of the table plan add up to";
        self.figure(table, "unverified_cents", unverified.sum(), why)?;
        let assigned = table.numbers("assigned_cents")?.first().copied().flatten();
        if let Some(found) = assigned {
            let right = ("the table users adds up to", &sum(users, "assigned_cents")?);
            self.claims.equal(&table.file, ("", "assigned_cents"), &found, right);
        }
        let owned = table.numbers("owned_cents")?.first().copied().flatten();
        if let Some(found) = owned {
            let true_up = tables.get("true_up")?;
            let lines = true_up.counts("owned")?.into_iter().zip(true_up.counts("unit_cents")?);
            let right = ("the table true_up adds up to", &lines.map(|(n, cents)| n * cents).sum());
            self.claims.equal(&table.file, ("", "owned_cents"), &found, right);
        }

        let says = "the table tenants says";
        let of = |column| Ok(table.counts(column)?.first().copied().unwrap_or_default());
        self.entry("people", number(entry.people), of("people")?, says);
        self.entry("need_licence", number(entry.need_licence), of("need_licence")?, says);
        self.entry("devices", number(entry.devices), of("devices")?, says);
        let licensed = of("devices_licensed")?;
        self.entry("devices_licensed", number(entry.devices_licensed), licensed, says);
        self.entry("plan_cents", entry.plan_cents, of("plan_cents")?, says);
        self.entry("bound_cents", entry.bound_cents, of("bound_cents")?, says);
        self.entry("gap_cents", entry.gap_cents, of("gap_cents")?, says);
        let known = |cents: Option<i64>| cents.map_or(-1, |cents| cents);
        self.entry("assigned_cents", known(entry.assigned_cents), known(assigned), says);
        self.entry("owned_cents", known(entry.owned_cents), known(owned), says);
        self.claims.equal(
            "run.json",
            (&format!("tenant {}", entry.id), "verified"),
            &entry.verified,
            (says, &verified),
        );
        let workbook = format!("tenants/{}.xlsx", file_stem(&entry.id));
        self.claims.equal(
            "run.json",
            (&format!("tenant {}", entry.id), "workbook"),
            &entry.workbook.as_deref().unwrap_or_default(),
            ("it should be", &workbook.as_str()),
        );
        Ok(())
    }

    fn signatures(&mut self) -> Result<(), Failure> {
        let (table, users) = (self.tables.get("signatures")?, self.tables.get("users")?);
        let mut people: BTreeMap<i64, (i64, &str)> = BTreeMap::new();
        let needs = users.numbers("signature")?.into_iter().zip(users.text("requirement")?);
        for (signature, need) in needs {
            if let Some(signature) = signature {
                let known = people.entry(signature).or_insert((0, need));
                known.0 += 1;
                self.claims.claim(known.1 == need, &users.file, || {
                    format!("signature {signature}: requirement is both {} and {need}", known.1)
                });
            }
        }
        let (numbers, counts) = (table.counts("number")?, table.counts("users")?);
        for ((signature, found), need) in
            numbers.into_iter().zip(counts).zip(table.text("requirement")?)
        {
            let place = format!("signature {signature}");
            let (count, of_users) = people.remove(&signature).unwrap_or((0, need));
            let right = ("the table users has such rows:", &count);
            self.claims.equal(&table.file, (&place, "users"), &found, right);
            let right = ("the table users says", &of_users);
            self.claims.equal(&table.file, (&place, "requirement"), &need, right);
        }
        for (signature, (count, _)) in people {
            self.claims.claim(false, &table.file, || {
                format!("signature {signature} is missing, the table users has it {count} times")
            });
        }
        Ok(())
    }

    fn drivers(&mut self) -> Result<(), Failure> {
        let (table, users) = (self.tables.get("drivers")?, self.tables.get("users")?);
        let path = |table: &'_ Table, column: fn(&(&'static str, &'static str)) -> &'static str| {
            let columns = DRIVER
                .iter()
                .map(|both| Ok(table.text(column(both))?.into_iter().map(str::to_owned).collect()));
            columns.collect::<Result<Vec<Vec<String>>, Failure>>()
        };
        let key = |columns: &[Vec<String>], at: usize, tier: &str| {
            let mut key: Vec<String> = columns.iter().map(|column| column[at].clone()).collect();
            key.push(tier.to_owned());
            key
        };
        let (columns, tiers) = (path(users, |both| both.0)?, users.text("tier")?);
        let costs = users.counts("plan_cents")?;
        let mut sums: BTreeMap<Vec<String>, (i64, i64)> = BTreeMap::new();
        for (at, (tier, cents)) in tiers.into_iter().zip(costs).enumerate() {
            let driven = columns.iter().any(|column| !column[at].is_empty());
            if driven && tier != Tier::None.word() {
                let sum = sums.entry(key(&columns, at, tier)).or_default();
                sum.0 += 1;
                sum.1 += cents;
            }
        }
        let (columns, tiers) = (path(table, |both| both.1)?, table.text("tier")?);
        let (people, cents) = (table.counts("users")?, table.counts("cents")?);
        for (at, tier) in tiers.into_iter().enumerate() {
            let place = format!("row {}", at + 1);
            let (count, sum) = sums.remove(&key(&columns, at, tier)).unwrap_or_default();
            let right = ("the table users has such rows:", &count);
            self.claims.equal(&table.file, (&place, "users"), &people[at], right);
            let right = ("the table users adds up to", &sum);
            self.claims.equal(&table.file, (&place, "cents"), &cents[at], right);
        }
        for (key, (count, _)) in sums {
            let path: Vec<&str> =
                key.iter().map(String::as_str).filter(|word| !word.is_empty()).collect();
            self.claims.claim(false, &table.file, || {
                format!("{} is missing, the table users has it {count} times", path.join(" > "))
            });
        }
        Ok(())
    }

    fn findings(&mut self) -> Result<(), Failure> {
        let table = self.tables.get("findings")?;
        let severities = table.text("severity")?;
        let count = |severity: Severity| {
            number(severities.iter().filter(|word| **word == severity.word()).count())
        };
        let why = "the table findings has such rows:";
        self.entry("errors", number(self.entry.errors), count(Severity::Error), why);
        self.entry("warnings", number(self.entry.warnings), count(Severity::Warning), why);
        let infos = count(Severity::Info);
        let all = count(Severity::Error) + count(Severity::Warning) + infos;
        let right = ("errors, warnings and infos are", &all);
        self.claims.equal(&table.file, ("", "the number of rows"), &number(table.rows()), right);
        Ok(())
    }

    /// Row accounting, and the files against what the run read.
    fn files(&mut self) -> Result<(), Failure> {
        let (table, rejected) = (self.tables.get("files")?, self.tables.get("rejected")?);
        let mut lost: BTreeMap<(&str, &str), i64> = BTreeMap::new();
        for place in rejected.text("file")?.into_iter().zip(rejected.text("sheet")?) {
            *lost.entry(place).or_default() += 1;
        }
        let (files, sheets) = (table.text("file")?, table.text("sheet")?);
        let (read, used) = (table.counts("rows_read")?, table.counts("rows_used")?);
        let (ignored, refused) = (table.counts("rows_ignored")?, table.counts("rows_rejected")?);
        let (bytes, hashes) = (table.counts("bytes")?, table.text("sha256")?);
        let mut of_file: BTreeMap<(&str, &str), i64> = BTreeMap::new();
        for (at, place) in files.iter().copied().zip(sheets).enumerate() {
            let row = format!("row {} ({})", at + 1, place.0);
            let right = used[at] + ignored[at] + refused[at];
            let right = ("used, ignored and rejected rows are", &right);
            self.claims.equal(&table.file, (&row, "rows_read"), &read[at], right);
            *of_file.entry(place).or_default() += refused[at];
            let hash = Hash::read(hashes[at]);
            let listed = |input: &Input| {
                *input.path == *place.0 && input.sha256 == hash && number(input.bytes) == bytes[at]
            };
            self.claims.claim(self.manifest.inputs.iter().any(listed), &table.file, || {
                format!("{row}: run.json lists no such file with this size and hash")
            });
        }
        for (place, count) in &of_file {
            let found = lost.remove(place).unwrap_or_default();
            let shown = place.0.to_owned();
            let right = ("the table files says", count);
            self.claims.equal(&rejected.file, (&shown, "the number of rows"), &found, right);
        }
        for (place, _) in lost {
            self.claims.claim(false, &rejected.file, || {
                format!("{}: the table files does not have it", place.0)
            });
        }
        let why = "the table files adds up to";
        self.entry("rows_read", number(self.entry.rows_read), read.iter().sum(), why);
        let why = "the table rejected has rows:";
        self.entry("rows_rejected", number(self.entry.rows_rejected), number(rejected.rows()), why);
        Ok(())
    }
}
