//! From problem and plan to the written form.

use std::hash::Hash;

use rustc_hash::FxHashMap;

use crate::optimize::coupling::{Choice, Part, Tree, TreeLeaf};
use crate::optimize::device::{ComponentPlan, PersonPlan};
use crate::optimize::{Clause, Market, Person, Plan, Problem, Proof, RuleRef, Rules};
use crate::output::proof::{
    CutNode, PROOF_SCHEMA, ProofAnswer, ProofCarried, ProofCharge, ProofClause, ProofComponent,
    ProofExclusion, ProofFile, ProofFullUser, ProofLicence, ProofMinimum, ProofNeed, ProofOwned,
    ProofPerson, ProofPlan, ProofPrice, ProofQuantity, ProofRule, ProofRules, ProofSeat, ProofSku,
    ProofStep, ProofSteps, ProofTerm, ProofUnmet, TreeChoice, TreeNode, TreePart,
};
use crate::rulebook::{KindId, KindSet, SkuId, SkuSet};
use crate::tenant::Text;

/// What the numbers of a problem are called.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// Tenant id.
    pub tenant: String,
    /// Edition id.
    pub edition: String,
    /// Ids of the SKUs of the market.
    pub skus: Vec<String>,
    /// Ids of the kinds of devices.
    pub device_kinds: Vec<String>,
    /// Names of the environments, by number.
    pub environments: Vec<String>,
    /// User ids of the people.
    pub users: Vec<Text>,
    /// For each seat: the id of its device.
    pub devices: Vec<String>,
}

/// A plan and the rules it was made under.
#[derive(Debug, Clone, Copy)]
pub struct PlanOf<'p> {
    /// `renewal`.
    pub name: &'p str,
    /// The rules.
    pub rules: &'p Rules,
    /// The plan.
    pub plan: &'p Plan,
}

/// The written form of a problem and the plans that were made for it. The rules
/// of `problem` itself are not looked at: each plan brings its own.
#[must_use]
pub fn written(problem: &Problem<'_>, names: &Names, plans: &[PlanOf<'_>]) -> ProofFile {
    let writer = Writer { names };
    let mut needs: Numbered<(&[Clause], &[u32], SkuSet), ProofNeed> = Numbered::default();
    let mut people = Vec::with_capacity(problem.people.len());
    for (person, user) in problem.people.iter().zip(&names.users) {
        let key = (&person.clauses[..], &person.environments[..], person.assigned);
        people.push(ProofPerson {
            user: user.clone(),
            need: needs.number(key, || writer.need(person)),
            seats: person.seats.clone(),
        });
    }
    let seats = problem.seats.iter().zip(&names.devices).map(|(seat, device)| ProofSeat {
        device: device.clone(),
        sku: writer.sku(seat.sku),
        kinds: writer.kinds(seat.kinds),
        cents: seat.cents.map(|cents| cents.0),
    });
    ProofFile {
        schema: PROOF_SCHEMA,
        tenant: names.tenant.clone(),
        edition: names.edition.clone(),
        device_policy: problem.policy.word().to_owned(),
        skus: writer.market(problem.market),
        device_kinds: names.device_kinds.clone(),
        environments: names.environments.clone(),
        seats: seats.collect(),
        needs: needs.all,
        people,
        plans: plans.iter().map(|plan| writer.plan(plan)).collect(),
        steps: Vec::new(),
    }
}

/// Distinct things, numbered in the order in which they come.
struct Numbered<K, V> {
    numbers: FxHashMap<K, u32>,
    all: Vec<V>,
}

impl<K, V> Default for Numbered<K, V> {
    fn default() -> Self {
        Self { numbers: FxHashMap::default(), all: Vec::new() }
    }
}

impl<K: Hash + Eq, V> Numbered<K, V> {
    fn number(&mut self, key: K, make: impl FnOnce() -> V) -> u32 {
        *self.numbers.entry(key).or_insert_with(|| {
            self.all.push(make());
            narrow(self.all.len() - 1)
        })
    }
}

/// Counts of people, seats and answers fit 32 bits by construction.
fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

struct Writer<'n> {
    names: &'n Names,
}

