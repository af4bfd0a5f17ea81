//! The cheapest packs that cover a need, exactly.
//!
//! There are few kinds of packs, so every set of kinds is looked at; within a
//! set the counts are found by branch and bound, the kind with the least
//! money per amount first. A pack whose price nobody knows counts as dearer
//! than anything with a price: it is bought only where nothing else will do.

/// What is known of one kind of packs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kind {
    /// What each adds, in thousandths; more than nothing, at most 10^15.
    pub amount: u64,
    /// Cents per month; `None`: unknown.
    pub price: Option<u64>,
    /// How many are owned.
    pub owned: u64,
    /// No more than that many, owned ones included.
    pub most: Option<u64>,
    /// From that many on there is no limit.
    pub unlimited_from: Option<u64>,
    /// Only together with the kind at this index.
    pub after: Option<usize>,
    /// Whether it can be bought at all.
    pub for_sale: bool,
}

/// What to buy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Choice {
    /// How many of each kind.
    pub counts: Vec<u64>,
    /// What those with a price cost.
    pub cents: u64,
    /// How many have no known price.
    pub unpriced: u64,
    /// Owned kinds, by index, whose place another takes.
    pub replaced: Vec<usize>,
    /// Whether the search came to its end, as it does for any real edition.
    pub proven: bool,
}

/// Cents in the upper part, packs in the lower: fewer packs among equals.
type Weight = u128;

const CENT: Weight = 1 << 32;
/// Cents no price list reaches; the price of a pack without one.
const UNPRICED: u64 = 1 << 40;
const MOST_STEPS: u32 = 1_000_000;

impl Kind {
    fn weight(&self) -> Weight {
        let cents = self.price.map_or(UNPRICED, |price| price.min(UNPRICED / 2));
        Weight::from(cents) * CENT + 1
    }

    /// How many more can be bought.
    fn room(&self) -> u64 {
        self.most.map_or(u64::MAX, |most| most.saturating_sub(self.owned))
    }

    fn is_unlimited(&self) -> bool {
        self.unlimited_from.is_some_and(|from| self.owned >= from)
    }
}

/// What owned packs add; `None`: without limit.
pub(super) fn owned(kinds: &[Kind]) -> Option<u64> {
    if kinds.iter().any(Kind::is_unlimited) {
        return None;
    }
    let amounts = kinds.iter().map(|kind| kind.amount.saturating_mul(kind.owned));
    Some(amounts.fold(0, u64::saturating_add))
}

/// One way to go about it: owned kinds that stay, kinds that may be bought.
struct Way {
    keep: u32,
    buy: u32,
}

/// The cheapest packs that together with owned ones add `need` thousandths,
/// which is at most 10^15; `None` where nothing does. With `one_of` only one
/// kind of those without `after` may be held: an owned one may give way to
/// another, whose price less its own is then what counts.
pub(super) fn cheapest(kinds: &[Kind], one_of: bool, need: u64) -> Option<Choice> {
    let all = (1_u32 << kinds.len().min(31)) - 1;
    let having = |test: &dyn Fn(usize, &Kind) -> bool| {
        kinds
            .iter()
            .enumerate()
            .filter(|(at, kind)| test(*at, kind))
            .fold(0, |m, (at, _)| m | 1 << at)
    };
    let held = having(&|_, kind| kind.owned > 0);
    let mut ways = Vec::new();
    if one_of {
        let with = |at: usize, kind: &Kind| {
            kind.after.map_or(held & (1 << at) != 0, |a| held & (1 << a) != 0)
        };
        ways.push(Way { keep: all, buy: having(&with) });
        for (at, kind) in kinds.iter().enumerate() {
            if kind.after.is_none() {
                let family = having(&|other, kind| other == at || kind.after == Some(at));
                ways.push(Way { keep: family, buy: family });
            }
        }
    } else {
        ways.push(Way { keep: all, buy: all });
    }
    let mut steps = MOST_STEPS;
    let mut best: Option<(i128, Choice)> = None;
    for way in ways {
        let dropped: Vec<usize> = (0..kinds.len())
            .filter(|at| kinds[*at].owned > 0 && way.keep & (1 << at) == 0)
            .collect();
        // A pack without a price that is given up saves nothing one could name.
        let saved: i128 = dropped
            .iter()
            .map(|&at| i128::from(kinds[at].price.unwrap_or(0)) * i128::from(kinds[at].owned))
            .sum();
        let mut kept = kinds.to_vec();
        for &at in &dropped {
            kept[at].owned = 0;
        }
        let Some((weight, counts)) = within(&kept, way.buy, need, &mut steps) else { continue };
        if weight == 0 && dropped.is_empty() {
            return Some(Choice { counts, proven: true, ..Choice::default() });
        }
        let weight = i128::try_from(weight).unwrap_or(i128::MAX);
        let net = weight.saturating_sub(saved.saturating_mul(1 << 32));
        if best.as_ref().is_none_or(|(known, _)| net < *known) {
            let bought = || kinds.iter().zip(&counts);
            let cents = bought()
                .map(|(kind, &count)| kind.price.unwrap_or(0).saturating_mul(count))
                .fold(0, u64::saturating_add);
            let unpriced = bought().filter(|(kind, _)| kind.price.is_none()).map(|(_, c)| c).sum();
            let choice =
                Choice { counts: counts.clone(), cents, unpriced, replaced: dropped, proven: true };
            best = Some((net, choice));
        }
    }
    let (_, mut choice) = best?;
    choice.proven = steps > 0;
    Some(choice)
}

