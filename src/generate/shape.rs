//! What a made-up portfolio is like before its rows are written: how large
//! its tenants are, which licences, roles and devices they have.

use super::Spec;
use super::dice::Dice;
use super::words::{ENDS, EVERYBODY, JOBS, PLACES, THINGS, TRADES};
use crate::money::Cents;
use crate::rulebook::{Rulebook, SkuId, Tier};

/// What dice are thrown for; a number each, so that they never coincide.
#[derive(Debug, Clone, Copy)]
pub(super) enum For {
    Sizes,
    Tenant,
    Role,
    Profile,
    User,
    Assigned,
    Device,
    Usage,
    Mess,
}

/// Dice for the thing of `kind` with these numbers.
pub(super) fn dice(spec: &Spec, kind: For, numbers: &[u64]) -> Dice {
    let mut name = vec![spec.seed, kind as u64];
    name.extend_from_slice(numbers);
    Dice::of(&name)
}

/// Accounts per tenant. The tenant of rank r has a share that falls as
/// 1/(r + 3): with 300 tenants the largest has one account in fourteen, the
/// smallest one in 1,450. Ranks are dealt out by chance. Even tenants have the
/// same share.
pub(super) fn sizes(spec: &Spec) -> Vec<usize> {
    const WHOLE: u128 = 1 << 40;
    let tenants = spec.tenants.max(1);
    let users = spec.users.max(tenants);
    let weights: Vec<u128> =
        (0..tenants).map(|rank| if spec.even { 1 } else { WHOLE / (rank as u128 + 3) }).collect();
    let all: u128 = weights.iter().sum();
    let spare = (users - tenants) as u128;
    let mut sizes: Vec<usize> = weights
        .iter()
        .map(|weight| 1 + usize::try_from(spare * weight / all).unwrap_or_default())
        .collect();
    sizes[0] += users - sizes.iter().sum::<usize>();
    let mut dice = dice(spec, For::Sizes, &[]);
    for at in (1..tenants).rev() {
        sizes.swap(at, dice.below(at + 1));
    }
    sizes
}

/// A licence that needs are made of.
#[derive(Debug, Clone)]
pub(super) struct Offer {
    /// Its name: menu items ask for it, people have it, tenants own it.
    pub(super) licence: String,
    pub(super) price: Cents,
    family: String,
    attach: Option<Cents>,
}

impl Offer {
    /// What a seat costs beside another one.
    pub(super) fn beside(&self) -> Cents {
        self.attach.unwrap_or(self.price)
    }
}

/// What of an edition needs are made of.
#[derive(Debug)]
pub(super) struct Market {
    members: Vec<Offer>,
    activity: Vec<Offer>,
    full: Vec<Offer>,
    /// Kinds of device whose licence has a list price.
    kinds: Vec<String>,
    /// ISO code.
    currency: String,
}

impl Market {
    /// `None` when the edition lacks one of the tiers.
    pub(super) fn of(rulebook: &Rulebook) -> Option<Self> {
        let whole = |sku: SkuId| {
            rulebook
                .exclusions
                .iter()
                .any(|rule| rule.tenant_wide && rule.left.union(rule.right).contains(sku))
        };
        let offers = |tier| -> Vec<Offer> {
            let mut offers: Vec<Offer> = (0_u16..)
                .map(crate::rulebook::RightId)
                .zip(&rulebook.rights)
                .filter(|(_, right)| right.tier == tier)
                .filter_map(|(id, right)| {
                    let sku = rulebook.sku_of(id).filter(|&sku| !whole(sku))?;
                    let sold = rulebook.sku(sku);
                    Some(Offer {
                        licence: sold.name.clone(),
                        price: sold.list.as_ref()?.cents,
                        family: right.id.split('.').next().unwrap_or_default().to_owned(),
                        attach: sold.attach.as_ref().map(|price| price.cents),
                    })
                })
                .collect();
            // Several rights may be bought as one licence.
            let mut seen = Vec::new();
            offers.retain(|offer| {
                let new = !seen.contains(&offer.licence);
                seen.push(offer.licence.clone());
                new
            });
            offers
        };
        let kinds = rulebook
            .device_kinds
            .iter()
            .filter(|kind| rulebook.sku(kind.sku).list.is_some() && kind.individual_login)
            .map(|kind| kind.id.clone())
            .collect();
        let market = Self {
            members: offers(Tier::TeamMembers),
            activity: offers(Tier::Activity),
            full: offers(Tier::Full),
            kinds,
            currency: rulebook.currency.clone(),
        };
        let tiers = [&market.members, &market.activity, &market.full];
        tiers.iter().all(|offers| !offers.is_empty()).then_some(market)
    }
}

