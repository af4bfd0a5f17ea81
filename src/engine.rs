//! The heart: one tenant in, everything about its licences out.
//!
//! [`analyse`] is pure: no IO, no clock, no global state beyond the caller's
//! rayon pool. The command line, the benches and whatever else wants an
//! answer call the same function.

mod attach;
mod compare;
mod devices;
mod findings;
mod gates;
mod in_term;
mod lines;
mod proof;
mod risk;
mod rules;
mod savings;
mod sensitivity;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::capacity::{Basis, Entitled, Held, entitled};
use crate::classify::{Classified, Notation, UnknownRoles, classify};
use crate::finding::Finding;
use crate::money::Cents;
use crate::optimize::sensitivity::Flips;
use crate::optimize::{self, Clause, Market, Plan, Problem, cover, verify};
use crate::output::proof::ProofFile;
use crate::output::{
    Certificate, ComponentLine, EditionInfo, LicenceKind, OptionsUsed, PlanLine, PriceLine,
    RuleCheck, TenantOutput, Totals,
};
use crate::prices::Prices;
use crate::proof::{PlanOf, written};
use crate::rulebook::{
    DevicePolicy, Mark, RightId, Rulebook, Segment, Sku, SkuId, SkuSet, Tier, is_for,
};
use crate::tenant::TenantInput;
use crate::trueup::{
    Holdings, Owned, RuleCosts, Running, Stock, agreement, kind_of, last_day, not_sold, running,
    stock, true_up,
};
use devices::Seats;
use gates::Gates;
use in_term::InTerm;
use rules::{Places, rules};

/// People and devices of a tenant that are looked at for the prices at which
/// the advice changes.
pub const SENSITIVITY: usize = 2_000;

/// What may be chosen for a run.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Device policy; the edition's where none is chosen.
    pub device_policy: Option<DevicePolicy>,
    /// What an unknown role needs.
    pub unknown_roles: UnknownRoles,
    /// Gates are not bought up to: a price that opens with so many users holds
    /// where the plan has them anyway.
    pub no_gate_seats: bool,
    /// How many people and devices of device groups are looked at for the
    /// prices at which the advice changes; 0 leaves sensitivity out, `None` is
    /// [`SENSITIVITY`].
    pub sensitivity: Option<usize>,
    /// The day of the data, ISO; the last day on which something happened in it
    /// where none is given, and unknown where nothing did.
    pub as_of: Option<String>,
    /// How the edition was chosen, for the report.
    pub edition_chosen_by: String,
    /// Nobody reads more of the output than [`TenantOutput::summary`]: the
    /// proof, which is checked all the same, is not put into words, and nothing
    /// is looked at for sensitivity.
    pub summary_only: bool,
}

/// Seats of the plan, by SKU and kind, in edition order.
type PlanSeats = BTreeMap<(SkuId, LicenceKind), u64>;

/// Everything the lines are made from.
struct Work<'a> {
    tenant: &'a TenantInput,
    rulebook: &'a Rulebook,
    prices: &'a Prices,
    classified: Classified,
    holdings: Holdings,
    /// For each line of the users sheet: the person. A shared login of nine
    /// people has nine lines.
    heads: Vec<usize>,
    seats: Seats,
    market: &'a Market,
    plan: Plan,
    notation: Notation<'a>,
    /// User SKUs that give each right.
    of_rights: Vec<SkuSet>,
    /// Id and name of every SKU, to be shared by all who get one.
    sku_names: Vec<(Arc<str>, Arc<str>)>,
    /// What unknown roles add to the cost of each line's own licences.
    unknown_cents: Vec<Cents>,
    /// Prices at which the advice changes, and how much was looked at.
    flips: Flips,
    most: usize,
    /// What is owned and running.
    running: Vec<Running>,
    /// Gates that seats are bought for.
    gates: Gates,
}

