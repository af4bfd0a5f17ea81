//! From the written form back to problem and plan.

mod tree;

use std::collections::{HashMap, HashSet};

use crate::money::Cents;
use crate::optimize::device::{ComponentPlan, Leaf, PersonPlan};
use crate::optimize::{
    Apart, Buy, Clause, Floor, FullUser, Market, Owned, Person, Plan, Problem, Proof, RuleRef,
    Rules, Seat, SeatKind, Steps,
};
use crate::output::proof::{
    PROOF_SCHEMA, ProofAnswer, ProofFile, ProofNeed, ProofPlan, ProofRule, ProofRules,
};
use crate::rulebook::{DevicePolicy, KindId, KindSet, SkuId, SkuSet};

/// Amounts beyond this are no prices; sums of amounts within it fit 64 bits.
const MOST_CENTS: i64 = 1 << 40;

/// Amounts of a proof, in fractions of cents.
const MOST_PARTS: i64 = 1 << 50;

/// No search goes deeper, and no check needs a deeper stack.
const MOST_DEPTH: usize = 1_000;

/// SKUs of an edition and kinds of devices, which are bits of a set.
const MOST_SKUS: usize = 128;
const MOST_KINDS: usize = 16;

/// Sets of kinds among one person's needs: each may double what the checker
/// looks at. The optimiser offers no more to devices.
const MOST_GROUPS: usize = 12;

/// A problem with its plans.
#[derive(Debug)]
pub struct Restored {
    /// The plans of the run.
    pub plans: Vec<RestoredPlan>,
    market: Market,
    people: Vec<Person>,
    seats: Vec<Seat>,
    policy: DevicePolicy,
}

/// A plan and the rules it was made under.
#[derive(Debug)]
pub struct RestoredPlan {
    /// `renewal`.
    pub name: String,
    /// The rules.
    pub rules: Rules,
    /// The plan.
    pub plan: Plan,
}

impl Restored {
    /// The problem that a plan is an answer to.
    #[must_use]
    pub fn problem(&self, plan: &RestoredPlan) -> Problem<'_> {
        let (people, seats) = (self.people.clone(), self.seats.clone());
        let mut problem = Problem::new(&self.market, people, seats, self.policy);
        problem.rules = plan.rules.clone();
        problem
    }
}

/// Makes problem and plans of their written form.
///
/// # Errors
/// What cannot be, in a sentence that names the place.
pub fn restore(file: &ProofFile) -> Result<Restored, String> {
    if file.schema != PROOF_SCHEMA {
        return Err(format!(
            "it has version {} of the proofs, this program reads version {PROOF_SCHEMA}",
            file.schema
        ));
    }
    let mut skus = HashMap::new();
    for (at, sku) in (0..=u8::MAX).zip(&file.skus) {
        if skus.insert(sku.sku.as_str(), SkuId(at)).is_some() {
            return Err(format!("skus: {} is there twice", sku.sku));
        }
    }
    if file.skus.len() > MOST_SKUS || file.device_kinds.len() > MOST_KINDS {
        return Err("it has more licences or kinds of devices than an edition can have".into());
    }
    let reader = Reader { file, skus };
    let market = reader.market()?;
    let policy = [DevicePolicy::Guide, DevicePolicy::Strict]
        .into_iter()
        .find(|policy| policy.word() == file.device_policy)
        .ok_or_else(|| {
            format!("there is no device policy \u{201c}{}\u{201d}", file.device_policy)
        })?;
    Ok(Restored {
        market,
        people: reader.people()?,
        seats: reader.seats()?,
        policy,
        plans: file.plans.iter().map(|plan| reader.plan(plan)).collect::<Result<_, _>>()?,
    })
}

struct Reader<'f> {
    file: &'f ProofFile,
    skus: HashMap<&'f str, SkuId>,
}

/// The sentence for a number that is no place in a list.
fn outside(at: &str, what: &str, number: u32, count: usize) -> String {
    format!("{at}: there is no {what} {number}, only {count} from 0 on")
}