impl Writer<'_> {
    fn sku(&self, sku: SkuId) -> String {
        self.names.skus.get(usize::from(sku.0)).cloned().unwrap_or_default()
    }

    fn skus(&self, skus: SkuSet) -> Vec<String> {
        skus.iter().map(|sku| self.sku(sku)).collect()
    }

    fn kinds(&self, kinds: KindSet) -> Vec<String> {
        let named = (0..16).map(KindId).zip(&self.names.device_kinds);
        named.filter(|(kind, _)| kinds.contains(*kind)).map(|(_, name)| name.clone()).collect()
    }

    fn market(&self, market: &Market) -> Vec<ProofSku> {
        let skus = (0..=u8::MAX).map(SkuId).zip(&self.names.skus).enumerate();
        skus.map(|(at, (sku, name))| ProofSku {
            sku: name.clone(),
            list: market.list[at],
            attach: market.attach[at],
            full: market.full.contains(sku),
            add_on: market.add_on.contains(sku),
            admits: self.skus(market.attachable[at]),
            verified: self.skus(market.verified[at]),
            requires: self.skus(market.requires[at]),
        })
        .collect()
    }

    fn need(&self, person: &Person) -> ProofNeed {
        let clause = |clause: &Clause| ProofClause {
            any_of: self.skus(clause.skus),
            kinds: self.kinds(clause.kinds),
        };
        ProofNeed {
            clauses: person.clauses.iter().map(clause).collect(),
            environments: person.environments.clone(),
            assigned: self.skus(person.assigned),
        }
    }

    fn plan(&self, of: &PlanOf<'_>) -> ProofPlan {
        let plan = of.plan;
        let mut answers = Numbered::default();
        let given = plan.people.iter().map(|person| {
            let key = (&person.buys[..], person.alternatives, person.alone);
            answers.number(key, || self.answer(person))
        });
        let given = given.collect();
        let carried = (0..).zip(&plan.people).filter(|(_, person)| !person.carried_by.is_empty());
        let licensed = (0..).zip(&plan.licensed).filter(|(_, licensed)| **licensed);
        ProofPlan {
            name: of.name.to_owned(),
            rules: self.rules(of.rules),
            cents: plan.cents.0,
            bound: plan.bound.0,
            user_only: plan.alone.0,
            answers: answers.all,
            given,
            carried: carried
                .map(|(person, of)| ProofCarried { person, seats: of.carried_by.clone() })
                .collect(),
            licensed: licensed.map(|(seat, _)| seat).collect(),
            spare: plan
                .spare
                .iter()
                .map(|&(sku, quantity)| ProofQuantity { sku: self.sku(sku), quantity })
                .collect(),
            tiers: plan.tiers.iter().map(|&(sku, cents)| self.price(sku, cents.0)).collect(),
            components: plan
                .components
                .iter()
                .map(|part| component(part, plan.coupling.is_none()))
                .collect(),
            unmet: plan
                .unmet
                .iter()
                .map(|(unmet, tree)| ProofUnmet { rule: rule(*unmet), tree: self.tree(tree) })
                .collect(),
            tree: plan.coupling.as_ref().map(|tree| self.tree(tree)),
        }
    }

    fn price(&self, sku: SkuId, cents: i64) -> ProofPrice {
        ProofPrice { sku: self.sku(sku), cents }
    }

    fn answer(&self, person: &PersonPlan) -> ProofAnswer {
        ProofAnswer {
            licences: person
                .buys
                .iter()
                .map(|buy| ProofLicence {
                    sku: self.sku(buy.sku),
                    kind: buy.kind,
                    cents: buy.cents.0,
                })
                .collect(),
            alternatives: person.alternatives,
            alone: person.alone.map(|cents| cents.0),
        }
    }

    fn rules(&self, rules: &Rules) -> ProofRules {
        ProofRules {
            minimums: rules
                .floors
                .iter()
                .map(|floor| ProofMinimum {
                    rule: narrow(floor.rule),
                    applies_to: self.skus(floor.applies_to),
                    always: floor.always,
                    counts: self.skus(floor.counts),
                    quantity: floor.quantity,
                    devices: self.skus(floor.devices),
                    device_seats: floor.device_seats,
                    device_users: floor.device_users,
                })
                .collect(),
            exclusions: rules
                .apart
                .iter()
                .map(|apart| ProofExclusion {
                    rule: narrow(apart.rule),
                    left: self.skus(apart.left),
                    right: self.skus(apart.right),
                    tenant_wide: apart.tenant_wide,
                })
                .collect(),
            price_steps: rules
                .steps
                .iter()
                .map(|steps| ProofSteps {
                    sku: self.sku(steps.sku),
                    counts: self.skus(steps.counts),
                    steps: steps
                        .steps
                        .iter()
                        .map(|&(from, cents)| ProofStep { from, cents })
                        .collect(),
                })
                .collect(),
            full_user: rules.full_user.as_ref().map(|rule| ProofFullUser {
                additional: self.skus(rule.additional),
                full: self.skus(rule.full),
            }),
            devices: rules.devices.iter().map(|&(sku, cents)| self.price(sku, cents)).collect(),
            owned: rules
                .owned
                .iter()
                .map(|owned| ProofOwned {
                    sku: self.sku(owned.kind.sku),
                    attach: owned.kind.attach,
                    quantity: owned.quantity,
                })
                .collect(),
        }
    }

    fn tree(&self, tree: &Tree) -> Vec<TreeNode> {
        let mut flat = Vec::new();
        // What is still to be written, the next one last.
        let mut open = vec![tree];
        while let Some(tree) = open.pop() {
            flat.push(match tree {
                Tree::Choice { choice, children } => {
                    open.extend(children.iter().rev());
                    TreeNode::Choice { of: self.choice(choice), cases: narrow(children.len()) }
                }
                Tree::Leaf(leaf) => tree_leaf(leaf),
            });
        }
        flat
    }

    fn choice(&self, choice: &Choice) -> TreeChoice {
        match choice {
            Choice::Floor(at) => TreeChoice::Minimum(narrow(*at)),
            Choice::Apart { rule, environment } => {
                TreeChoice::Exclusion { rule: narrow(*rule), environment: *environment }
            }
            Choice::FullUser => TreeChoice::FullUser,
            Choice::Steps(at) => TreeChoice::PriceSteps(narrow(*at)),
            Choice::Count { kind, most } => {
                let sku = self.sku(kind.sku);
                TreeChoice::Count { sku, attach: kind.attach, most: *most }
            }
            Choice::Seat(seat) => TreeChoice::Seat(*seat),
            Choice::Holders { people, kind, most } => {
                let (people, sku) = (people.as_ref().clone(), self.sku(kind.sku));
                TreeChoice::Holders { people, sku, attach: kind.attach, most: *most }
            }
            Choice::Alike { people, kind, most } => {
                let (people, sku) = (people.as_ref().clone(), self.sku(kind.sku));
                TreeChoice::Alike { people, sku, attach: kind.attach, most: *most }
            }
        }
    }
}