/// Works a tenant out. The result carries no files and no rejected rows:
/// those belong to whoever read them.
#[must_use]
pub fn analyse(
    tenant: &TenantInput,
    rulebook: &Rulebook,
    prices: &Prices,
    options: &Options,
) -> TenantOutput {
    let classified = classify(tenant, rulebook, options.unknown_roles);
    let holdings = Holdings::of(tenant, rulebook, prices);
    let day = buying_day(tenant, rulebook);
    let for_sale = prices.for_sale(rulebook, &tenant.info, day);
    let market = Market::new(rulebook, &for_sale);
    let seats = Seats::of(tenant, rulebook, &for_sale);
    let heads: Vec<usize> = (0..tenant.people.len())
        .flat_map(|at| std::iter::repeat_n(at, tenant.people[at].headcount.max(1) as usize))
        .collect();
    let policy = options.device_policy.unwrap_or(rulebook.flags.device_policy);
    let places = Places::of(tenant);
    let people = heads
        .iter()
        .map(|&at| {
            let need = &classified.people[at];
            optimize::Person {
                clauses: if need.exempt.is_empty() { need.clauses.clone() } else { Vec::new() },
                seats: seats.of_person(&tenant.people[at]),
                assigned: holdings.people[at].skus,
                environments: places.of_person(&tenant.people[at]),
                ..optimize::Person::default()
            }
        })
        .collect();
    let mut problem = Problem::new(&market, people, seats.seats.clone(), policy);
    problem.rules = rules(rulebook, &for_sale, &tenant.info);
    let free = optimize::plan(&problem);
    let (plan, gates) = if options.no_gate_seats {
        (free, Gates::default())
    } else {
        Gates::open(tenant, rulebook, prices, &seats, &mut problem, free)
    };
    let verdict = verify(&problem, &plan);
    let names = proof::names(tenant, rulebook, &heads, &seats, &places);
    let mut proof = if options.summary_only {
        ProofFile::default()
    } else {
        let shown = PlanOf { name: "renewal", rules: &problem.rules, plan: &plan };
        written(&problem, &names, &[shown])
    };
    let costs = RuleCosts::of(&problem, &plan);
    let most = options.sensitivity.unwrap_or(if options.summary_only { 0 } else { SENSITIVITY });
    let flips = Flips::of(&problem, &plan, most);
    let as_of = options.as_of.as_deref().unwrap_or_else(|| last_day(tenant));
    let (running, mut owned_findings) = running(tenant, rulebook, as_of);
    let mut in_term = InTerm::of(&in_term::Basis {
        tenant,
        rulebook,
        prices,
        for_sale: &for_sale,
        problem: &problem,
        renewal: &plan,
        renewal_seats: &plan_seats(rulebook, &plan, &seats),
        running: &running,
        as_of,
        heads: &heads,
        names: &names,
        assigned: &|at| holdings.people[at].skus,
    });
    in_term.findings.append(&mut owned_findings);
    proof.steps = std::mem::take(&mut in_term.proofs);
    let others = Others::of(&mut problem, plan.cents);

    let unknown_cents = unknown_cents(&market, &classified, &heads);
    // What is held and owned is compared with the plan at the same prices.
    let prices = &prices.at_tiers(rulebook, &plan.tiers);
    let holdings =
        if plan.tiers.is_empty() { holdings } else { Holdings::of(tenant, rulebook, prices) };
    let work = Work {
        notation: Notation::new(rulebook),
        of_rights: (0..)
            .zip(&rulebook.rights)
            .map(|(right, _)| rulebook.user_skus_for(RightId(right)))
            .collect(),
        sku_names: rulebook
            .skus
            .iter()
            .map(|sku| (sku.id.as_str().into(), sku.name.as_str().into()))
            .collect(),
        tenant,
        rulebook,
        prices,
        classified,
        holdings,
        heads,
        seats,
        market: &market,
        plan,
        unknown_cents,
        flips,
        most,
        running,
        gates,
    };
    TenantOutput { proof, ..work.output(options, policy, verdict, &costs, &others, in_term) }
}

/// What the same tenant costs in other ways, under the same rules.
struct Others {
    user_only: Cents,
    other_policy: Cents,
}

impl Others {
    /// `plan`: the cost of the plan of the problem.
    fn of(problem: &mut Problem<'_>, plan: Cents) -> Self {
        if problem.seats.is_empty() && problem.rules.devices.is_empty() {
            return Self { user_only: plan, other_policy: plan };
        }
        problem.policy = match problem.policy {
            DevicePolicy::Guide => DevicePolicy::Strict,
            DevicePolicy::Strict => DevicePolicy::Guide,
        };
        let without_devices = problem.seats.is_empty();
        let other_policy = if without_devices { plan } else { optimize::plan(problem).cents };
        problem.seats.clear();
        problem.rules.devices.clear();
        for person in &mut problem.people {
            person.seats.clear();
        }
        Self { user_only: optimize::plan(problem).cents, other_policy }
    }
}

