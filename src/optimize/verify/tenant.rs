//! The checker's part for the rules of the whole tenant.
//!
//! *The plan*: it counts every seat the plan buys, sets the tier prices those
//! counts reach, and holds each rule against them.
//!
//! *The bound*: it walks the tree of choices, sees to it that the cases of
//! each are complete, and at each leaf builds the tenant that the choices and
//! multipliers leave: some SKUs not for sale, each counted seat cheaper by the
//! multipliers of the rows that count it. If no seat costs less than nothing
//! there, then for every plan that keeps the choices
//!
//! ```text
//! cost = cost at the changed prices + sum of y x (what the row counts)
//!     >= proven bound at the changed prices + sum of y x (bound of the row)
//! ```
//!
//! because `y >= 0` where the row is a lower bound and `y <= 0` where it is an
//! upper one.
//!
//! *What is owned*: `T = max(used, owned) + bought for nobody` seats of a kind
//! are there, and `price x (T - owned)` is paid. Every plan has `T >= owned`,
//! so that this is a row from the start; where nobody may use the kind and it
//! cannot be bought, `T = owned` costs nothing and counts as it is.

use std::collections::{BTreeMap, BTreeSet};

use super::super::coupling::{Choice, Tree};
use super::super::device::Plan;
use super::super::problem::{Clause, Problem};
use super::super::rules::{Owned, RuleRef, Rules, SeatKind};
use super::Checker;
use crate::output::LicenceKind;
use crate::rulebook::{SkuId, SkuSet};

/// More than anything costs.
pub(super) const WITHOUT_END: i128 = i128::MAX / 4;

/// The tenant under the plan.
pub(super) struct Tenant<'a> {
    pub(super) problem: &'a Problem<'a>,
    /// Seats that somebody uses.
    used: BTreeMap<SeatKind, i128>,
    /// Seats at list price that are bought for nobody.
    spare: BTreeMap<SkuId, i128>,
    /// Who is planned at all.
    pub(super) planned: Vec<bool>,
    /// The greatest common divisor of all prices.
    pub(super) divisor: i128,
}

/// A row as the tree makes it.
#[derive(Clone)]
pub(super) struct Row {
    pub(super) counts: BTreeMap<SeatKind, i64>,
    pub(super) people: Option<Vec<u32>>,
    /// `true`: at least.
    pub(super) lower: bool,
    pub(super) bound: i64,
}

/// People who each hold a kind of seat, or hold none.
#[derive(Clone)]
pub(super) struct Mark {
    pub(super) people: Vec<u32>,
    pub(super) kind: SeatKind,
    pub(super) holds: bool,
}

/// What the choices on the way to a leaf say.
#[derive(Clone, Default)]
pub(super) struct Choices {
    /// Not for sale at list price; not for sale at all.
    pub(super) no_list: SkuSet,
    pub(super) gone: SkuSet,
    /// Not for people of an environment, by exclusion.
    pub(super) gone_in: Vec<(usize, u32, SkuSet)>,
    pub(super) rows: Vec<Row>,
    pub(super) marks: Vec<Mark>,
    pub(super) seats: BTreeMap<u32, bool>,
    pub(super) step: BTreeMap<usize, usize>,
}

impl Choices {
    /// None made: the rows of what is owned.
    fn root(rules: &Rules) -> Self {
        let row = |owned: &Owned| Row {
            counts: BTreeMap::from([(owned.kind, 1)]),
            people: None,
            lower: true,
            bound: i64::from(owned.quantity),
        };
        Self { rows: rules.owned.iter().map(row).collect(), ..Self::default() }
    }
}

impl<'a> Tenant<'a> {
    pub(super) fn new(problem: &'a Problem<'a>, plan: &Plan) -> Self {
        let mut used: BTreeMap<SeatKind, i128> = BTreeMap::new();
        for buy in plan.people.iter().flat_map(|person| &person.buys) {
            let attach = buy.kind == LicenceKind::Attach;
            *used.entry(SeatKind { sku: buy.sku, attach }).or_default() += 1;
        }
        for (seat, _) in problem.seats.iter().zip(&plan.licensed).filter(|(_, yes)| **yes) {
            *used.entry(SeatKind::list(seat.sku)).or_default() += 1;
        }
        let mut spare: BTreeMap<SkuId, i128> = BTreeMap::new();
        for (sku, quantity) in &plan.spare {
            *spare.entry(*sku).or_default() += i128::from(*quantity);
        }
        let planned = plan.people.iter().map(|person| person.alone.is_some()).collect();
        Self { problem, used, spare, planned, divisor: divisor(problem) }
    }