/// A role of a tenant.
#[derive(Debug, Clone)]
pub(super) struct Role {
    pub(super) id: String,
    pub(super) name: String,
    /// The dearest of what its objects need: index into [`Tenant::offers`].
    pub(super) needs: usize,
    /// The kind of device whose licence covers its objects; blank: none.
    pub(super) kind: String,
    /// Number of permission rows.
    pub(super) rows: usize,
}

/// A tenant.
#[derive(Debug)]
pub(super) struct Tenant<'s> {
    pub(super) spec: &'s Spec,
    pub(super) number: u64,
    pub(super) users: usize,
    pub(super) id: String,
    pub(super) name: String,
    pub(super) program: &'static str,
    pub(super) currency: &'s str,
    /// ISO date.
    pub(super) renewal: String,
    /// What it has a need of, cheapest tier first: Team Members, Activity, and
    /// from [`FULL`] on full users.
    pub(super) offers: Vec<Offer>,
    pub(super) roles: Vec<Role>,
    /// Combinations of roles in the office, most frequent first.
    pub(super) office: Vec<Vec<usize>>,
    /// The same at devices, for each kind of device of the tenant.
    pub(super) floor: Vec<(String, Vec<Vec<usize>>)>,
    /// Devices of one site.
    pub(super) devices_per_site: usize,
}

/// Where the full users begin among the offers of a tenant.
pub(super) const FULL: usize = 2;

impl<'s> Tenant<'s> {
    pub(super) fn new(spec: &'s Spec, market: &'s Market, number: u64, users: usize) -> Self {
        let mut dice = dice(spec, For::Tenant, &[number]);
        let place = format!("{}{}", dice.one(&PLACES), dice.one(&ENDS));
        let trade = *dice.one(&TRADES);
        let id = format!("{}-{trade}-{number:04}", place.to_lowercase());
        let name = format!("{place} {}{} Ltd", trade[..1].to_uppercase(), &trade[1..]);
        let renewal = format!("2027-{:02}-01", 1 + dice.below(12));
        let program = *dice.one(&["ea", "csp"]);

        // Most tenants have one family of applications, some a second one.
        let activity = dice.one(&market.activity).clone();
        let second = dice.chance(25);
        let mut full: Vec<&Offer> = market
            .full
            .iter()
            .filter(|offer| (offer.family == activity.family) || second)
            .collect();
        while full.len() > 4 {
            full.remove(dice.below(full.len()));
        }
        let mut offers = vec![market.members[0].clone(), activity];
        offers.extend(full.into_iter().cloned());
        let kinds: Vec<&String> = if spec.at_devices == 0 || market.kinds.is_empty() {
            Vec::new()
        } else {
            let first = dice.below(market.kinds.len());
            let count = 1 + dice.below(2);
            (0..count.min(market.kinds.len()))
                .map(|at| &market.kinds[(first + at) % market.kinds.len()])
                .collect()
        };

        let mut tenant = Self {
            spec,
            number,
            users,
            id,
            name,
            program,
            currency: &market.currency,
            renewal,
            offers,
            roles: Vec::new(),
            office: Vec::new(),
            floor: Vec::new(),
            devices_per_site: 0,
        };
        let count = (8 + users.isqrt() * 2).clamp(4, spec.roles.max(4));
        tenant.roles = (0..count).map(|at| tenant.role(at, &kinds)).collect();
        let combinations = 3 + users.isqrt() / 3;
        tenant.office = tenant.profiles(combinations, 0, |role| role.kind.is_empty());
        tenant.floor = (1..)
            .zip(&kinds)
            .map(|(group, &kind)| {
                let fits = |role: &Role| role.kind == *kind;
                (kind.clone(), tenant.profiles(combinations.div_ceil(4), group, fits))
            })
            .collect();
        if !kinds.is_empty() {
            let workers = spec.site.min(users) * spec.at_devices as usize;
            tenant.devices_per_site = (workers * spec.devices / 10_000).max(1);
        }
        tenant
    }

