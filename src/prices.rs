//! The prices in force for one tenant.
//!
//! An edition brings list prices; a customer's own net prices replace them
//! SKU by SKU. Which price a result rests on is printed beside it, so each
//! price keeps its source.

use std::collections::HashMap;

use indexmap::IndexMap;

use crate::finding::{Code, Finding};
use crate::money::Cents;
use crate::output::{Payment, TenantInfo};
use crate::rulebook::{Mark, Named, PaymentTerm, PricePoint, Rulebook, SkuId};
use crate::tenant::{OwnPrice, TenantInput};

/// A price in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InForce {
    /// Cents per month.
    pub cents: Cents,
    /// How far it is verified; `None` for the customer's own price.
    pub mark: Option<Mark>,
    /// Where it was read.
    pub source: String,
}

impl From<&PricePoint> for InForce {
    fn from(point: &PricePoint) -> Self {
        Self { cents: point.cents, mark: Some(point.mark), source: point.source.clone() }
    }
}

/// Prices of every SKU of one rulebook, in edition order.
#[derive(Debug, Clone)]
pub struct Prices {
    list: Vec<Option<InForce>>,
    attach: Vec<Option<InForce>>,
    /// What the edition's prices are for this way of paying.
    term: Option<PaymentTerm>,
}

impl Prices {
    /// The edition's own prices.
    #[must_use]
    pub fn of_edition(rulebook: &Rulebook) -> Self {
        Self {
            list: rulebook.skus.iter().map(|sku| sku.list.as_ref().map(InForce::from)).collect(),
            attach: rulebook
                .skus
                .iter()
                .map(|sku| sku.attach.as_ref().map(InForce::from))
                .collect(),
            term: None,
        }
    }

    /// The edition's own prices as a tenant pays them, and what is not known
    /// about that.
    fn of_tenant(rulebook: &Rulebook, tenant: &TenantInfo) -> (Self, Option<Finding>) {
        let mut prices = Self::of_edition(rulebook);
        let Some(payment) = tenant.payment else { return (prices, None) };
        let known = rulebook.payment_terms.iter().find(|term| {
            (term.months, term.billed_monthly) == (payment.months, payment.billed_monthly)
                && (term.programs.is_empty() || term.programs.contains(&tenant.program))
        });
        let Some(term) = known else {
            let finding = (payment != Payment::LIST).then(|| {
                let message = format!(
                    "edition {} does not say what {} adds to its prices in program {}: those of a \
                     year paid in advance hold",
                    rulebook.id,
                    payment.words(),
                    tenant.program.word()
                );
                Finding::new(Code::SettingInvalid, &tenant.id, message)
            });
            return (prices, finding);
        };
        prices.term = (term.percent != 100).then(|| term.clone());
        for skus in [&mut prices.list, &mut prices.attach] {
            for price in skus.iter_mut().flatten() {
                *price = paid(price.clone(), term);
            }
        }
        (prices, None)
    }

    /// A price of the edition as it is paid.
    #[must_use]
    pub fn paid(&self, point: &PricePoint) -> InForce {
        match &self.term {
            Some(term) => paid(point.into(), term),
            None => point.into(),
        }
    }

    /// Replaces the list price of a SKU.
    pub fn set_list(&mut self, sku: SkuId, price: InForce) {
        self.list[usize::from(sku.0)] = Some(price);
    }

    /// Replaces the attach price of a SKU.
    pub fn set_attach(&mut self, sku: SkuId, price: InForce) {
        self.attach[usize::from(sku.0)] = Some(price);
    }

    /// The same without what a tenant cannot buy on `day` (ISO): only what is
    /// for sale can be planned.
    #[must_use]
    pub fn for_sale(&self, rulebook: &Rulebook, tenant: &TenantInfo, day: &str) -> Self {
        let mut prices = self.clone();
        for (at, sku) in rulebook.skus.iter().enumerate() {
            if !sku.is_for_sale(tenant.program, &tenant.segment, day) {
                for list in [&mut prices.list, &mut prices.attach] {
                    if let Some(price) = list.get_mut(at) {
                        *price = None;
                    }
                }
            }
        }
        prices
    }