    fn owned(&self, kind: SeatKind) -> i128 {
        let all = self.problem.rules.owned.iter().filter(|owned| owned.kind == kind);
        all.map(|owned| i128::from(owned.quantity)).sum()
    }

    fn used(&self, kind: SeatKind) -> i128 {
        self.used.get(&kind).copied().unwrap_or_default()
    }

    /// Seats at list price that are there.
    fn there(&self, sku: SkuId) -> i128 {
        let kind = SeatKind::list(sku);
        let spare = self.spare.get(&sku).copied().unwrap_or_default();
        self.used(kind).max(self.owned(kind)) + spare
    }

    fn listed(&self, skus: SkuSet) -> i128 {
        skus.iter().map(|sku| self.there(sku)).sum()
    }

    /// Whether a seat at list price is bought.
    fn bought(&self, skus: SkuSet) -> bool {
        skus.iter().any(|sku| self.there(sku) > self.owned(SeatKind::list(sku)))
    }

    /// Whether somebody uses one, or one is bought.
    fn any(&self, skus: SkuSet) -> bool {
        let used = |sku| self.used(SeatKind::list(sku)) + self.used(SeatKind::attach(sku));
        self.bought(skus) || skus.iter().any(|sku| used(sku) > 0)
    }

    /// What a seat that is bought for nobody costs in this plan, and any seat
    /// at the attach price.
    fn price(&self, kind: SeatKind) -> Option<i64> {
        if kind.attach {
            return self.problem.market.attach.get(usize::from(kind.sku.0)).copied().flatten();
        }
        let devices = &self.problem.rules.devices;
        let device = devices.iter().find(|(known, _)| *known == kind.sku);
        device.map(|(_, cents)| *cents).or_else(|| self.list(kind.sku))
    }

    /// What a seat of a user SKU costs in this plan.
    pub(super) fn list(&self, sku: SkuId) -> Option<i64> {
        let mut price = self.problem.market.list.get(usize::from(sku.0)).copied().flatten()?;
        for steps in self.problem.rules.steps.iter().filter(|steps| steps.sku == sku) {
            for &(from, cents) in &steps.steps {
                if self.listed(steps.counts) >= i128::from(from) {
                    price = cents;
                }
            }
        }
        Some(price)
    }

    /// Holds the rules against the plan; returns what its spare seats cost, less
    /// what is owned of the seats in use.
    pub(super) fn rules(&self, checker: &mut Checker<'_>, plan: &Plan) -> i128 {
        let rules = &self.problem.rules;
        let mut cost = 0;
        for (sku, quantity) in &plan.spare {
            let price = self.price(SeatKind::list(*sku));
            checker
                .claim(price.is_some(), || format!("spare seats of SKU {} have no price", sku.0));
            cost += i128::from(price.unwrap_or_default()) * i128::from(*quantity);
        }
        for (at, owned) in rules.owned.iter().enumerate() {
            let first = rules.owned[..at].iter().all(|other| other.kind != owned.kind);
            checker.claim(first, || format!("{:?} is owned twice", owned.kind));
            // Used seats were charged with the people and devices that use them.
            let free = self.used(owned.kind).min(i128::from(owned.quantity));
            cost -= free * i128::from(self.price(owned.kind).unwrap_or_default());
        }
        for (sku, cents) in &plan.tiers {
            checker.claim(self.list(*sku) == Some(cents.0), || {
                format!("SKU {} does not cost {} cents at its tier", sku.0, cents.0)
            });
        }
        let excused = |rule: RuleRef| plan.unmet.iter().any(|(unmet, _)| *unmet == rule);
        for (at, floor) in rules.floors.iter().enumerate() {
            let have = i128::from(floor.device_seats) * self.listed(floor.counts)
                + i128::from(floor.device_users) * self.listed(floor.devices);
            let need = i128::from(floor.device_seats) * i128::from(floor.quantity);
            let holds = !(floor.always || self.bought(floor.applies_to)) || have >= need;
            checker.claim(holds || excused(RuleRef::Floor(at)), || {
                format!("minimum {at} is not reached: {have} of {need}")
            });
        }
        for (at, apart) in rules.apart.iter().enumerate() {
            let holds = if apart.tenant_wide {
                !self.any(apart.left) || !self.any(apart.right)
            } else {
                let mut sides: BTreeMap<u32, (bool, bool)> = BTreeMap::new();
                for (person, planned) in self.problem.people.iter().zip(&plan.people) {
                    for place in &person.environments {
                        let side = sides.entry(*place).or_default();
                        for buy in &planned.buys {
                            side.0 |= apart.left.contains(buy.sku);
                            side.1 |= apart.right.contains(buy.sku);
                        }
                    }
                }
                sides.values().all(|(left, right)| !(*left && *right))
            };
            checker.claim(holds || excused(RuleRef::Apart(at)), || {
                format!("exclusion {at} is broken")
            });
        }
        if let Some(rule) = &rules.full_user {
            let holds = !self.any(rule.additional) || self.listed(rule.full) > 0;
            checker.claim(holds || excused(RuleRef::FullUser), || {
                "additional users stand without a full user".into()
            });
        }
        self.unmet(checker, plan);
        cost
    }

