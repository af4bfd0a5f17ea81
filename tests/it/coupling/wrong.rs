//! Deliberately wrong plans under rules, each of which the checker must
//! refuse.

use seatwise::money::Cents;
use seatwise::optimize::coupling::{Tree, TreeLeaf};
use seatwise::optimize::cover::Market;
use seatwise::optimize::{Apart, Clause, Person, Plan, Problem, Rules, plan, verify};
use seatwise::rulebook::{DevicePolicy, KindSet, SkuSet};

use super::{Dice, random_market, random_problem, sku};

/// The price of a seat for nobody in a plan.
fn price(problem: &Problem<'_>, found: &Plan, sku: seatwise::rulebook::SkuId) -> i64 {
    let device = problem.rules.devices.iter().find(|(known, _)| *known == sku);
    let tier = found.tiers.iter().find(|(known, _)| *known == sku);
    device
        .map(|(_, cents)| *cents)
        .or(tier.map(|(_, cents)| cents.0))
        .or(problem.market.list[usize::from(sku.0)])
        .unwrap()
}

/// Drops the last case of the first choice that has one to drop.
fn incomplete(tree: &mut Tree) -> bool {
    match tree {
        Tree::Leaf(_) => false,
        Tree::Choice { children, .. } => children.pop().is_some(),
    }
}

/// Doubles every multiplier and keeps what the leaves claim.
fn bolder(tree: &mut Tree) -> bool {
    match tree {
        Tree::Leaf(TreeLeaf::Priced { multipliers, .. } | TreeLeaf::Rows { multipliers, .. }) => {
            for multiplier in multipliers.iter_mut() {
                *multiplier *= 2;
            }
            multipliers.iter().any(|multiplier| *multiplier != 0)
        }
        Tree::Leaf(TreeLeaf::Impossible { .. }) => false,
        Tree::Choice { children, .. } => {
            let mut changed = false;
            for child in children.iter_mut() {
                changed |= bolder(child);
            }
            changed
        }
    }
}

const KINDS: [&str; 7] = [
    "a seat for nobody is left out",
    "the rules are ignored",
    "the bound is higher than proven",
    "a case of a choice is left out",
    "multipliers are twice as high",
    "a leaf claims the cost without a proof",
    "the tier price is not the one reached",
];

#[test]
fn the_checker_refuses_plans_that_break_rules_or_claim_too_much() {
    let mut dice = Dice(43);
    let mut tried = [0_u32; KINDS.len()];
    let mut caught = [0_u32; KINDS.len()];
    for _ in 0..1_500 {
        let device_skus = usize::try_from(dice.below(3)).unwrap();
        let market = random_market(&mut dice, device_skus);
        let mut problem = random_problem(&mut dice, &market, device_skus);
        let right = plan(&problem);
        if !right.unmet.is_empty() {
            continue;
        }
        let mut wrong: Vec<(usize, Plan)> = Vec::new();
        if let Some(&(sku, _)) = right.spare.first() {
            let mut less = right.clone();
            less.spare[0].1 -= 1;
            less.cents = Cents(less.cents.0 - price(&problem, &right, sku));
            less.bound = less.bound.min(less.cents);
            wrong.push((0, less));
        }
        if right.cents != right.uncoupled && problem.rules.steps.is_empty() {
            let rules = std::mem::take(&mut problem.rules);
            wrong.push((1, plan(&problem)));
            problem.rules = rules;
        }
        if right.coupling.is_some() {
            let mut more = right.clone();
            more.bound = Cents(more.bound.0 + 1);
            more.cents = Cents(more.cents.0 + 1);
            wrong.push((2, more));
            let mut less = right.clone();
            if less.coupling.as_mut().is_some_and(incomplete) {
                wrong.push((3, less));
            }
            let mut bold = right.clone();
            if right.cents.0 > 0 && bold.coupling.as_mut().is_some_and(bolder) {
                wrong.push((4, bold));
            }
            if matches!(right.coupling, Some(Tree::Choice { .. })) && right.cents.0 > 0 {
                let mut bare = right.clone();
                bare.coupling = Some(Tree::Leaf(TreeLeaf::Priced {
                    scale: 1,
                    multipliers: Vec::new(),
                    parts: Vec::new(),
                    bound: right.cents,
                }));
                wrong.push((5, bare));
            }
        }
        if let Some((sku, cents)) = right.tiers.first().copied() {
            let mut dear = right.clone();
            let list = problem.market.list[usize::from(sku.0)].unwrap();
            let mut more = 0;
            for buy in dear.people.iter_mut().flat_map(|person| &mut person.buys) {
                if buy.sku == sku && buy.cents == cents {
                    more += list - cents.0;
                    buy.cents = Cents(list);
                }
            }
            dear.cents = Cents(dear.cents.0 + more);
            if more > 0 {
                wrong.push((6, dear));
            }
        }
        for (kind, wrong) in wrong {
            tried[kind] += 1;
            caught[kind] += u32::from(!verify(&problem, &wrong).failures.is_empty());
        }
    }
    let of = |counts: [u32; KINDS.len()]| KINDS.into_iter().zip(counts).collect::<Vec<_>>();
    assert!(tried.iter().all(|&times| times > 30), "{:?}", of(tried));
    // Other multipliers may prove as much, and now and then no choice would
    // have been needed; every other fault must be seen.
    let mut seen = caught;
    for lucky in [4, 5] {
        assert!(caught[lucky] * 50 > tried[lucky] * 49, "{:?} of {:?}", of(caught), of(tried));
        seen[lucky] = tried[lucky];
    }
    assert_eq!(of(seen), of(tried), "a wrong plan went unnoticed");
}