    /// The same at the price tiers that a plan reaches.
    #[must_use]
    pub fn at_tiers(&self, rulebook: &Rulebook, tiers: &[(SkuId, Cents)]) -> Self {
        let mut prices = self.clone();
        for &(sku, cents) in tiers {
            let steps = rulebook.price_tiers.iter().filter(|tier| tier.sku == sku);
            let mut steps = steps.map(|tier| self.paid(&tier.price));
            if let Some(price) = steps.find(|price| price.cents == cents) {
                prices.set_list(sku, price);
            }
        }
        prices
    }

    /// List price of a SKU.
    #[must_use]
    pub fn list(&self, sku: SkuId) -> Option<&InForce> {
        self.list[usize::from(sku.0)].as_ref()
    }

    /// Attach price of a SKU.
    #[must_use]
    pub fn attach(&self, sku: SkuId) -> Option<&InForce> {
        self.attach[usize::from(sku.0)].as_ref()
    }
}

/// A price of the edition at a way of paying; half a cent is rounded up. The
/// weaker of both marks holds.
fn paid(mut price: InForce, term: &PaymentTerm) -> InForce {
    if term.percent == 100 {
        return price;
    }
    price.cents = Cents((price.cents.0 * i64::from(term.percent) + 50).div_euclid(100));
    price.mark = price.mark.map(|mark| if mark.is_unverified() { mark } else { term.mark });
    price.source =
        format!("{}; {} % for {} ({})", price.source, term.percent, term.name, term.source);
    price
}