/// The day licences are bought: the renewal, or the first day of the edition
/// where none is known.
fn buying_day<'t>(tenant: &'t TenantInput, rulebook: &'t Rulebook) -> &'t str {
    let renewal = tenant.info.renewal_date.as_str();
    if renewal.is_empty() { &rulebook.valid_from } else { renewal }
}

/// What unknown roles add to what each line's user licences alone cost.
fn unknown_cents(market: &Market, classified: &Classified, heads: &[usize]) -> Vec<Cents> {
    let mut known: HashMap<Vec<Clause>, Cents> = HashMap::new();
    let mut alone = |clauses: &[Clause]| {
        *known.entry(clauses.to_vec()).or_insert_with(|| {
            let skus: Vec<SkuSet> = clauses.iter().map(|clause| clause.skus).collect();
            let mentioned = cover::mentioned(market, skus.iter().copied());
            cover::solve(market, &skus, mentioned).map_or(Cents::ZERO, |covers| covers.cents)
        })
    };
    heads
        .iter()
        .map(|&at| {
            let need = &classified.people[at];
            match &need.without_unknown {
                Some(without) if need.exempt.is_empty() => alone(&need.clauses) - alone(without),
                _ => Cents::ZERO,
            }
        })
        .collect()
}

/// Everything a plan buys, by SKU and kind.
fn plan_seats(rulebook: &Rulebook, plan: &Plan, candidates: &Seats) -> PlanSeats {
    let mut seats = PlanSeats::new();
    for buy in plan.people.iter().flat_map(|person| &person.buys) {
        *seats.entry((buy.sku, buy.kind)).or_default() += 1;
    }
    for (seat, licensed) in candidates.seats.iter().zip(&plan.licensed) {
        if *licensed {
            *seats.entry((seat.sku, LicenceKind::Device)).or_default() += 1;
        }
    }
    for &(sku, quantity) in &plan.spare {
        if let Some(kind) = kind_of(rulebook.sku(sku).class, false) {
            *seats.entry((sku, kind)).or_default() += quantity;
        }
    }
    seats
}

