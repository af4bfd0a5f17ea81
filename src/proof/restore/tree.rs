//! Trees and cuts, put together from their flat form.

use std::sync::Arc;

use super::{MOST_CENTS, MOST_DEPTH, MOST_GROUPS, MOST_PARTS, Reader, ascending, cents, within};
use crate::optimize::coupling::{Choice, Part, Tree, TreeLeaf};
use crate::optimize::device::{Charge, Leaf, Term};
use crate::optimize::{Proof, SeatKind};
use crate::output::proof::{CutNode, ProofCharge, TreeChoice, TreeNode, TreePart};

impl Reader<'_> {
    fn charge(&self, at: &str, charge: &ProofCharge) -> Result<Charge, String> {
        if charge.terms.len() > 1 << MOST_GROUPS {
            return Err(format!("{at}: person {} has too many terms", charge.person));
        }
        let mut terms = Vec::with_capacity(charge.terms.len());
        for term in &charge.terms {
            let mut to_seats = Vec::with_capacity(term.to_seats.len());
            for &(seat, amount) in &term.to_seats {
                to_seats.push((self.seat(at, seat)?, within(at, amount, MOST_PARTS)?));
            }
            let amount = within(at, term.cents, MOST_PARTS)?;
            terms.push(Term { groups: term.groups, cents: amount, to_seats });
        }
        Ok(Charge {
            person: self.person(at, charge.person)?,
            floor: within(at, charge.floor, MOST_PARTS)?,
            terms,
        })
    }

    pub(super) fn cut(&self, at: &str, nodes: &[CutNode]) -> Result<Proof, String> {
        nested(at, nodes, |node, children| {
            Ok(match node {
                CutNode::Split { person, .. } => {
                    Proof::Branch { person: self.person(at, *person)?, children }
                }
                CutNode::Charges(charges) => {
                    let charges = charges.iter().map(|charge| self.charge(at, charge));
                    Proof::Leaf(Leaf { charges: charges.collect::<Result<_, _>>()? })
                }
            })
        })
    }

    pub(super) fn tree(&self, at: &str, nodes: &[TreeNode]) -> Result<Tree, String> {
        nested(at, nodes, |node, children| {
            let leaf = match node {
                TreeNode::Choice { of, .. } => {
                    return Ok(Tree::Choice { choice: self.choice(at, of)?, children });
                }
                TreeNode::Impossible { person } => {
                    TreeLeaf::Impossible { person: self.person(at, *person)? }
                }
                TreeNode::Rows { scale, multipliers } => {
                    let (scale, multipliers) = factors(at, *scale, multipliers)?;
                    TreeLeaf::Rows { scale, multipliers }
                }
                TreeNode::Priced { scale, multipliers, parts, bound } => {
                    let (scale, multipliers) = factors(at, *scale, multipliers)?;
                    let count = self.file.people.len();
                    let part = |part: &TreePart| {
                        Ok(Part {
                            people: ascending(at, &part.people, "person", count)?,
                            proof: self.cut(at, &part.proof)?,
                        })
                    };
                    let parts = parts.iter().map(part).collect::<Result<_, String>>()?;
                    TreeLeaf::Priced { scale, multipliers, parts, bound: cents(at, *bound)? }
                }
            };
            Ok(Tree::Leaf(leaf))
        })
    }

    fn choice(&self, at: &str, choice: &TreeChoice) -> Result<Choice, String> {
        let seats = |most: i64| within(at, most, MOST_CENTS);
        Ok(match choice {
            TreeChoice::Minimum(rule) => Choice::Floor(*rule as usize),
            TreeChoice::Exclusion { rule, environment } => {
                Choice::Apart { rule: *rule as usize, environment: *environment }
            }
            TreeChoice::FullUser => Choice::FullUser,
            TreeChoice::PriceSteps(rule) => Choice::Steps(*rule as usize),
            TreeChoice::Count { sku, attach, most } => {
                let kind = SeatKind { sku: self.sku(at, sku)?, attach: *attach };
                Choice::Count { kind, most: seats(*most)? }
            }
            TreeChoice::Seat(seat) => Choice::Seat(self.seat(at, *seat)?),
            TreeChoice::Holders { people, sku, attach, most } => {
                let people = ascending(at, people, "person", self.file.people.len())?;
                let kind = SeatKind { sku: self.sku(at, sku)?, attach: *attach };
                Choice::Holders { people: Arc::new(people), kind, most: seats(*most)? }
            }
            TreeChoice::Alike { people, sku, attach, most } => {
                let people = ascending(at, people, "person", self.file.people.len())?;
                let kind = SeatKind { sku: self.sku(at, sku)?, attach: *attach };
                Choice::Alike { people: Arc::new(people), kind, most: seats(*most)? }
            }
        })
    }
}

fn factors(at: &str, scale: i64, multipliers: &[i64]) -> Result<(i64, Vec<i64>), String> {
    let multipliers = multipliers.iter().map(|&amount| within(at, amount, MOST_PARTS));
    Ok((within(at, scale, MOST_CENTS)?, multipliers.collect::<Result<_, _>>()?))
}

/// How many cases follow a node.
trait Cases {
    fn cases(&self) -> usize;
}

impl Cases for CutNode {
    fn cases(&self) -> usize {
        match self {
            Self::Split { cases, .. } => *cases as usize,
            Self::Charges(_) => 0,
        }
    }
}

impl Cases for TreeNode {
    fn cases(&self) -> usize {
        match self {
            Self::Choice { cases, .. } => *cases as usize,
            Self::Impossible { .. } | Self::Rows { .. } | Self::Priced { .. } => 0,
        }
    }
}

/// Puts a flat tree together, from its end to its beginning.
fn nested<N: Cases, T>(
    at: &str,
    nodes: &[N],
    make: impl Fn(&N, Vec<T>) -> Result<T, String>,
) -> Result<T, String> {
    let broken = || format!("{at}: a tree does not end where its nodes end");
    // Trees that are put together and belong to a node before them, the first
    // one last, with their depth.
    let mut done: Vec<(T, usize)> = Vec::new();
    for node in nodes.iter().rev() {
        let rest = done.len().checked_sub(node.cases()).ok_or_else(broken)?;
        let mut children: Vec<(T, usize)> = done.split_off(rest);
        children.reverse();
        let depth = 1 + children.iter().map(|(_, depth)| *depth).max().unwrap_or(0);
        if depth > MOST_DEPTH {
            return Err(format!("{at}: a tree is deeper than {MOST_DEPTH} nodes"));
        }
        let children = children.into_iter().map(|(tree, _)| tree).collect();
        done.push((make(node, children)?, depth));
    }
    match (done.pop(), done.is_empty()) {
        (Some((tree, _)), true) => Ok(tree),
        _ => Err(broken()),
    }
}