/// The lightest purchase among the kinds of `buy`.
fn within(kinds: &[Kind], buy: u32, need: u64, steps: &mut u32) -> Option<(Weight, Vec<u64>)> {
    let nothing = vec![0; kinds.len()];
    let Some(have) = owned(kinds) else { return Some((0, nothing)) };
    let missing = need.saturating_sub(have);
    if missing == 0 {
        return Some((0, nothing));
    }
    let open = (0..kinds.len())
        .filter(|at| buy & (1 << at) != 0 && kinds[*at].for_sale && kinds[*at].room() > 0)
        .fold(0_u32, |mask, at| mask | 1 << at);
    let mut best: Option<(Weight, Vec<u64>)> = None;
    for mask in 1..=open {
        let members: Vec<usize> = (0..kinds.len()).filter(|at| mask & (1 << at) != 0).collect();
        let stands = |at: &usize| {
            kinds[*at].after.is_none_or(|other| kinds[other].owned > 0 || mask & (1 << other) != 0)
        };
        if mask & !open != 0 || !members.iter().all(stands) {
            continue;
        }
        // One of each member, then what is still missing.
        let once: Weight = members.iter().map(|at| kinds[*at].weight()).sum();
        for &at in &members {
            let kind = &kinds[at];
            let Some(from) = kind.unlimited_from else { continue };
            let count = from.saturating_sub(kind.owned).max(1);
            let weight = once + kind.weight() * Weight::from(count - 1);
            if count <= kind.room() && best.as_ref().is_none_or(|(known, _)| weight < *known) {
                let mut counts = nothing.clone();
                for &member in &members {
                    counts[member] = 1;
                }

                counts[at] = count;
                best = Some((weight, counts));
            }
        }
        let added = members.iter().map(|at| kinds[*at].amount).fold(0, u64::saturating_add);
        let mut search =
            Search::new(kinds, &members, best.as_ref().map(|(weight, _)| *weight), steps);
        search.run(0, missing.saturating_sub(added), once);
        if let Some((weight, more)) = search.found {
            let mut counts = nothing.clone();
            for &member in &members {
                counts[member] = 1;
            }

            for (row, count) in search.rows.iter().zip(more) {
                counts[row.kind] += count;
            }
            best = Some((weight, counts));
        }
    }
    best
}

/// A kind within a search.
struct Row {
    kind: usize,
    amount: u64,
    weight: Weight,
    room: u64,
    /// By how much the rows behind it can together stand in for more of this
    /// one: more than that never pays.
    exchange: u64,
}

/// Branch and bound over counts.
struct Search<'s> {
    rows: Vec<Row>,
    counts: Vec<u64>,
    limit: Option<Weight>,
    found: Option<(Weight, Vec<u64>)>,
    steps: &'s mut u32,
}

impl<'s> Search<'s> {
    fn new(kinds: &[Kind], members: &[usize], limit: Option<Weight>, steps: &'s mut u32) -> Self {
        let mut rows: Vec<Row> = members
            .iter()
            .map(|&at| Row {
                kind: at,
                amount: kinds[at].amount,
                weight: kinds[at].weight(),
                room: kinds[at].room().saturating_sub(1),
                exchange: 0,
            })
            .collect();
        rows.sort_by(|a, b| {
            let (left, right) = (a.weight * u128::from(b.amount), b.weight * u128::from(a.amount));
            left.cmp(&right).then(a.kind.cmp(&b.kind))
        });
        for at in 0..rows.len() {
            let amount = rows[at].amount;
            let multiple =
                |other: &Row| (amount / common(amount, other.amount)).saturating_mul(other.amount);
            rows[at].exchange = rows[at + 1..].iter().map(multiple).fold(0, u64::saturating_add);
        }
        let counts = vec![0; rows.len()];
        Self { rows, counts, limit, found: None, steps }
    }

