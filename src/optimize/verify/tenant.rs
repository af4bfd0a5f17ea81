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

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::coupling::{Choice, Tree, TreeLeaf};
use super::super::cover::Market;
use super::super::device::Plan;
use super::super::problem::Problem;
use super::super::rules::{Owned, RuleRef, Rules, SeatKind};
use super::Checker;
use super::folk::Folk;
use crate::output::LicenceKind;
use crate::rulebook::{SkuId, SkuSet};

/// More than anything costs.
const WITHOUT_END: i128 = i128::MAX / 4;

/// Exclusions of one environment that are looked at together.
const MOST_SIDES: usize = 4;

/// The tenant under the plan.
pub(super) struct Tenant<'a> {
    problem: &'a Problem<'a>,
    /// Seats that somebody uses.
    used: BTreeMap<SeatKind, i128>,
    /// Seats at list price that are bought for nobody.
    spare: BTreeMap<SkuId, i128>,
    /// Who is planned at all.
    planned: Vec<bool>,
    /// The greatest common divisor of all prices.
    divisor: i128,
}

/// A row as the tree makes it.
#[derive(Clone)]
struct Row {
    counts: BTreeMap<SeatKind, i64>,
    people: Option<Vec<u32>>,
    /// `true`: at least.
    lower: bool,
    bound: i64,
}

/// What the choices on the way to a leaf say.
#[derive(Clone, Default)]
struct Choices {
    /// Not for sale at list price; not for sale at all.
    no_list: SkuSet,
    gone: SkuSet,
    /// Not for people of an environment, by exclusion.
    gone_in: Vec<(usize, u32, SkuSet)>,
    rows: Vec<Row>,
    seats: BTreeMap<u32, bool>,
    step: BTreeMap<usize, usize>,
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
            let holds = !self.bought(floor.applies_to) || have >= need;
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
                    case(&|c| c.rows.push(row(&counts, None, true, need))),
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

    fn leaf(
        &self,
        checker: &mut Checker<'_>,
        rules: &Rules,
        leaf: &TreeLeaf,
        made: &Choices,
    ) -> i128 {
        let folk = &Arc::clone(&checker.folk);
        let mut usable = made.clone();
        let paid = self.paid(rules, &mut usable);
        let made = &usable;
        let nothing = vec![0; made.rows.len()];
        let (scale, multipliers) = match leaf {
            TreeLeaf::Impossible { .. } => (1, &nothing),
            TreeLeaf::Rows { scale, multipliers } | TreeLeaf::Priced { scale, multipliers, .. } => {
                (*scale, multipliers)
            }
        };
        let signs = made.rows.iter().zip(multipliers);
        let lawful = scale > 0
            && multipliers.len() == made.rows.len()
            && signs.clone().all(|(row, y)| if row.lower { *y >= 0 } else { *y <= 0 });
        checker.claim(lawful, || "multipliers have the wrong sign or number".into());
        if !lawful {
            return 0;
        }
        let (mut inner, mut value) = self.changed(rules, made, scale, multipliers, checker, folk);
        value -= paid * i128::from(scale);
        for (row, multiplier) in signs {
            value += i128::from(*multiplier) * i128::from(row.bound);
        }
        let (proven, claimed) = match leaf {
            TreeLeaf::Impossible { person } => {
                let at = *person as usize;
                let known = self.planned.get(at) == Some(&true);
                // Devices may carry everything they can.
                let hopeless = known && inner.every_split(at)[0].is_none();
                checker.claim(hopeless, || format!("person {at} could be served after all"));
                return if hopeless { WITHOUT_END } else { 0 };
            }
            TreeLeaf::Rows { .. } => (0, None),
            TreeLeaf::Priced { parts, bound, .. } => {
                let mut total: i128 = 0;
                for part in parts {
                    total += inner.component(&part.people, &part.proof);
                }
                if let Some(rest) = self.outside(&mut inner)
                    && let Some(sides) = self.sides(&mut inner, rules, made)
                {
                    total += rest + sides;
                } else {
                    total = WITHOUT_END;
                }
                (total, Some(i128::from(bound.0)))
            }
        };
        checker.verdict.checked += inner.verdict.checked;
        for failure in inner.verdict.failures {
            checker.claim(false, || format!("in a leaf of the tree: {failure}"));
        }
        let scale = i128::from(scale);
        let cents = (value + proven + scale - 1).div_euclid(scale);
        // A plan costs a sum of prices, and so a multiple of what divides all.
        let cents = cents + (-cents).rem_euclid(self.divisor);
        if let Some(claimed) = claimed {
            checker.claim(cents >= claimed, || {
                format!("a leaf claims {claimed} cents, its proof gives {cents}")
            });
        }
        cents
    }

