//! The tables of a plan against its proof: people and their licences, devices,
//! quantities, what is owned, the certificate.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::claims::{Claims, Failure, number};
use super::tables::Tables;
use crate::optimize::{Plan, Proof};
use crate::output::LicenceKind;
use crate::output::proof::{ProofFile, ProofPlan};
use crate::proof::{Restored, RestoredPlan};

/// The plan whose quantities the tables show.
const SHOWN: &str = "renewal";

/// Between the items of a list in a column.
const LIST: &str = "; ";

/// A licence as it is counted: place in the edition and how it is bought.
type Counted = (usize, LicenceKind);

/// Seats and price by SKU id and kind.
type Lines = BTreeMap<(String, &'static str), (i64, i64)>;

/// Tables and proof side by side.
pub(super) struct PlanCheck<'a> {
    /// File of the proof.
    file: &'a str,
    proof: &'a ProofFile,
    written: &'a ProofPlan,
    restored: &'a RestoredPlan,
    tables: &'a Tables,
    claims: &'a mut Claims,
}

impl<'a> PlanCheck<'a> {
    pub(super) fn new(
        file: &'a str,
        proof: &'a ProofFile,
        restored: &'a Restored,
        tables: &'a Tables,
        claims: &'a mut Claims,
    ) -> Result<Self, Failure> {
        let shown = proof.plans.iter().zip(&restored.plans).find(|(plan, _)| plan.name == SHOWN);
        let Some((written, restored)) = shown else {
            return Err(Failure::unreadable(
                file,
                format!("holds no plan \u{201c}{SHOWN}\u{201d}"),
            ));
        };
        let complete = written.given.len() == proof.people.len();
        if !claims.claim(complete, file, || "people of the plan are missing".into()) {
            return Err(Failure::unreadable(file, "the tables cannot be held against it"));
        }
        Ok(Self { file, proof, written, restored, tables, claims })
    }

    /// `checked`: statements that the checker verified.
    pub(super) fn run(&mut self, checked: u64) -> Result<(), Failure> {
        self.users()?;
        self.licences()?;
        self.devices()?;
        let quantities = self.quantities()?;
        self.true_up(&quantities)?;
        self.certificate(checked)
    }