    /// Rows from `at` on cover `missing`; `spent` is the weight so far. A row
    /// is the cheapest per amount of those behind it, which bounds what any
    /// way of going on costs.
    fn run(&mut self, at: usize, missing: u64, spent: Weight) {
        if missing == 0 {
            if self.limit.is_none_or(|limit| spent < limit) {
                self.limit = Some(spent);
                self.found = Some((spent, self.counts.clone()));
            }
            return;
        }
        let Some(row) = self.rows.get(at) else { return };
        let (amount, weight, room, exchange) = (row.amount, row.weight, row.room, row.exchange);
        let full = missing.div_ceil(amount);
        let most = full.min(room);
        // Where the row has room for all of it, copies of later rows that add
        // up to a multiple of its amount are no lighter than it.
        let least = if most == full { missing.saturating_sub(exchange) / amount } else { 0 };
        let last = at + 1 == self.rows.len();
        let mut count = most;
        loop {
            if *self.steps == 0 {
                break;
            }
            *self.steps -= 1;
            let left = missing.saturating_sub(amount.saturating_mul(count));
            let now = spent + weight * Weight::from(count);
            let rest = self.rows.get(at + 1).map_or(0, |next| {
                (Weight::from(left) * next.weight).div_ceil(Weight::from(next.amount))
            });
            // While something is left, fewer of the lightest row only make it
            // heavier; a count that covers more than all says nothing.
            if left > 0 && self.limit.is_some_and(|limit| now + rest >= limit) {
                break;
            }
            self.counts[at] = count;
            self.run(at + 1, left, now);
            self.counts[at] = 0;
            if count == least || last {
                break;
            }
            count -= 1;
        }
    }
}