    /// What the owned seats that may be used cost under the choices. Those
    /// that may not are there in any case: their row says nothing more, and
    /// other rows have so much less to reach.
    fn paid(&self, rules: &Rules, made: &mut Choices) -> i128 {
        let market = self.problem.market;
        let mut paid = 0;
        for (at, owned) in rules.owned.iter().enumerate() {
            let (kind, quantity) = (owned.kind, i64::from(owned.quantity));
            let number = usize::from(kind.sku.0);
            let gone = made.gone.contains(kind.sku);
            let device = rules.devices.iter().find(|(sku, _)| *sku == kind.sku);
            let price = if gone {
                None
            } else if kind.attach {
                market.attach[number]
            } else if made.no_list.contains(kind.sku) {
                None
            } else if let Some((_, cents)) = device {
                Some(*cents)
            } else {
                market.list[number].map(|list| least_price(rules, made, kind.sku, list))
            };
            if let Some(price) = price {
                paid += i128::from(price) * i128::from(quantity);
                continue;
            }
            let own = &mut made.rows[at];
            (own.counts, own.bound) = (BTreeMap::new(), 0);
            for row in made.rows.iter_mut().filter(|row| row.people.is_none()) {
                row.bound -= row.counts.get(&kind).copied().unwrap_or_default() * quantity;
            }
        }
        paid
    }

    /// What people pay who stand in no part; `None` where one of them cannot
    /// be served.
    fn outside(&self, inner: &mut Checker<'_>) -> Option<i128> {
        let folk = Arc::clone(&inner.folk);
        let mut total: i128 = 0;
        for (cell, about) in folk.cells.iter().enumerate() {
            let people = about.people.iter().map(|person| *person as usize);
            let count = people.filter(|&at| self.planned[at] && !inner.inside[at]).count();
            if count == 0 {
                continue;
            }
            let groups = &folk.needs[about.needs as usize].groups;
            inner.claim(groups.is_empty(), || {
                format!("people of cell {cell} could be served by devices and are in no part")
            });
            let least = inner.splits_in(inner.market_of[cell], about.needs);
            total += i128::from((*least.last()?)?) * i128::try_from(count).ok()?;
        }
        Some(total)
    }

    /// What the exclusions of environments cost at least that no choice has
    /// decided. Whichever sides an environment gives up, each of its people
    /// pays at least the least rise that this brings, over all sets of groups
    /// that devices could carry. Who works in several environments counts in
    /// the first alone. `None` where an environment can give up no side.
    fn sides(&self, inner: &mut Checker<'_>, rules: &Rules, made: &Choices) -> Option<i128> {
        let folk = Arc::clone(&inner.folk);
        let mut rises: BTreeMap<u32, Vec<Option<i128>>> = BTreeMap::new();
        for (cell, about) in folk.cells.iter().enumerate() {
            let Some(&place) = about.environments.first() else { continue };
            let open = rules.apart.iter().enumerate().filter(|(rule, apart)| {
                let chosen = made.gone_in.iter().any(|(r, p, _)| r == rule && *p == place);
                !apart.tenant_wide && !chosen
            });
            let open: Vec<[SkuSet; 2]> =
                open.take(MOST_SIDES).map(|(_, apart)| [apart.left, apart.right]).collect();
            let people = about.people.iter().filter(|at| self.planned[**at as usize]).count();
            if open.is_empty() || people == 0 {
                continue;
            }
            let before = inner.splits_in(inner.market_of[cell], about.needs);
            let all = rises.entry(place).or_insert_with(|| vec![Some(0); 1 << open.len()]);
            for (number, total) in all.iter_mut().enumerate() {
                let sides = open.iter().enumerate().map(|(at, sides)| sides[number >> at & 1]);
                let barred = sides.fold(SkuSet::EMPTY, SkuSet::union);
                let market = inner.without(inner.market_of[cell], barred);
                let after = inner.splits_in(market, about.needs);
                let rise = before
                    .iter()
                    .zip(after.iter())
                    .filter_map(|(before, after)| Some((before.as_ref()?, after)))
                    .map(|(before, after)| after.map(|after| i128::from(after - before)))
                    .min_by_key(|rise| rise.unwrap_or(WITHOUT_END));
                let count = i128::try_from(people).ok()?;
                *total = match rise {
                    None => *total,
                    Some(rise) => total.zip(rise).map(|(total, rise)| total + rise.max(0) * count),
                };
            }
        }
        rises.into_values().map(|all| all.into_iter().flatten().min()).sum()
    }