    /// A rule may stay unmet only where the rules before it in the order of
    /// exclusions, minimums, full user and itself cannot be met together.
    fn unmet(&self, checker: &mut Checker<'_>, plan: &Plan) {
        if plan.unmet.is_empty() {
            return;
        }
        let rules = &self.problem.rules;
        let mut order: Vec<RuleRef> = (0..rules.apart.len()).map(RuleRef::Apart).collect();
        order.extend((0..rules.floors.len()).map(RuleRef::Floor));
        order.push(RuleRef::FullUser);
        for (number, (unmet, tree)) in plan.unmet.iter().enumerate() {
            let Some(place) = order.iter().position(|rule| rule == unmet) else {
                checker.claim(false, || "a price tier cannot be unmet".into());
                continue;
            };
            let out = |rule: &RuleRef| plan.unmet[..number].iter().any(|(other, _)| other == rule);
            let off: Vec<RuleRef> =
                order[place + 1..].iter().chain(order.iter().filter(|r| out(r))).copied().collect();
            let kept = switched_off(rules, &off);
            let proven = self.tree(checker, &kept, tree, &Choices::root(&kept));
            checker.claim(proven >= self.dearest(&kept), || {
                format!("{unmet:?} is left out, but only {proven} cents speak against it")
            });
        }
    }

    /// No sensible plan costs more: everybody holds everything, every device
    /// is licensed, every minimum and every step is bought on top.
    fn dearest(&self, rules: &Rules) -> i128 {
        let market = self.problem.market;
        let one: i128 = market
            .list
            .iter()
            .chain(&market.attach)
            .flatten()
            .map(|c| i128::from(*c))
            .sum::<i128>()
            + rules.devices.iter().map(|(_, cents)| i128::from(*cents)).sum::<i128>();
        let devices: i128 =
            self.problem.seats.iter().filter_map(|seat| seat.cents).map(|c| i128::from(c.0)).sum();
        let floors: i128 = rules.floors.iter().map(|floor| i128::from(floor.quantity)).sum();
        let steps: i128 = rules
            .steps
            .iter()
            .flat_map(|steps| &steps.steps)
            .map(|(from, _)| i128::from(*from))
            .sum();
        let people = i128::try_from(self.problem.people.len()).unwrap_or(WITHOUT_END);
        (one * (people + floors + steps + 1) + devices).clamp(1, 1 << 46)
    }

    /// What the tree proves of every plan under the rules that are not unmet.
    pub(super) fn proven(&self, checker: &mut Checker<'_>, plan: &Plan, tree: &Tree) -> i128 {
        let off: Vec<RuleRef> = plan.unmet.iter().map(|(rule, _)| *rule).collect();
        let kept = switched_off(&self.problem.rules, &off);
        self.tree(checker, &kept, tree, &Choices::root(&kept))
    }