/// The prices in force for a tenant: the edition's, replaced by the customer's
/// own where their list names a licence in the tenant's currency, program and
/// segment at the tenant's term, or a yearly one where it is not known. The
/// tenant's own list wins over a shared one, and in each a price billed as the
/// tenant is (once a year where that is not known), and then the latest `valid_from`; there is no clock here, so a price list holds what is
/// in force at the renewal looked at, and rows that begin after a known renewal
/// do not count. Two prices for one licence from the same day on are a
/// contradiction: the dearer counts. Rows not used are told by reason, since a
/// vendor's list has thousands.
///
/// Prices of two currencies never stand in one result. A tenant that brings
/// prices in a currency other than the edition's is calculated with those
/// alone; one that brings none is calculated in the edition's currency.
#[must_use]
pub fn in_force(rulebook: &Rulebook, tenant: &TenantInput) -> (Prices, Vec<Finding>) {
    let (mut prices, unknown) = Prices::of_tenant(rulebook, &tenant.info);
    let mut findings: Vec<Finding> = unknown.into_iter().collect();
    let payment = tenant.info.payment.unwrap_or(Payment::LIST);
    let mut rows: Vec<&OwnPrice> = tenant.prices.iter().collect();
    let rank = |row: &OwnPrice| (row.own, billed_monthly(row) == payment.billed_monthly);
    rows.sort_by(|a, b| (rank(a), &a.valid_from).cmp(&(rank(b), &b.valid_from)));
    let currency =
        if tenant.info.currency.is_empty() { &rulebook.currency } else { &tenant.info.currency };
    let foreign = !currency.eq_ignore_ascii_case(&rulebook.currency);
    let in_currency = |row: &OwnPrice| {
        row.currency.eq_ignore_ascii_case(currency) || (row.currency.is_empty() && !foreign)
    };
    let own = rows.iter().any(|row| in_currency(row));
    if foreign && own {
        prices.list.iter_mut().chain(&mut prices.attach).for_each(|price| *price = None);
    }
    let mut unused: IndexMap<&str, (u64, &str)> = IndexMap::new();
    let mut taken: HashMap<(SkuId, bool), (&OwnPrice, Cents)> = HashMap::new();
    for row in rows {
        // A title the edition does not know may have a part number it knows.
        let named = rulebook
            .named(&row.license)
            .or_else(|| row.also.iter().find_map(|name| rulebook.named(name)));
        let sku = match named {
            Some(Named::Sku(sku)) => Ok(*sku),
            Some(_) => Err("names no Dynamics 365 licence"),
            None => Err("names no licence of the edition"),
        };
        let differs = |mine: &str, theirs: &str| !mine.is_empty() && mine != theirs;
        let months = Payment::read(&row.term, "").map(|payment| payment.months);
        let same_term = row.term.is_empty() || months == Some(payment.months);
        let sku = match sku {
            Ok(_) if !in_currency(row) => Err("is not in the tenant's currency"),
            Ok(_) if differs(&row.program, tenant.info.program.word()) => {
                Err("is for another program")
            }
            Ok(_) if differs(&row.segment, &tenant.info.segment) => Err("is for another segment"),
            Ok(_) if !same_term && tenant.info.payment.is_some() => {
                Err("is for another term than the tenant's")
            }
            Ok(_) if !same_term => Err("is for another term than a year"),
            Ok(_)
                if !tenant.info.renewal_date.is_empty()
                    && row.valid_from > tenant.info.renewal_date =>
            {
                Err("begins after the renewal")
            }
            Ok(_) if differs(&row.valid_to, "") && row.valid_to < row.valid_from => {
                Err("ends before it begins")
            }
            result => result,
        };
        let sku = match sku {
            Ok(sku) => sku,
            Err(why) => {
                unused.entry(why).or_insert((0, &row.license)).0 += 1;
                continue;
            }
        };
        let attach_only = rulebook.is_attach_name(&row.license);
        let offered = [(row.price, attach_only), (row.attach, true)]
            .into_iter()
            .filter_map(|(price, attach)| price.map(|cents| (cents, attach)));
        for (cents, attach) in offered {
            let mut cents = cents;
            if let Some((before, known)) = taken.get(&(sku, attach))
                && rank(before) == rank(row)
                && before.valid_from == row.valid_from
                && *known != cents
            {
                let message = format!(
                    "two prices for \u{201c}{}\u{201d} from the same day on, {known} and {cents}: the \
                     dearer counts",
                    row.license
                );
                findings.push(Finding::new(Code::PriceUnused, &row.license, message));
                cents = cents.max(*known);
            }
            taken.insert((sku, attach), (row, cents));
            let price = InForce { cents, mark: None, source: source(row) };
            if attach { prices.set_attach(sku, price) } else { prices.set_list(sku, price) }
        }
    }
    findings.extend(unused.into_iter().map(|(why, (count, first))| {
        let message = if count == 1 {
            format!("price row \u{201c}{first}\u{201d} {why}")
        } else {
            format!("{count} price rows, the first \u{201c}{first}\u{201d}: each {why}")
        };
        Finding::new(Code::PriceUnused, first, message).times(count)
    }));
    if foreign && !own {
        findings.push(Finding::new(
            Code::CurrencyMismatch,
            currency,
            format!(
                "the tenant pays in {currency}, the edition's prices are in {}; all money is in {}",
                rulebook.currency, rulebook.currency
            ),
        ));
    }
    (prices, findings)
}

/// Whether the price is billed every month; in advance where nobody says how.
fn billed_monthly(row: &OwnPrice) -> bool {
    Payment::read("", &row.billing).is_some_and(|payment| payment.billed_monthly)
}

/// Where a price was read, with the term and billing plan it is for.
fn source(row: &OwnPrice) -> String {
    let table = if row.own { "prices table of the tenant" } else { "shared prices table" };
    let words = [row.term.as_str(), row.billing.as_str()];
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    if words.is_empty() { table.to_owned() } else { format!("{table} ({})", words.join(", ")) }
}