    /// The tenant at the changed prices, and what is paid there in any case.
    fn changed(
        &self,
        rules: &Rules,
        made: &Choices,
        scale: i64,
        multipliers: &[i64],
        checker: &mut Checker<'_>,
        folk: &Arc<Folk>,
    ) -> (Checker<'a>, i128) {
        let base = self.problem;
        let scoped: Vec<&Vec<u32>> =
            made.rows.iter().filter_map(|row| row.people.as_ref()).collect();
        // Of the rows that count some people's seats alone: which count these.
        let inside = |person: u32| -> Vec<bool> {
            scoped.iter().map(|people| people.binary_search(&person).is_ok()).collect()
        };
        let cheaper = |kind: SeatKind, rows: &[bool]| -> i64 {
            let mut rows = rows.iter();
            let counted = made.rows.iter().zip(multipliers).filter(|(row, _)| {
                row.people.is_none() || rows.next().copied().unwrap_or_default()
            });
            counted.map(|(row, y)| y * row.counts.get(&kind).copied().unwrap_or_default()).sum()
        };
        let mut negative = false;
        // People alike: the same SKUs barred, in the same rows.
        let mut kinds: BTreeMap<(SkuSet, Vec<bool>), usize> = BTreeMap::new();
        let mut markets: Vec<Market> = Vec::new();
        let mut of_kind = |barred: SkuSet, rows: Vec<bool>| -> usize {
            if let Some(&known) = kinds.get(&(barred, rows.clone())) {
                return known;
            }
            let mut market = base.market.clone();
            for at in 0..market.list.len() {
                let Ok(number) = u8::try_from(at) else { continue };
                let sku = SkuId(number);
                let gone = made.gone.contains(sku) || barred.contains(sku);
                let list = if gone || made.no_list.contains(sku) { None } else { market.list[at] };
                let discount = cheaper(SeatKind::list(sku), &rows);
                market.list[at] =
                    list.map(|list| least_price(rules, made, sku, list) * scale - discount);
                let discount = cheaper(SeatKind::attach(sku), &rows);
                market.attach[at] =
                    market.attach[at].filter(|_| !gone).map(|cents| cents * scale - discount);
                let prices = [market.list[at], market.attach[at]];
                negative |= prices.iter().flatten().any(|cents| *cents < 0);
            }
            markets.push(market);
            kinds.insert((barred, rows), markets.len() - 1);
            markets.len() - 1
        };
        // The first kind is nobody's: seats for nobody.
        let nobody = vec![false; scoped.len()];
        of_kind(SkuSet::EMPTY, nobody.clone());
        let mut paid: i128 = 0;
        let mut below = false;
        let mut prices: Vec<Option<i64>> = Vec::with_capacity(base.seats.len());
        let mut discounts: BTreeMap<SkuId, i64> = BTreeMap::new();
        for (at, seat) in (0_u32..).zip(&base.seats) {
            let gone = made.gone.contains(seat.sku) || made.no_list.contains(seat.sku);
            let cents = seat.cents.filter(|_| !gone).map(|cents| cents.0);
            let discount = *discounts
                .entry(seat.sku)
                .or_insert_with(|| cheaper(SeatKind::list(seat.sku), &nobody));
            let price = match made.seats.get(&at) {
                Some(false) => None,
                Some(true) => {
                    // Paid and counted in any case.
                    paid += cents.map_or(WITHOUT_END / 4, |c| i128::from(c) * i128::from(scale));
                    paid -= i128::from(discount);
                    cents.map(|_| 0)
                }
                None => cents.map(|cents| cents * scale - discount),
            };
            below |= price.is_some_and(|cents| cents < 0);
            prices.push(price);
        }
        for &(sku, cents) in &rules.devices {
            let gone = made.gone.contains(sku) || made.no_list.contains(sku);
            below |= !gone && cents * scale < cheaper(SeatKind::list(sku), &nobody);
        }
        let mut folk =
            if folk.fits(&prices) { Arc::clone(folk) } else { Arc::new(Folk::new(base, &prices)) };
        if !scoped.is_empty() {
            folk = Arc::new(folk.divided(&inside));
        }
        let market_of = folk
            .cells
            .iter()
            .map(|cell| {
                let there = made.gone_in.iter().filter(|(_, p, _)| cell.environments.contains(p));
                let barred = there.fold(SkuSet::EMPTY, |all, (_, _, side)| all.union(*side));
                let rows = cell.people.first().map_or(nobody.clone(), |&person| inside(person));
                of_kind(barred, rows)
            })
            .collect();
        checker.claim(!below && !negative, || {
            "at the multipliers a seat costs less than nothing".into()
        });
        (Checker::at(base, folk, markets, market_of, prices), paid)
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

/// The list price under the choices; the least there is where none is made.
fn least_price(rules: &Rules, made: &Choices, sku: SkuId, list: i64) -> i64 {
    let mut price = list;
    for (at, steps) in rules.steps.iter().enumerate().filter(|(_, steps)| steps.sku == sku) {
        price = match made.step.get(&at) {
            Some(0) => list,
            Some(number) => steps.steps.get(number - 1).map_or(0, |(_, cents)| *cents),
            None => steps.steps.iter().map(|(_, cents)| *cents).chain([list]).min().unwrap_or(list),
        };
    }
    price
}

/// The rules without some of them; the numbers of the others stay.
fn switched_off(rules: &Rules, off: &[RuleRef]) -> Rules {
    let mut rules = rules.clone();
    for (at, floor) in rules.floors.iter_mut().enumerate() {
        if off.contains(&RuleRef::Floor(at)) {
            floor.applies_to = SkuSet::EMPTY;
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