    fn tree(&self, checker: &mut Checker<'_>, rules: &Rules, tree: &Tree, made: &Choices) -> i128 {
        let (choice, children) = match tree {
            Tree::Leaf(leaf) => return self.leaf(checker, rules, leaf, made),
            Tree::Choice { choice, children } => (choice, children),
        };
        let Some(cases) = self.cases(rules, choice, made) else {
            checker.claim(false, || format!("there is no choice {choice:?}"));
            return 0;
        };
        let complete = cases.len() == children.len();
        checker.claim(complete, || format!("the cases of {choice:?} are not complete"));
        if !complete {
            return 0;
        }
        let mut least = WITHOUT_END;
        for (child, case) in children.iter().zip(&cases) {
            least = least.min(self.tree(checker, rules, child, case));
        }
        least
    }

    /// The cases of a choice, which together leave no plan out.
    fn cases(&self, rules: &Rules, choice: &Choice, made: &Choices) -> Option<Vec<Choices>> {
        let case = |change: &dyn Fn(&mut Choices)| {
            let mut case = made.clone();
            change(&mut case);
            case
        };
        let row = |counts: &[(SkuSet, u32)], people: Option<&[u32]>, lower: bool, bound: i64| {
            let mut sum: BTreeMap<SeatKind, i64> = BTreeMap::new();
            for (skus, count) in counts {
                for sku in skus.iter() {
                    *sum.entry(SeatKind::list(sku)).or_default() += i64::from(*count);
                }
            }
            Row { counts: sum, people: people.map(<[u32]>::to_vec), lower, bound }
        };
        let one = |kind: SeatKind, people: Option<&[u32]>, lower: bool, bound: i64| Row {
            counts: BTreeMap::from([(kind, 1)]),
            people: people.map(<[u32]>::to_vec),
            lower,
            bound,
        };
        let parted = |kind: SeatKind, people: Option<&[u32]>, most: i64| {
            vec![
                case(&|c| c.rows.push(one(kind, people, false, most))),
                case(&|c| c.rows.push(one(kind, people, true, most + 1))),
            ]
        };
        Some(match choice {
            Choice::Floor(at) => {
                let floor = rules.floors.get(*at)?;
                let counts =
                    [(floor.counts, floor.device_seats), (floor.devices, floor.device_users)];
                let need = i64::from(floor.device_seats) * i64::from(floor.quantity);
                let met = case(&|c| c.rows.push(row(&counts, None, true, need)));
                if floor.always {
                    return Some(vec![met]);
                }
                vec![
                    // No seat is bought: what is owned may be used.
                    case(&|c| {
                        for sku in floor.applies_to.iter() {
                            let kind = SeatKind::list(sku);
                            match rules.owned.iter().find(|owned| owned.kind == kind) {
                                Some(owned) if owned.quantity > 0 => {
                                    let most = i64::from(owned.quantity);
                                    c.rows.push(one(kind, None, false, most));
                                }
                                _ => c.no_list.insert(sku),
                            }
                        }
                    }),
                    met,
                ]
            }
            Choice::Apart { rule, environment } => {
                let apart = rules.apart.get(*rule)?;
                if environment.is_none() != apart.tenant_wide {
                    return None;
                }
                let bar = |side: SkuSet| match environment {
                    None => case(&|c| c.gone = c.gone.union(side)),
                    Some(place) => case(&|c| c.gone_in.push((*rule, *place, side))),
                };
                vec![bar(apart.left), bar(apart.right)]
            }
            Choice::FullUser => {
                let rule = rules.full_user.as_ref()?;
                vec![
                    case(&|c| c.gone = c.gone.union(rule.additional)),
                    case(&|c| c.rows.push(row(&[(rule.full, 1)], None, true, 1))),
                ]
            }
            Choice::Steps(at) => {
                let steps = rules.steps.get(*at)?;
                let mut cases = vec![case(&|c| {
                    c.step.insert(*at, 0);
                })];
                for (number, (from, _)) in (1..).zip(&steps.steps) {
                    let from = i64::try_from(*from).ok()?;
                    cases.push(case(&|c| {
                        c.step.insert(*at, number);
                        c.rows.push(row(&[(steps.counts, 1)], None, true, from));
                    }));
                }
                cases
            }
            Choice::Count { kind, most } => parted(*kind, None, *most),
            Choice::Holders { people, kind, most } => {
                if !people.windows(2).all(|pair| pair[0] < pair[1]) {
                    return None;
                }
                parted(*kind, Some(people), *most)
            }
            Choice::Alike { people, kind, most } => {
                let most = usize::try_from(*most).ok().filter(|most| *most < people.len())?;
                if !self.alike(rules, people, made) {
                    return None;
                }
                let marked = |people: &[u32], holds| {
                    case(&|c| c.marks.push(Mark { people: people.to_vec(), kind: *kind, holds }))
                };
                vec![marked(&people[most..], false), marked(&people[..=most], true)]
            }
            Choice::Seat(seat) => {
                self.problem.seats.get(*seat as usize)?.cents?;
                let of = |yes| {
                    case(&|c| {
                        c.seats.insert(*seat, yes);
                    })
                };
                vec![of(false), of(true)]
            }
        })
    }
}

