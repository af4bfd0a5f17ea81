//! Problem and plan are the same after they were written and read.

use seatwise::money::Cents;
use seatwise::optimize::{Plan, Problem, plan, verify};
use seatwise::proof::{Names, PlanOf, ProofFile, restore, written};

use crate::coupling::{Dice, random_market, random_problem};

fn names(problem: &Problem<'_>) -> Names {
    let numbered = |word: &str, count: usize| -> Vec<String> {
        (0..count).map(|number| format!("{word}{number}")).collect()
    };
    Names {
        tenant: "t".into(),
        edition: "e".into(),
        skus: numbered("sku", problem.market.list.len()),
        device_kinds: numbered("kind", 3),
        environments: numbered("place", 3),
        users: numbered("user", problem.people.len()).into_iter().map(Into::into).collect(),
        devices: numbered("device", problem.seats.len()),
    }
}

/// What the checker says of a plan that was written and read.
pub fn read_back(problem: &Problem<'_>, plan: &Plan) -> (u64, Vec<String>) {
    let of = PlanOf { name: "renewal", rules: &problem.rules, plan };
    let text = serde_json::to_string(&written(problem, &names(problem), &[of])).unwrap();
    let file: ProofFile = serde_json::from_str(&text).unwrap();
    let restored = restore(&file).unwrap();
    let read = &restored.plans[0];
    let same = restored.problem(read);
    assert_eq!(same.rules, problem.rules);
    assert_eq!(read.plan.licensed, plan.licensed);
    assert_eq!(read.plan.people, plan.people);
    assert_eq!(read.plan.spare, plan.spare);
    assert_eq!(read.plan.tiers, plan.tiers);
    let verdict = verify(&same, &read.plan);
    (verdict.checked, verdict.failures)
}

#[test]
fn the_checker_says_the_same_of_a_plan_that_was_written_and_read() {
    let mut dice = Dice(31);
    let (mut trees, mut unmet, mut refused) = (0, 0, 0);
    for _ in 0..600 {
        let device_skus = usize::try_from(dice.below(3)).unwrap();
        let market = random_market(&mut dice, device_skus);
        let problem = random_problem(&mut dice, &market, device_skus);
        let right = plan(&problem);
        let verdict = verify(&problem, &right);
        assert_eq!(read_back(&problem, &right), (verdict.checked, verdict.failures));
        trees += u32::from(right.coupling.is_some());
        unmet += u32::from(!right.unmet.is_empty());
        // A plan that claims a cent too much is refused here as well.
        let mut bold = right.clone();
        bold.bound = Cents(bold.bound.0 + 1);
        bold.cents = Cents(bold.cents.0 + 1);
        let (_, failures) = read_back(&problem, &bold);
        refused += u32::from(!failures.is_empty());
    }
    assert_eq!(refused, 600);
    assert!(trees > 100 && unmet > 5, "{trees} trees, {unmet} with rules left out");
}