impl Work<'_> {
    fn output(
        &self,
        options: &Options,
        policy: DevicePolicy,
        verdict: optimize::verify::Verdict,
        costs: &RuleCosts,
        others: &Others,
        in_term: InTerm,
    ) -> TenantOutput {
        let (tenant, rulebook) = (self.tenant, self.rulebook);
        let seats = plan_seats(rulebook, &self.plan, &self.seats);
        let (signatures, numbers) = self.signatures();
        let users = self.users(&numbers);
        let devices = self.devices();
        let held = self.holdings.people.iter().map(AsRef::as_ref);
        let owned = Owned {
            known: !tenant.subscriptions.is_empty(),
            running: &self.running,
            now: &in_term.now,
        };
        let true_up = true_up(rulebook, self.prices, held, owned, &seats);
        let agreement =
            agreement(rulebook, self.prices, &tenant.info, &seats, &self.environments(), costs);
        let stock = stock(tenant, rulebook);
        let entitled = self.entitled(&seats, &stock);
        let plan = self.plan_lines(&seats);
        let mut certificate = self.certificate(verdict);
        certificate.failures.extend(in_term.failures);
        certificate.checked += in_term.checked;
        let mut findings: Vec<Finding> = tenant.findings.clone();
        findings.extend(self.classified.findings.iter().cloned());
        findings.extend(self.holdings.findings.iter().cloned());
        findings.extend(true_up.findings);
        findings.extend(in_term.findings);
        findings.extend(agreement.findings);
        let day = buying_day(tenant, rulebook);
        findings.extend(not_sold(&tenant.info, rulebook, self.prices, &stock, day));
        findings.extend(entitled.findings);
        let mut checks: Vec<RuleCheck> =
            agreement.checks.into_iter().chain(entitled.checks).collect();
        self.gates.say(rulebook, &mut checks);
        let risks = self.risks(&seats, &stock, &checks, &entitled.lines);
        findings.extend(risk::findings(&risks));
        findings.extend(self.findings(&users, &plan, &certificate));
        findings.sort_by(|a, b| {
            (a.code.severity(), a.code).cmp(&(b.code.severity(), b.code)).then_with(|| {
                (&a.place, &a.subject, &a.message).cmp(&(&b.place, &b.subject, &b.message))
            })
        });

        let mut totals = Totals {
            accounts: tenant.accounts,
            people: users.len() as u64,
            devices: devices.len() as u64,
            devices_licensed: devices.iter().filter(|device| device.licensed).count() as u64,
            signatures: signatures.len() as u64,
            plan_cents: self.plan.cents,
            user_only_cents: others.user_only,
            other_policy_cents: others.other_policy,
            assigned_known: tenant.assigned_known,
            owned_cents: true_up.owned,
            owned_known: !tenant.subscriptions.is_empty(),
            buy_now_cents: in_term.buy_now,
            capacity_cents: entitled.cents,
            unverified_cents: plan
                .iter()
                .filter(|line| line.mark.is_some_and(Mark::is_unverified))
                .map(|line| line.total_cents)
                .sum(),
            unknown_role_cents: self.unknown_cents.iter().copied().sum(),
            ..Totals::default()
        };
        for user in &users {
            totals.by_tier[user.tier as usize] += 1;
            totals.need_licence += u64::from(user.tier != Tier::None);
            let carried = !user.by_device.is_empty() && user.licences.is_empty();
            totals.by_device_only += u64::from(carried);
            totals.assigned_cents += user.assigned_cents;
        }
        let compare = self.compare(&users);
        let savings = self.savings(&users, &plan, &true_up.lines);
        TenantOutput {
            tenant: tenant.info.clone(),
            edition: EditionInfo {
                id: rulebook.id.clone(),
                title: rulebook.title.clone(),
                hash: rulebook.hash.clone(),
                chosen_by: options.edition_chosen_by.clone(),
                sources: rulebook.sources.clone(),
                enforcement: rulebook
                    .enforcement
                    .iter()
                    .map(|entry| (entry.date.clone(), entry.what.clone()))
                    .collect(),
            },
            options: OptionsUsed {
                device_policy: policy,
                unknown_roles: options.unknown_roles.word().into(),
                gate_seats: !options.no_gate_seats,
                pseudonyms: String::new(),
            },
            totals,
            drivers: lines::drivers(&users),
            roles: self.roles(),
            users,
            devices,
            prices: self.price_lines(&plan),
            plan,
            signatures,
            true_up: true_up.lines,
            schedule: in_term.schedule,
            rule_checks: checks,
            risks,
            certificate,
            compare,
            savings,
            sensitivity: self.sensitivity(&self.flips, self.most),
            proof: ProofFile::default(),
            capacity: entitled.lines,
            findings,
            files: Vec::new(),
            rejected: Vec::new(),
        }
    }

    /// Seats of the plan for nobody.
    fn spare(&self, sku: SkuId, kind: LicenceKind) -> u64 {
        let listed = self.plan.spare.iter().find(|(known, _)| *known == sku);
        listed.filter(|_| kind != LicenceKind::Attach).map_or(0, |(_, quantity)| *quantity)
    }

    fn plan_lines(&self, seats: &PlanSeats) -> Vec<PlanLine> {
        seats
            .iter()
            .map(|(&(sku, kind), &quantity)| {
                let price = match kind {
                    LicenceKind::Attach => self.prices.attach(sku),
                    _ => self.prices.list(sku),
                };
                let unit = price.map_or(Cents::ZERO, |price| price.cents);
                let (id, name) = &self.sku_names[usize::from(sku.0)];
                PlanLine {
                    sku: id.as_ref().into(),
                    name: name.clone(),
                    kind,
                    quantity,
                    spare: self.spare(sku, kind),
                    unit_cents: unit,
                    total_cents: unit * i64::try_from(quantity).unwrap_or(i64::MAX),
                    mark: price.and_then(|price| price.mark),
                    source: price.map_or_else(|| "".into(), |price| price.source.as_str().into()),
                }
            })
            .collect()
    }

    /// Capacity, gates and support plans under the plan.
    fn entitled(&self, seats: &PlanSeats, stock: &Stock) -> Entitled {
        let mut people: FxHashMap<SkuSet, u64> = FxHashMap::default();
        for planned in &self.plan.people {
            let held: SkuSet = planned.buys.iter().map(|buy| buy.sku).collect();
            *people.entry(held).or_default() += 1;
        }
        let people: BTreeMap<SkuSet, u64> = people.into_iter().collect();
        let day = buying_day(self.tenant, self.rulebook);
        entitled(&Basis {
            rulebook: self.rulebook,
            prices: self.prices,
            tenant: &self.tenant.info,
            measured: &self.tenant.capacity,
            plan: &Held::of_plan(self.rulebook, seats, stock, day),
            owned: &Held::of_stock(stock),
            owned_known: !self.tenant.subscriptions.is_empty(),
            people: &people,
            day,
            shown: None,
        })
    }

    /// Which SKUs people hold in which environment, for rules that forbid two
    /// families of licences in one.
    fn environments(&self) -> BTreeMap<String, SkuSet> {
        let mut environments: BTreeMap<String, SkuSet> = BTreeMap::new();
        for (&at, planned) in self.heads.iter().zip(&self.plan.people) {
            let held: SkuSet = planned.buys.iter().map(|buy| buy.sku).collect();
            let named = &self.tenant.people[at].environments;
            let unnamed = [String::new()];
            for name in if named.is_empty() { &unnamed[..] } else { named } {
                if let Some(known) = environments.get_mut(name) {
                    *known = known.union(held);
                } else {
                    environments.insert(name.clone(), held);
                }
            }
        }
        environments
    }

    fn certificate(&self, verdict: optimize::verify::Verdict) -> Certificate {
        let components = (1_u32..).zip(&self.plan.components).map(|(number, component)| {
            let licensed = component.seats.iter().filter(|&&s| self.plan.licensed[s as usize]);
            ComponentLine {
                number,
                users: component.people.len() as u64,
                devices: component.seats.len() as u64,
                devices_licensed: licensed.count() as u64,
                user_only_cents: component.alone,
                cents: component.cents,
                bound_cents: component.bound,
                method: match component.proof {
                    _ if self.plan.coupling.is_some() => "together with the whole tenant",
                    optimize::Proof::Leaf(_) => "minimum cut",
                    optimize::Proof::Branch { .. } => "minimum cut with branching",
                }
                .into(),
            }
        });
        Certificate {
            cents: self.plan.cents,
            bound_cents: self.plan.bound,
            gap_cents: self.plan.cents - self.plan.bound,
            failures: verdict.failures,
            checked: verdict.checked,
            components: components.collect(),
        }
    }

    /// Why this tenant cannot buy a SKU; blank where it can.
    fn limits(&self, sku: &Sku) -> String {
        let tenant = &self.tenant.info;
        if sku.is_withdrawn(buying_day(self.tenant, self.rulebook)) {
            format!("not sold since {}", sku.withdrawn)
        } else if !is_for(&sku.programs, &[], tenant.program, "") {
            format!("not sold in program {}", tenant.program.word())
        } else if !is_for(&[], &sku.segments, tenant.program, &tenant.segment) {
            format!("not sold to segment {}", Segment::of_tenant(&tenant.segment).word())
        } else {
            String::new()
        }
    }

    fn price_lines(&self, plan: &[PlanLine]) -> Vec<PriceLine> {
        self.rulebook
            .sku_ids()
            .map(|id| {
                let sku = self.rulebook.sku(id);
                let (list, attach) = (self.prices.list(id), self.prices.attach(id));
                PriceLine {
                    sku: sku.id.clone(),
                    name: sku.name.clone(),
                    metric: word(&sku.metric),
                    class: word(&sku.class),
                    list: list.map(|price| price.cents),
                    list_mark: list.and_then(|price| price.mark),
                    list_source: list.map_or_else(String::new, |price| price.source.clone()),
                    attach: attach.map(|price| price.cents),
                    attach_mark: attach.and_then(|price| price.mark),
                    attach_source: attach.map_or_else(String::new, |price| price.source.clone()),
                    used: plan.iter().filter(|l| *l.sku == *sku.id).map(|l| l.quantity).sum(),
                    limits: self.limits(sku),
                    on_premises: sku.on_premises.clone(),
                }
            })
            .collect()
    }
}

/// The word an enum of the rulebook is written with.
fn word<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}