    fn plan(&self) -> &'a Plan {
        &self.restored.plan
    }

    /// Devices behind seats, each once.
    fn devices_of(&self, seats: &[u32]) -> Vec<&'a str> {
        let proof = self.proof;
        let mut devices: Vec<&str> =
            seats.iter().map(|&seat| proof.seats[seat as usize].device.as_str()).collect();
        devices.dedup();
        devices
    }

    fn users(&mut self) -> Result<(), Failure> {
        let table = self.tables.get("users")?;
        let file = &table.file;
        let (proof, plan) = (self.proof, self.plan());
        self.claims.equal(
            file,
            ("", "the number of rows"),
            &table.rows(),
            ("the proof has people:", &proof.people.len()),
        );
        let ids = table.text("user_id")?;
        let (cents, ways) = (table.counts("plan_cents")?, table.counts("alternatives")?);
        let (places, carriers) = (table.text("environments")?, table.text("by_device")?);
        let signatures = table.numbers("signature")?;
        for (at, (person, planned)) in proof.people.iter().zip(&plan.people).enumerate() {
            let Some(&id) = ids.get(at) else { break };
            let same = self.claims.claim(id == person.user, file, || {
                format!("row {} is {id}, the proof has {} there", at + 1, person.user)
            });
            if !same {
                break;
            }
            let place = format!("row {} ({id})", at + 1);
            let paid: i64 = planned.buys.iter().map(|buy| buy.cents.0).sum();
            self.claims.equal(
                file,
                (&place, "plan_cents"),
                &cents[at],
                ("the licences of the proof cost", &paid),
            );
            self.claims.equal(
                file,
                (&place, "alternatives"),
                &ways[at],
                ("the proof says", &i64::from(planned.alternatives)),
            );
            let carried = self.devices_of(&planned.carried_by).join(LIST);
            self.claims.equal(
                file,
                (&place, "by_device"),
                &carriers[at],
                ("the proof says", &carried.as_str()),
            );
            let of_person = |seat: &u32| {
                plan.licensed[*seat as usize] && person.seats.binary_search(seat).is_ok()
            };
            self.claims.claim(planned.carried_by.iter().all(of_person), self.file, || {
                format!("{id} is carried by a device without a licence, or by one they do not use")
            });
            let need = &proof.needs[person.need as usize];
            let named: Vec<&str> = need
                .environments
                .iter()
                .map(|&place| proof.environments[place as usize].as_str())
                .collect();
            let named = named.join(LIST);
            let set = |text: &'a str| text.split(LIST).collect::<BTreeSet<_>>();
            let same = set(places[at]) == named.split(LIST).collect::<BTreeSet<_>>();
            self.claims.claim(same, file, || {
                format!("{place}: environments is {}, the proof says {named}", places[at])
            });
            self.claims.claim(signatures[at].is_some() != need.clauses.is_empty(), file, || {
                format!("{place}: signature does not fit the need of the proof")
            });
        }
        self.signatures(&signatures)
    }

    /// People of one signature need the same, pay the same alone, and nobody
    /// else needs it.
    fn signatures(&mut self, of_users: &[Option<i64>]) -> Result<(), Failure> {
        let table = self.tables.get("signatures")?;
        let (numbers, costs) = (table.counts("number")?, table.counts("cents")?);
        let costs: HashMap<i64, i64> = numbers.into_iter().zip(costs).collect();
        let (mut needs, mut known) = (HashMap::new(), HashMap::new());
        let people = self.proof.people.iter().zip(&self.plan().people).zip(of_users);
        for ((person, planned), number) in people {
            let Some(number) = *number else { continue };
            let clauses = &self.proof.needs[person.need as usize].clauses;
            let place = format!("signature {number}");
            // Needs are numbered by what stands beside the clauses, too.
            let first = *needs.entry(number).or_insert(clauses);
            self.claims.claim(first == clauses, self.file, || {
                format!("{} does not need what others of {place} need", person.user)
            });
            let words: Vec<&[String]> =
                clauses.iter().flat_map(|clause| [&clause.any_of[..], &clause.kinds[..]]).collect();
            let first = *known.entry(words).or_insert(number);
            self.claims.claim(first == number, self.file, || {
                format!("{} of {place} needs what signature {first} needs", person.user)
            });
            let alone = planned.alone.map_or(0, |cents| cents.0);
            if let Some(cents) = costs.get(&number) {
                self.claims.equal(
                    &table.file,
                    (&place, "cents"),
                    cents,
                    ("by the proof user licences alone cost", &alone),
                );
            }
        }
        Ok(())
    }

    fn licences(&mut self) -> Result<(), Failure> {
        let table = self.tables.get("user_licenses")?;
        let file = &table.file;
        let (ids, skus) = (table.text("user_id")?, table.text("sku")?);
        let (kinds, cents) = (table.text("kind")?, table.counts("cents")?);
        let mut at = 0;
        for (person, planned) in self.proof.people.iter().zip(&self.plan().people) {
            for buy in &planned.buys {
                let sku = &self.proof.skus[usize::from(buy.sku.0)].sku;
                let right = (person.user.as_str(), sku.as_str(), buy.kind.word());
                let found = (at < ids.len()).then(|| (ids[at], skus[at], kinds[at]));
                let same = self.claims.claim(found == Some(right), file, || {
                    let words =
                        |(id, sku, kind): (&str, &str, &str)| format!("{sku} ({kind}) of {id}");
                    let found = found.map_or("missing".to_owned(), words);
                    format!("row {} is {found}, the proof has {} there", at + 1, words(right))
                });
                if !same {
                    return Ok(());
                }
                let place = format!("row {} ({sku} of {})", at + 1, person.user);
                let right = ("the proof says", &buy.cents.0);
                self.claims.equal(file, (&place, "cents"), &cents[at], right);
                at += 1;
            }
        }
        let right = ("the proof has licences of users:", &at);
        self.claims.equal(file, ("", "the number of rows"), &ids.len(), right);
        Ok(())
    }

    fn devices(&mut self) -> Result<(), Failure> {
        #[derive(Default)]
        struct Device {
            licensed: bool,
            price: Option<i64>,
            component: Option<i64>,
            carries: i64,
        }
        let table = self.tables.get("devices")?;
        let file = &table.file;
        let (proof, plan) = (self.proof, self.plan());
        let mut devices: BTreeMap<&str, Device> = BTreeMap::new();
        for (seat, licensed) in proof.seats.iter().zip(&plan.licensed) {
            let device = devices.entry(&seat.device).or_default();
            device.licensed |= licensed;
            if *licensed {
                device.price = device.price.or(seat.cents);
            }
        }
        for (number, component) in (1..).zip(&plan.components) {
            for device in self.devices_of(&component.seats) {
                devices.entry(device).or_default().component.get_or_insert(number);
            }
        }
        for planned in &plan.people {
            for device in self.devices_of(&planned.carried_by) {
                devices.entry(device).or_default().carries += 1;
            }
        }
        let ids = table.text("device_id")?;
        let listed: BTreeSet<&str> = ids.iter().copied().collect();
        for device in devices.keys() {
            self.claims.claim(listed.contains(device), file, || {
                format!("the row of {device} is missing, the proof has the device")
            });
        }
        let (licensed, carries) = (table.flags("licensed")?, table.counts("carries")?);
        let (prices, groups) = (table.counts("unit_cents")?, table.numbers("component")?);
        let none = Device::default();
        for (at, id) in ids.iter().enumerate() {
            let device = devices.get(id).unwrap_or(&none);
            let place = format!("row {} ({id})", at + 1);
            let says = "the proof says";
            let claims = &mut *self.claims;
            claims.equal(file, (&place, "licensed"), &licensed[at], (says, &device.licensed));
            claims.equal(file, (&place, "carries"), &carries[at], (says, &device.carries));
            let (found, right) = (groups[at].unwrap_or(0), device.component.unwrap_or(0));
            claims.equal(file, (&place, "component"), &found, (says, &right));
            if let Some(price) = device.price {
                claims.equal(file, (&place, "unit_cents"), &prices[at], (says, &price));
            }
        }
        Ok(())
    }

    /// Seats and those for nobody, by the proof.
    fn seats(&self) -> BTreeMap<Counted, (u64, u64)> {
        let plan = self.plan();
        let mut seats: BTreeMap<Counted, (u64, u64)> = BTreeMap::new();
        for buy in plan.people.iter().flat_map(|person| &person.buys) {
            seats.entry((usize::from(buy.sku.0), buy.kind)).or_default().0 += 1;
        }
        let numbers: HashMap<&str, usize> =
            self.proof.skus.iter().enumerate().map(|(at, sku)| (sku.sku.as_str(), at)).collect();
        let number = |id: &str| numbers.get(id).copied().unwrap_or_default();
        for (seat, _) in self.proof.seats.iter().zip(&plan.licensed).filter(|(_, yes)| **yes) {
            seats.entry((number(&seat.sku), LicenceKind::Device)).or_default().0 += 1;
        }
        for (sku, quantity) in &plan.spare {
            let at = usize::from(sku.0);
            let about = &self.proof.skus[at];
            let kind = match about {
                _ if self.restored.rules.devices.iter().any(|(known, _)| known == sku) => {
                    LicenceKind::Device
                }
                about if about.full => LicenceKind::Base,
                about if about.add_on => LicenceKind::AddOn,
                _ => LicenceKind::Additional,
            };
            let count = seats.entry((at, kind)).or_default();
            count.0 += quantity;
            count.1 += quantity;
        }
        seats
    }

    /// What a seat costs in the plan.
    fn price(&self, (at, kind): Counted) -> Option<i64> {
        let sku = &self.proof.skus[at];
        let tier = self.written.tiers.iter().find(|tier| tier.sku == sku.sku);
        match kind {
            LicenceKind::Attach => sku.attach,
            LicenceKind::Device => {
                let devices = &self.written.rules.devices;
                devices.iter().find(|device| device.sku == sku.sku).map(|device| device.cents)
            }
            _ => tier.map(|tier| tier.cents).or(sku.list),
        }
    }

    /// The table `plan`; gives its quantities and prices by SKU id and kind.
    fn quantities(&mut self) -> Result<Lines, Failure> {
        let table = self.tables.get("plan")?;
        let file = &table.file;
        let (skus, kinds) = (table.text("sku")?, table.text("kind")?);
        let (quantity, spare) = (table.counts("quantity")?, table.counts("spare")?);
        let (units, totals) = (table.counts("unit_cents")?, table.counts("total_cents")?);
        let mut found: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for (at, line) in skus.iter().copied().zip(kinds).enumerate() {
            let first = found.insert(line, at).is_none();
            self.claims.claim(first, file, || {
                format!("row {}: {} ({}) is there twice", at + 1, line.0, line.1)
            });
        }
        let mut lines = BTreeMap::new();
        for (counted, (seats, free)) in self.seats() {
            let (sku, kind) = (self.proof.skus[counted.0].sku.as_str(), counted.1.word());
            let place = format!("{sku} ({kind})");
            let Some(at) = found.remove(&(sku, kind)) else {
                self.claims.claim(false, file, || {
                    format!("{place} is missing, users, devices and spare seats need {seats}")
                });
                continue;
            };
            let claims = &mut *self.claims;
            let all = number(seats);
            let why = "licences of users, devices and spare seats of the proof add up to";
            claims.equal(file, (&place, "quantity"), &quantity[at], (why, &all));
            let free = number(free);
            claims.equal(file, (&place, "spare"), &spare[at], ("the proof says", &free));
            if let Some(price) = self.price(counted) {
                let claims = &mut *self.claims;
                claims.equal(file, (&place, "unit_cents"), &units[at], ("the proof says", &price));
            }
            let total = i128::from(quantity[at]) * i128::from(units[at]);
            let right = ("seats times price make", &total);
            self.claims.equal(file, (&place, "total_cents"), &i128::from(totals[at]), right);
            lines.insert((sku.to_owned(), kind), (all, units[at]));
        }
        for ((sku, kind), at) in found {
            self.claims.claim(false, file, || {
                format!("row {}: the proof has no seat of {sku} ({kind})", at + 1)
            });
        }
        let right = ("the proof says", &i128::from(self.written.cents));
        self.claims.equal(file, ("all rows", "total_cents"), &table.sum("total_cents")?, right);
        Ok(lines)
    }

    fn true_up(&mut self, plan: &Lines) -> Result<(), Failure> {
        let table = self.tables.get("true_up")?;
        let file = &table.file;
        let (skus, kinds) = (table.text("sku")?, table.text("kind")?);
        let (owned, planned) = (table.counts("owned")?, table.counts("plan")?);
        let (gaps, units) = (table.counts("gap")?, table.counts("unit_cents")?);
        let money = table.counts("money_cents")?;
        let mut open: BTreeMap<(&str, &str), (i64, i64)> =
            plan.iter().map(|((sku, kind), line)| ((sku.as_str(), *kind), *line)).collect();
        for (at, line) in skus.into_iter().zip(kinds).enumerate() {
            let place = format!("row {} ({}, {})", at + 1, line.0, line.1);
            let claims = &mut *self.claims;
            let (quantity, unit) = open.remove(&line).unwrap_or((0, units[at]));
            let right = ("the table plan says", &quantity);
            claims.equal(file, (&place, "plan"), &planned[at], right);
            let right = ("the table plan says", &unit);
            claims.equal(file, (&place, "unit_cents"), &units[at], right);
            let gap = i128::from(planned[at]) - i128::from(owned[at]);
            let right = ("plan less owned is", &gap);
            claims.equal(file, (&place, "gap"), &i128::from(gaps[at]), right);
            let right = ("gap times price is", &(gap * i128::from(units[at])));
            claims.equal(file, (&place, "money_cents"), &i128::from(money[at]), right);
        }
        for ((sku, kind), (quantity, _)) in open {
            self.claims.claim(false, file, || {
                format!("{sku} ({kind}) is missing, the plan has {quantity}")
            });
        }
        Ok(())
    }

    fn certificate(&mut self, checked: u64) -> Result<(), Failure> {
        let table = self.tables.get("certificate")?;
        let (file, plan) = (&table.file, self.plan());
        let right = ("the proof has groups and the tenant:", &(plan.components.len() + 1));
        if !self.claims.equal(file, ("", "the number of rows"), &table.rows(), right) {
            return Ok(());
        }
        let numbers = |column| table.counts(column);
        let (group, users) = (numbers("component")?, numbers("users")?);
        let (devices, licensed) = (numbers("devices")?, numbers("devices_licensed")?);
        let (alone, cents) = (numbers("user_only_cents")?, numbers("cents")?);
        let (bounds, checks) = (numbers("bound_cents")?, numbers("checked")?);
        let (methods, failures) = (table.text("method")?, table.text("failures")?);
        let claims = &mut *self.claims;
        let whole = "the tenant";
        let says = "the proof says";
        claims.equal(file, (whole, "cents"), &cents[0], (says, &plan.cents.0));
        claims.equal(file, (whole, "bound_cents"), &bounds[0], (says, &plan.bound.0));
        let checked = number(checked);
        // What was checked of the plans before the renewal is counted there, too.
        claims.claim(checks[0] >= checked, file, || {
            format!("{whole}: checked is {}, the checker verified {checked}", checks[0])
        });
        let none = failures.iter().all(|failures| failures.is_empty());
        claims.claim(none, file, || "failures is not blank: the run was not verified".into());
        let apart: i64 = plan.people.iter().filter_map(|planned| planned.alone).map(|c| c.0).sum();
        let right = ("its people cost alone", &apart);
        claims.equal(self.file, (whole, "user_only"), &plan.alone.0, right);
        for (at, part) in (1..).zip(&plan.components) {
            let place = format!("group {at}");
            let mut equal = |column, found: &[i64], right: usize| {
                let right = number(right);
                claims.equal(file, (&place, column), &found[at], (says, &right));
            };
            let on = part.seats.iter().filter(|&&seat| plan.licensed[seat as usize]).count();
            let people = || part.people.iter().map(|&at| &plan.people[at as usize]);
            equal("component", &group, at);
            equal("users", &users, part.people.len());
            equal("devices", &devices, part.seats.len());
            equal("devices_licensed", &licensed, on);
            claims.equal(file, (&place, "user_only_cents"), &alone[at], (says, &part.alone.0));
            claims.equal(file, (&place, "cents"), &cents[at], (says, &part.cents.0));
            claims.equal(file, (&place, "bound_cents"), &bounds[at], (says, &part.bound.0));
            let users: i64 = people().map(|planned| planned.cents().0).sum();
            let seats = part.seats.iter().filter(|&&seat| plan.licensed[seat as usize]);
            let prices = seats.filter_map(|&seat| self.proof.seats[seat as usize].cents);
            let right = ("its licences cost", &(users + prices.sum::<i64>()));
            claims.equal(self.file, (&place, "cents"), &part.cents.0, right);
            let users: i64 = people().filter_map(|planned| planned.alone).map(|c| c.0).sum();
            let right = ("its people cost alone", &users);
            claims.equal(self.file, (&place, "alone"), &part.alone.0, right);
            let proven = match plan.coupling {
                // Each is proven by itself.
                None => true,
                Some(_) if plan.bound == plan.cents => part.bound == part.cents,
                Some(_) => part.bound.0 == 0,
            };
            claims.claim(proven, self.file, || format!("{place}: the bound is not proven"));
            let method = match part.proof {
                _ if plan.coupling.is_some() => "together with the whole tenant",
                Proof::Leaf(_) => "minimum cut",
                Proof::Branch { .. } => "minimum cut with branching",
            };
            claims.equal(file, (&place, "method"), &methods[at], (says, &method));
        }
        Ok(())
    }
}