    /// The role `at`: first the one that everybody has; every third one belongs
    /// to a kind of device.
    fn role(&self, at: usize, kinds: &[&String]) -> Role {
        let mut dice = dice(self.spec, For::Role, &[self.number, at as u64]);
        let (thing, job) = (*dice.one(&THINGS), *dice.one(&JOBS));
        let mut upper = job.to_owned();
        upper[..1].make_ascii_uppercase();
        let (kind, needs) = match at {
            0 => {
                let (id, name) = EVERYBODY;
                return Role {
                    id: id.into(),
                    name: name.into(),
                    needs: 0,
                    kind: String::new(),
                    rows: 0,
                };
            }
            _ if at % 3 == 1 && !kinds.is_empty() => {
                (kinds[at / 3 % kinds.len()].clone(), usize::from(dice.chance(70)))
            }
            _ => {
                let full = FULL + dice.below(self.offers.len() - FULL);
                (String::new(), if dice.chance(35) { dice.below(FULL) } else { full })
            }
        };
        Role {
            id: format!("{thing}{upper}{at}"),
            name: format!("{thing} {job} {at}"),
            needs,
            kind,
            rows: 1 + dice.below(self.spec.permissions.max(1) * 2),
        }
    }

    /// Combinations of roles: the role everybody has, one that sets the level,
    /// and others that need no more than it.
    fn profiles(&self, count: usize, group: u64, fits: impl Fn(&Role) -> bool) -> Vec<Vec<usize>> {
        (0..count)
            .map(|at| {
                let mut dice = dice(self.spec, For::Profile, &[self.number, group, at as u64]);
                let own: Vec<usize> =
                    (1..self.roles.len()).filter(|&role| fits(&self.roles[role])).collect();
                let mut held = vec![0];
                if own.is_empty() {
                    return held;
                }
                // The commonest combinations are the humble ones.
                let level = if group == 0 && at % 3 == 0 { FULL } else { self.offers.len() };
                let able: Vec<usize> =
                    own.iter().copied().filter(|&role| self.roles[role].needs < level).collect();
                let able = if able.is_empty() { own } else { able };
                let lead = *dice.one(&able);
                held.push(lead);
                let most = self.roles[lead].needs;
                let others: Vec<usize> = able
                    .into_iter()
                    .filter(|&role| {
                        let needs = self.roles[role].needs;
                        needs < FULL && needs <= most || needs == most
                    })
                    .collect();
                let wanted =
                    self.spec.roles_per_user / 2 + dice.below(self.spec.roles_per_user + 1);
                while held.len() < wanted.min(others.len()) {
                    let role = *dice.one(&others);
                    if !held.contains(&role) {
                        held.push(role);
                    }
                }
                held
            })
            .collect()
    }

    /// Number of sites.
    pub(super) fn sites(&self) -> usize {
        self.users.div_ceil(self.spec.site.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_add_up_and_are_few_large_and_many_small() {
        let spec = Spec { tenants: 300, users: 1_000_000, ..Spec::default() };
        let mut all = sizes(&spec);
        assert_eq!(all.iter().sum::<usize>(), 1_000_000);
        assert_ne!(all, sizes(&Spec { seed: 2, ..spec.clone() }));
        all.sort_unstable();
        assert!(all[299] > 60_000 && all[299] < 80_000, "{}", all[299]);
        assert!(all[150] < 2_000, "{}", all[150]);
        let even = sizes(&Spec { even: true, ..spec.clone() });
        assert!(even.iter().all(|size| (3_333..3_700).contains(size)), "{even:?}");
        let few = Spec { tenants: 5, users: 2, ..spec };
        assert_eq!(sizes(&few), [1; 5]);
    }
}