/// Raises the claim of every proven leaf.
fn claim_more(tree: &mut Tree, more: i64) -> bool {
    match tree {
        Tree::Leaf(TreeLeaf::Priced { bound, .. }) => {
            bound.0 += more;
            true
        }
        Tree::Leaf(_) => false,
        Tree::Choice { children, .. } => {
            let mut changed = false;
            for child in children.iter_mut() {
                changed |= claim_more(child, more);
            }
            changed
        }
    }
}

/// Two people of one environment: either side can be given up for 1,000 more.
/// All prices are multiples of 500.
fn either_side(market: &mut Market) -> (Vec<Person>, Rules) {
    let set = |numbers: &[usize]| -> SkuSet { numbers.iter().map(|at| sku(*at)).collect() };
    market.list = [3_000, 4_000, 5_000, 6_500].map(Some).to_vec();
    market.full = set(&[0, 1, 2, 3]);
    for pairs in [&mut market.attachable, &mut market.verified, &mut market.requires] {
        *pairs = vec![SkuSet::EMPTY; 4];
    }
    market.attach = vec![None; 4];
    market.add_on = SkuSet::EMPTY;
    // The first takes the left side, or 1 for 1,000 more; the second the right
    // side, or 3 for 1,500 more.
    let person = |skus: &[usize]| Person {
        clauses: vec![Clause { skus: set(skus), kinds: KindSet::EMPTY }],
        environments: vec![7],
        ..Person::default()
    };
    let apart = Apart { rule: 0, left: set(&[0]), right: set(&[2]), tenant_wide: false };
    let rules = Rules { apart: vec![apart], ..Rules::default() };
    (vec![person(&[0, 1]), person(&[2, 3])], rules)
}

#[test]
fn the_sides_of_an_environment_are_proven_without_dividing_and_no_cent_more_is_believed() {
    let mut dice = Dice(1);
    let mut market = random_market(&mut dice, 0);
    let (people, rules) = either_side(&mut market);
    let mut problem = Problem::new(&market, people, Vec::new(), DevicePolicy::Guide);
    problem.rules = rules;
    let right = plan(&problem);
    // 3,000 + 5,000, and 1,000 for the cheaper of the two ways.
    assert_eq!((right.cents, right.bound), (Cents(9_000), Cents(9_000)));
    assert!(matches!(right.coupling, Some(Tree::Leaf(TreeLeaf::Priced { .. }))));
    assert_eq!(verify(&problem, &right).failures, Vec::<String>::new());
    // A plan cannot cost 9,001 to 9,499: more than 9,000 is another 500.
    for more in [1, 500] {
        let mut wrong = right.clone();
        assert!(wrong.coupling.as_mut().is_some_and(|tree| claim_more(tree, more)));
        let failures = verify(&problem, &wrong).failures;
        assert!(failures.iter().any(|what| what.contains("a leaf claims")), "{failures:?}");
    }
    // Without the exclusion the same proof gives 8,000 and no more.
    problem.rules.apart[0].right = SkuSet::EMPTY;
    let failures = verify(&problem, &right).failures;
    assert!(failures.iter().any(|what| what.contains("its proof gives 8000")), "{failures:?}");
}

/// Prices that are multiples of 700, a minimum that lies between: the bound is
/// rounded up to what a plan can cost.
#[test]
fn a_bound_between_two_possible_costs_is_rounded_up_to_the_dearer() {
    let mut dice = Dice(2);
    let mut market = random_market(&mut dice, 0);
    let (_, _) = either_side(&mut market);
    market.list = [2_100, 3_500, 4_900, 7_000].map(Some).to_vec();
    let people = vec![
        Person {
            clauses: vec![Clause { skus: SkuSet(3), kinds: KindSet::EMPTY }],
            ..Person::default()
        };
        5
    ];
    let mut problem = Problem::new(&market, people, Vec::new(), DevicePolicy::Guide);
    problem.rules.floors = vec![seatwise::optimize::Floor {
        rule: 0,
        always: false,
        applies_to: SkuSet(3),
        counts: SkuSet(2),
        quantity: 2,
        devices: SkuSet::EMPTY,
        device_seats: 1,
        device_users: 0,
    }];
    let right = plan(&problem);
    // Two of the five hold the seat that counts: 3 x 2,100 + 2 x 3,500.
    assert_eq!((right.cents, right.bound), (Cents(13_300), Cents(13_300)));
    assert_eq!(verify(&problem, &right).failures, Vec::<String>::new());
    let mut wrong = right.clone();
    assert!(wrong.coupling.as_mut().is_some_and(|tree| claim_more(tree, 700)));
    assert!(!verify(&problem, &wrong).failures.is_empty());
}