fn rule(rule: RuleRef) -> ProofRule {
    match rule {
        RuleRef::Floor(at) => ProofRule::Minimum(narrow(at)),
        RuleRef::Apart(at) => ProofRule::Exclusion(narrow(at)),
        RuleRef::FullUser => ProofRule::FullUser,
        RuleRef::Steps(at) => ProofRule::PriceSteps(narrow(at)),
    }
}

fn component(component: &ComponentPlan, bounds: bool) -> ProofComponent {
    ProofComponent {
        people: component.people.clone(),
        seats: component.seats.clone(),
        alone: component.alone.0,
        cents: component.cents.0,
        bound: component.bound.0,
        proof: if bounds { cut(&component.proof) } else { Vec::new() },
    }
}

fn tree_leaf(leaf: &TreeLeaf) -> TreeNode {
    match leaf {
        TreeLeaf::Impossible { person } => TreeNode::Impossible { person: *person },
        TreeLeaf::Rows { scale, multipliers } => {
            TreeNode::Rows { scale: *scale, multipliers: multipliers.clone() }
        }
        TreeLeaf::Priced { scale, multipliers, parts, bound } => {
            let part =
                |part: &Part| TreePart { people: part.people.clone(), proof: cut(&part.proof) };
            TreeNode::Priced {
                scale: *scale,
                multipliers: multipliers.clone(),
                parts: parts.iter().map(part).collect(),
                bound: bound.0,
            }
        }
    }
}

fn cut(proof: &Proof) -> Vec<CutNode> {
    let mut flat = Vec::new();
    let mut open = vec![proof];
    while let Some(proof) = open.pop() {
        flat.push(match proof {
            Proof::Branch { person, children } => {
                open.extend(children.iter().rev());
                CutNode::Split { person: *person, cases: narrow(children.len()) }
            }
            Proof::Leaf(leaf) => CutNode::Charges(
                leaf.charges
                    .iter()
                    .map(|charge| ProofCharge {
                        person: charge.person,
                        floor: charge.floor,
                        terms: charge
                            .terms
                            .iter()
                            .map(|term| ProofTerm {
                                groups: term.groups,
                                cents: term.cents,
                                to_seats: term.to_seats.clone(),
                            })
                            .collect(),
                    })
                    .collect(),
            ),
        });
    }
    flat
}