/// The greatest common divisor; of numbers above zero.
fn common(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNIT: u64 = 1_000;

    fn kind(amount: u64, price: u64) -> Kind {
        Kind {
            amount: amount * UNIT,
            price: Some(price),
            owned: 0,
            most: None,
            unlimited_from: None,
            after: None,
            for_sale: true,
        }
    }

    fn buys(kinds: &[Kind], one_of: bool, need: u64) -> Option<(Vec<u64>, u64)> {
        let choice = cheapest(kinds, one_of, need * UNIT)?;
        assert!(choice.proven);
        Some((choice.counts, choice.cents))
    }

    #[test]
    fn whole_packs_are_bought_and_the_mix_is_the_cheapest() {
        assert_eq!(buys(&[kind(100, 5_000)], false, 1_400), Some((vec![14], 70_000)));
        assert_eq!(buys(&[kind(100, 5_000)], false, 1_401), Some((vec![15], 75_000)));
        // Ten of a small one cost more than the large one; three do not.
        let kinds = [kind(1, 1_000), kind(10, 7_000)];
        assert_eq!(buys(&kinds, false, 13), Some((vec![3, 1], 10_000)));
        assert_eq!(buys(&kinds, false, 18), Some((vec![0, 2], 14_000)));
        assert_eq!(buys(&kinds, false, 0), Some((vec![0, 0], 0)));
    }

    #[test]
    fn from_the_plateau_on_there_is_no_limit() {
        let kinds = [Kind { unlimited_from: Some(50), ..kind(100, 5_000) }];
        assert_eq!(buys(&kinds, false, 4_900), Some((vec![49], 245_000)));
        assert_eq!(buys(&kinds, false, 90_000), Some((vec![50], 250_000)));
        let owned = [Kind { owned: 20, ..kinds[0].clone() }];
        assert_eq!(buys(&owned, false, 90_000), Some((vec![30], 150_000)));
        let most = [Kind { most: Some(6), unlimited_from: Some(6), ..kind(10, 100) }];
        assert_eq!(buys(&most, false, 1_000), Some((vec![6], 600)));
        assert_eq!(buys(&[Kind { most: Some(5), ..kind(10, 100) }], false, 51), None);
    }

    #[test]
    fn overage_is_bought_only_with_its_tier_and_tiers_exclude_each_other() {
        let kinds =
            [kind(100, 10_000), kind(1_000, 60_000), Kind { after: Some(0), ..kind(10, 2_000) }];
        assert_eq!(buys(&kinds, true, 120), Some((vec![1, 0, 2], 14_000)));
        assert_eq!(buys(&kinds, true, 500), Some((vec![5, 0, 0], 50_000)));
        assert_eq!(buys(&kinds, true, 700), Some((vec![0, 1, 0], 60_000)));
        let capped: Vec<Kind> =
            kinds.iter().map(|kind| Kind { most: Some(1), ..kind.clone() }).collect();
        assert_eq!(buys(&capped, true, 500), Some((vec![0, 1, 0], 60_000)));
        assert_eq!(buys(&capped, true, 1_001), None, "never two tiers");
    }

    #[test]
    fn an_owned_tier_gives_way_where_that_is_cheaper() {
        let mut kinds = vec![
            Kind { most: Some(1), ..kind(100, 10_000) },
            Kind { most: Some(1), ..kind(1_000, 60_000) },
            Kind { after: Some(0), ..kind(10, 2_000) },
        ];
        kinds[0].owned = 1;
        let few = cheapest(&kinds, true, 120 * UNIT);
        assert_eq!(
            few.map(|choice| (choice.counts, choice.replaced)),
            Some((vec![0, 0, 2], vec![]))
        );
        let many = cheapest(&kinds, true, 900 * UNIT);
        assert_eq!(
            many.map(|choice| (choice.counts, choice.replaced)),
            Some((vec![0, 1, 0], vec![0]))
        );
        let none = cheapest(&kinds, true, 50 * UNIT);
        assert_eq!(none.map(|choice| (choice.cents, choice.replaced)), Some((0, vec![])));
    }

    #[test]
    fn a_pack_without_a_price_is_the_last_resort() {
        let unpriced = Kind { price: None, ..kind(1_000, 0) };
        let kinds = [Kind { most: Some(2), ..kind(10, 500) }, unpriced];
        assert_eq!(
            cheapest(&kinds, false, 20 * UNIT).map(|c| (c.counts, c.unpriced)),
            Some((vec![2, 0], 0))
        );
        assert_eq!(
            cheapest(&kinds, false, 30 * UNIT).map(|c| (c.counts, c.unpriced)),
            Some((vec![0, 1], 1))
        );
    }

    #[test]
    fn huge_needs_and_equal_prices_per_amount_are_no_trouble() {
        let kinds = [kind(3, 300), kind(7, 700), kind(11, 1_100)];
        let (counts, cents) = buys(&kinds, false, 100_000_000_000).unwrap_or_default();
        let amount: u64 = counts.iter().zip([3, 7, 11]).map(|(count, amount)| count * amount).sum();
        assert_eq!((amount, cents), (100_000_000_000, 10_000_000_000_000));
    }

    /// Every combination of counts up to twelve of each kind.
    fn brute_force(kinds: &[Kind], need: u64) -> Option<Weight> {
        let mut best: Option<Weight> = None;
        let base: u64 = 13;
        for code in 0..base.pow(u32::try_from(kinds.len()).unwrap_or(0)) {
            let counts: Vec<u64> = (0..kinds.len())
                .map(|at| code / base.pow(u32::try_from(at).unwrap_or(0)) % base)
                .collect();
            let lawful = kinds.iter().zip(&counts).all(|(kind, &count)| {
                let with = kind.after.is_none_or(|at| kinds[at].owned + counts[at] > 0);
                count == 0 || (kind.for_sale && count <= kind.room() && with)
            });
            let held: Vec<Kind> = kinds
                .iter()
                .zip(&counts)
                .map(|(kind, count)| Kind { owned: kind.owned + count, ..kind.clone() })
                .collect();
            if lawful && owned(&held).is_none_or(|have| have >= need) {
                let weight =
                    kinds.iter().zip(&counts).map(|(k, c)| k.weight() * Weight::from(*c)).sum();
                best = Some(best.map_or(weight, |known: Weight| known.min(weight)));
            }
        }
        best
    }

    #[test]
    fn the_search_finds_what_trying_everything_finds() {
        let mut state = 20_170_701_u64;
        let mut random = |below: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let mut found = 0;
        for _ in 0..3_000 {
            let kinds: Vec<Kind> = (0..=random(3))
                .map(|at| Kind {
                    owned: random(8) / 6,
                    most: (random(3) == 0).then(|| 1 + random(6)),
                    unlimited_from: (random(5) == 0).then(|| 2 + random(6)),
                    after: (at > 0 && random(3) == 0).then_some(0),
                    for_sale: random(10) > 0,
                    price: (random(8) > 0).then(|| 1 + random(20)),
                    ..kind(1 + random(9), 0)
                })
                .collect();
            let need = random(40) * UNIT;
            // Within twelve of each lies the best of so small a need, unless
            // an amount is too small for that.
            if kinds.iter().any(|kind| kind.amount * 12 < need) {
                continue;
            }
            let choice = cheapest(&kinds, false, need);
            let weight = choice.as_ref().map(|choice| {
                assert!(choice.proven);
                kinds
                    .iter()
                    .zip(&choice.counts)
                    .map(|(k, c)| k.weight() * Weight::from(*c))
                    .sum::<Weight>()
            });
            assert_eq!(weight, brute_force(&kinds, need), "{kinds:?} {need}");
            found += u32::from(choice.is_some_and(|choice| choice.counts.iter().any(|c| *c > 0)));
        }
        assert!(found > 300, "{found}");
    }
}