fn within(at: &str, amount: i64, most: i64) -> Result<i64, String> {
    if (-most..=most).contains(&amount) {
        Ok(amount)
    } else {
        Err(format!("{at}: {amount} is too much to count with"))
    }
}

fn cents(at: &str, amount: i64) -> Result<Cents, String> {
    within(at, amount, MOST_CENTS).map(Cents)
}

fn price(at: &str, amount: i64) -> Result<i64, String> {
    if amount < 0 {
        return Err(format!("{at}: a price of {amount} cents"));
    }
    within(at, amount, MOST_CENTS)
}

fn ascending(at: &str, numbers: &[u32], what: &str, count: usize) -> Result<Vec<u32>, String> {
    if let Some(&number) = numbers.iter().find(|&&number| number as usize >= count) {
        return Err(outside(at, what, number, count));
    }
    if numbers.windows(2).any(|pair| pair[0] >= pair[1]) {
        return Err(format!("{at}: the {what} numbers do not ascend"));
    }
    Ok(numbers.to_vec())
}

impl Reader<'_> {
    fn sku(&self, at: &str, id: &str) -> Result<SkuId, String> {
        let known = self.skus.get(id).copied();
        known.ok_or_else(|| format!("{at}: there is no licence \u{201c}{id}\u{201d}"))
    }

    fn set(&self, at: &str, ids: &[String]) -> Result<SkuSet, String> {
        ids.iter().map(|id| self.sku(at, id)).collect()
    }

    fn kinds(&self, at: &str, ids: &[String]) -> Result<KindSet, String> {
        ids.iter().try_fold(KindSet::EMPTY, |all, id| {
            let mut known = (0..16).map(KindId).zip(&self.file.device_kinds);
            let kind = known.find(|(_, known)| *known == id).map(|(kind, _)| kind);
            let kind =
                kind.ok_or_else(|| format!("{at}: there is no kind \u{201c}{id}\u{201d}"))?;
            Ok(all.union(KindSet::of(kind)))
        })
    }

    fn person(&self, at: &str, person: u32) -> Result<u32, String> {
        let count = self.file.people.len();
        if (person as usize) < count {
            Ok(person)
        } else {
            Err(outside(at, "person", person, count))
        }
    }

    fn seat(&self, at: &str, seat: u32) -> Result<u32, String> {
        let count = self.file.seats.len();
        if (seat as usize) < count { Ok(seat) } else { Err(outside(at, "seat", seat, count)) }
    }

    fn market(&self) -> Result<Market, String> {
        let skus = &self.file.skus;
        let count = skus.len();
        let mut market = Market {
            list: Vec::with_capacity(count),
            attach: Vec::with_capacity(count),
            full: SkuSet::EMPTY,
            add_on: SkuSet::EMPTY,
            attachable: Vec::with_capacity(count),
            verified: Vec::with_capacity(count),
            requires: Vec::with_capacity(count),
        };
        for sku in skus {
            let at = format!("skus: {}", sku.sku);
            let id = self.sku(&at, &sku.sku)?;
            market.list.push(sku.list.map(|cents| price(&at, cents)).transpose()?);
            market.attach.push(sku.attach.map(|cents| price(&at, cents)).transpose()?);
            if sku.full {
                market.full.insert(id);
            }
            if sku.add_on {
                market.add_on.insert(id);
            }
            market.attachable.push(self.set(&at, &sku.admits)?);
            market.verified.push(self.set(&at, &sku.verified)?);
            market.requires.push(self.set(&at, &sku.requires)?);
        }
        Ok(market)
    }

    fn need(&self, at: &str, need: &ProofNeed) -> Result<Person, String> {
        let mut clauses = Vec::with_capacity(need.clauses.len());
        for clause in &need.clauses {
            let kinds = self.kinds(at, &clause.kinds)?;
            clauses.push(Clause { skus: self.set(at, &clause.any_of)?, kinds });
        }
        let kinds: HashSet<KindSet> =
            clauses.iter().map(|clause| clause.kinds).filter(|kinds| !kinds.is_empty()).collect();
        if kinds.len() > MOST_GROUPS {
            return Err(format!("{at}: more sorts of device work than can be checked"));
        }
        let known = self.file.environments.len();
        let environments = ascending(at, &need.environments, "environment", known)?;
        let assigned = self.set(at, &need.assigned)?;
        Ok(Person { clauses, assigned, environments, ..Person::default() })
    }

    fn people(&self) -> Result<Vec<Person>, String> {
        let needs = (0..).zip(&self.file.needs);
        let needs: Vec<Person> = needs
            .map(|(number, need): (u32, _)| self.need(&format!("needs: {number}"), need))
            .collect::<Result<_, _>>()?;
        let seats = self.file.seats.len();
        let person = |person: &crate::output::proof::ProofPerson| {
            let at = || format!("people: {}", person.user);
            let need = needs
                .get(person.need as usize)
                .ok_or_else(|| outside(&at(), "need", person.need, needs.len()))?;
            let seats = ascending(&at(), &person.seats, "seat", seats)?;
            Ok(Person { seats, ..need.clone() })
        };
        self.file.people.iter().map(person).collect()
    }

    fn seats(&self) -> Result<Vec<Seat>, String> {
        let seat = |seat: &crate::output::proof::ProofSeat| {
            let at = format!("seats: {}", seat.device);
            Ok(Seat {
                kinds: self.kinds(&at, &seat.kinds)?,
                sku: self.sku(&at, &seat.sku)?,
                cents: seat.cents.map(|cents| price(&at, cents).map(Cents)).transpose()?,
            })
        };
        self.file.seats.iter().map(seat).collect()
    }

    fn answer(&self, at: &str, answer: &ProofAnswer) -> Result<PersonPlan, String> {
        let mut buys = Vec::with_capacity(answer.licences.len());
        for licence in &answer.licences {
            buys.push(Buy {
                sku: self.sku(at, &licence.sku)?,
                kind: licence.kind,
                cents: price(at, licence.cents).map(Cents)?,
            });
        }
        Ok(PersonPlan {
            buys,
            carried_by: Vec::new(),
            alternatives: answer.alternatives,
            alone: answer.alone.map(|alone| cents(at, alone)).transpose()?,
        })
    }

    fn plan(&self, plan: &ProofPlan) -> Result<RestoredPlan, String> {
        let of = |what: &str| format!("plan {}, {what}", plan.name);
        let answers: Vec<PersonPlan> = plan
            .answers
            .iter()
            .map(|answer| self.answer(&of("answers"), answer))
            .collect::<Result<_, _>>()?;
        let given = |&number: &u32| {
            let answer = answers.get(number as usize).cloned();
            answer.ok_or_else(|| outside(&of("given"), "answer", number, answers.len()))
        };
        let mut people: Vec<PersonPlan> = plan.given.iter().map(given).collect::<Result<_, _>>()?;
        let seats = self.file.seats.len();
        for carried in &plan.carried {
            let at = of("carried");
            let person = people
                .get_mut(carried.person as usize)
                .ok_or_else(|| outside(&at, "person", carried.person, plan.given.len()))?;
            person.carried_by = ascending(&at, &carried.seats, "seat", seats)?;
        }
        let mut licensed = vec![false; seats];
        for seat in ascending(&of("licensed"), &plan.licensed, "seat", seats)? {
            licensed[seat as usize] = true;
        }
        let mut components = Vec::with_capacity(plan.components.len());
        for component in &plan.components {
            let at = of("components");
            components.push(ComponentPlan {
                people: ascending(&at, &component.people, "person", self.file.people.len())?,
                seats: ascending(&at, &component.seats, "seat", seats)?,
                alone: cents(&at, component.alone)?,
                cents: cents(&at, component.cents)?,
                bound: cents(&at, component.bound)?,
                proof: match plan.tree {
                    Some(_) if component.proof.is_empty() => Proof::Leaf(Leaf::default()),
                    _ => self.cut(&at, &component.proof)?,
                },
            });
        }
        let mut spare = Vec::with_capacity(plan.spare.len());
        for seats in &plan.spare {
            let at = of("spare");
            let sku = self.sku(&at, &seats.sku)?;
            if spare.iter().any(|(known, _)| *known == sku) {
                return Err(format!("{at}: {} is there twice", seats.sku));
            }
            spare.push((sku, seats.quantity));
        }
        let mut tiers = Vec::with_capacity(plan.tiers.len());
        for tier in &plan.tiers {
            let at = of("tiers");
            tiers.push((self.sku(&at, &tier.sku)?, price(&at, tier.cents).map(Cents)?));
        }
        let mut unmet = Vec::with_capacity(plan.unmet.len());
        for left_out in &plan.unmet {
            unmet.push((rule(left_out.rule), self.tree(&of("unmet"), &left_out.tree)?));
        }
        let tree = plan.tree.as_ref().map(|tree| self.tree(&of("tree"), tree)).transpose()?;
        let at = of("amounts");
        let total = |amount| cents(&at, amount);
        Ok(RestoredPlan {
            name: plan.name.clone(),
            rules: self.rules(&of("rules"), &plan.rules)?,
            plan: Plan {
                people,
                licensed,
                components,
                cents: total(plan.cents)?,
                bound: total(plan.bound)?,
                alone: total(plan.user_only)?,
                spare,
                tiers,
                // What no rule would cost is no part of the proof.
                uncoupled: total(plan.cents)?,
                unmet,
                coupling: tree,
            },
        })
    }

    fn rules(&self, at: &str, rules: &ProofRules) -> Result<Rules, String> {
        let set = |ids: &[String]| self.set(at, ids);
        let mut restored = Rules::default();
        for floor in &rules.minimums {
            restored.floors.push(Floor {
                rule: floor.rule as usize,
                applies_to: set(&floor.applies_to)?,
                always: floor.always,
                counts: set(&floor.counts)?,
                quantity: floor.quantity,
                devices: set(&floor.devices)?,
                device_seats: floor.device_seats,
                device_users: floor.device_users,
            });
        }
        for apart in &rules.exclusions {
            restored.apart.push(Apart {
                rule: apart.rule as usize,
                left: set(&apart.left)?,
                right: set(&apart.right)?,
                tenant_wide: apart.tenant_wide,
            });
        }
        for steps in &rules.price_steps {
            let each = steps.steps.iter().map(|step| Ok((step.from, price(at, step.cents)?)));
            restored.steps.push(Steps {
                sku: self.sku(at, &steps.sku)?,
                counts: set(&steps.counts)?,
                steps: each.collect::<Result<_, String>>()?,
            });
        }
        if let Some(rule) = &rules.full_user {
            restored.full_user =
                Some(FullUser { additional: set(&rule.additional)?, full: set(&rule.full)? });
        }
        for device in &rules.devices {
            restored.devices.push((self.sku(at, &device.sku)?, price(at, device.cents)?));
        }
        for owned in &rules.owned {
            let kind = SeatKind { sku: self.sku(at, &owned.sku)?, attach: owned.attach };
            restored.owned.push(Owned { kind, quantity: owned.quantity });
        }
        Ok(restored)
    }
}

fn rule(rule: ProofRule) -> RuleRef {
    match rule {
        ProofRule::Minimum(at) => RuleRef::Floor(at as usize),
        ProofRule::Exclusion(at) => RuleRef::Apart(at as usize),
        ProofRule::FullUser => RuleRef::FullUser,
        ProofRule::PriceSteps(at) => RuleRef::Steps(at as usize),
    }
}