impl Tenant<'_> {
    /// Whether these are different people who may change places in every plan
    /// under the choices, so that it does not matter who of them holds what:
    /// the same needs, devices and environments, and no choice knows one from
    /// another.
    fn alike(&self, rules: &Rules, people: &[u32], made: &Choices) -> bool {
        let placed = rules.apart.iter().any(|apart| !apart.tenant_wide);
        let about = |at: u32| {
            let person = self.problem.people.get(at as usize)?;
            let clauses: BTreeSet<Clause> = person.clauses.iter().copied().collect();
            let kinds = clauses.iter().fold(0, |all, clause| all | clause.kinds.0);
            let used = |seat: &&u32| {
                let seat = self.problem.seats.get(**seat as usize);
                seat.is_some_and(|seat| seat.kinds.0 & kinds != 0)
            };
            let seats: BTreeSet<u32> = person.seats.iter().filter(used).copied().collect();
            let places: BTreeSet<u32> =
                person.environments.iter().filter(|_| placed).copied().collect();
            let rows = made.rows.iter().filter_map(|row| row.people.as_ref());
            let chosen: Vec<bool> = rows
                .chain(made.marks.iter().map(|mark| &mark.people))
                .map(|people| people.binary_search(&at).is_ok())
                .collect();
            let planned = *self.planned.get(at as usize)?;
            planned.then_some((clauses, seats, places, person.variant, chosen))
        };
        let first = people.first().and_then(|&at| about(at));
        first.is_some()
            && people.windows(2).all(|pair| pair[0] < pair[1])
            && people.iter().all(|&at| about(at) == first)
    }
}

/// What divides every price, and so the cost of every plan.
fn divisor(problem: &Problem<'_>) -> i128 {
    let mut all: Vec<i64> = Vec::new();
    all.extend(problem.market.list.iter().flatten());
    all.extend(problem.market.attach.iter().flatten());
    all.extend(problem.seats.iter().filter_map(|seat| seat.cents).map(|cents| cents.0));
    all.extend(problem.rules.devices.iter().map(|(_, cents)| cents));
    for steps in &problem.rules.steps {
        all.extend(steps.steps.iter().map(|(_, cents)| cents));
    }
    let mut divisor = 0_i64;
    for price in all {
        let (mut rest, mut by) = (price.abs(), divisor);
        while by != 0 {
            (rest, by) = (by, rest % by);
        }
        divisor = rest;
    }
    i128::from(divisor.max(1))
}

/// The rules without some of them; the numbers of the others stay.
fn switched_off(rules: &Rules, off: &[RuleRef]) -> Rules {
    let mut rules = rules.clone();
    for (at, floor) in rules.floors.iter_mut().enumerate() {
        if off.contains(&RuleRef::Floor(at)) {
            floor.switch_off();
        }
    }
    for (at, apart) in rules.apart.iter_mut().enumerate() {
        if off.contains(&RuleRef::Apart(at)) {
            apart.left = SkuSet::EMPTY;
        }
    }
    if off.contains(&RuleRef::FullUser) {
        rules.full_user = None;
    }
    rules
}
