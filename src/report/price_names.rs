//! Prices with a name of their own: what a reader may change.
//!
//! Every price on *Prices* has a name in the workbook, `Price_` and the id of
//! the licence, `Attach_price_` where it is bought beside a base. Money
//! elsewhere in the workbook that is a sum of such prices is a formula over
//! the names, so that a price changed in its one place changes the seats'
//! money, the true-up, people's cost and the totals.
//!
//! A figure becomes a formula only where the named prices add up to it: what
//! the calculation found is never replaced by something else.

use std::collections::HashSet;

use rustc_hash::FxHashMap;

use super::cell::{Outcome, Value};
use crate::money::Cents;
use crate::output::{LicenceKind, TenantOutput};

/// The names, and what each price was in the calculation.
pub(crate) struct PriceNames<'o> {
    list: FxHashMap<&'o str, (String, Cents)>,
    attach: FxHashMap<&'o str, (String, Cents)>,
    /// Names of the lines of *Prices*: list price, attach price.
    pub(crate) lines: Vec<(Option<String>, Option<String>)>,
}

impl<'o> PriceNames<'o> {
    /// Names every known price of a tenant.
    pub(crate) fn of(out: &'o TenantOutput) -> Self {
        let mut taken = HashSet::new();
        let (mut list, mut attached) = (FxHashMap::default(), FxHashMap::default());
        let lines = out.prices.iter().map(|line| {
            let mut named = |attach: bool, cents: Option<Cents>| {
                let name =
                    free(&mut taken, if attach { "Attach_price_" } else { "Price_" }, &line.sku);
                let cents = cents?;
                let prices = if attach { &mut attached } else { &mut list };
                prices.insert(line.sku.as_str(), (name.clone(), cents));
                Some(name)
            };
            (named(false, line.list), named(true, line.attach))
        });
        let lines = lines.collect();
        Self { list, attach: attached, lines }
    }

    /// The name of the price at which a licence is bought.
    fn term(&self, sku: &str, kind: LicenceKind) -> Option<&(String, Cents)> {
        let attach = if kind == LicenceKind::Attach { self.attach.get(sku) } else { None };
        attach.or_else(|| self.list.get(sku))
    }

    /// A price: the name where it is that price, else the figure.
    pub(crate) fn price(&self, sku: &str, kind: LicenceKind, cents: Cents) -> Value<'static> {
        self.sum([(sku, kind)], cents)
    }

    /// The sum of prices.
    pub(crate) fn sum<'s>(
        &self,
        licences: impl IntoIterator<Item = (&'s str, LicenceKind)>,
        cents: Cents,
    ) -> Value<'static> {
        let mut text = String::new();
        let mut sum = Cents::ZERO;
        for (sku, kind) in licences {
            let Some((name, price)) = self.term(sku, kind) else { return Value::money(cents) };
            if !text.is_empty() {
                text.push('+');
            }
            text.push_str(name);
            sum += *price;
        }
        if text.is_empty() || sum != cents {
            return Value::money(cents);
        }
        Value::Formula(text, Outcome::Money(i128::from(cents.0)))
    }
}

/// A name nobody has yet: letters, digits and underscores, whatever the id.
fn free(taken: &mut HashSet<String>, before: &str, id: &str) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '_' };
    let base: String = before.chars().chain(id.chars().map(plain).take(200)).collect();
    let mut name = base.clone();
    let mut number = 2;
    // Excel does not tell capitals from small letters.
    while !taken.insert(name.to_ascii_lowercase()) {
        name = format!("{base}__{number}");
        number += 1;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_becomes_a_formula_only_where_the_prices_add_up_to_it() {
        let out = crate::report::sample_output();
        let names = PriceNames::of(&out);
        let pair = [("finance", LicenceKind::Base), ("scm", LicenceKind::Attach)];
        let (finance, scm) = (out.prices[0].list.unwrap(), out.prices[1].attach.unwrap());
        let sum = names.sum(pair, finance + scm);
        let text = "Price_finance+Attach_price_scm".to_owned();
        assert_eq!(sum, Value::Formula(text, Outcome::Money(i128::from((finance + scm).0))));
        assert_eq!(names.sum(pair, finance), Value::money(finance));
        let unknown = [("nobody-sells-it", LicenceKind::Base)];
        assert_eq!(names.sum(unknown, finance), Value::money(finance));
        assert_eq!(names.sum([], Cents::ZERO), Value::money(Cents::ZERO));
    }

    #[test]
    fn names_are_letters_digits_and_underscores_and_unique() {
        let mut taken = HashSet::new();
        assert_eq!(free(&mut taken, "Price_", "sales-pro"), "Price_sales_pro");
        assert_eq!(free(&mut taken, "Price_", "sales.pro"), "Price_sales_pro__2");
        assert_eq!(free(&mut taken, "Price_", "Sales pro"), "Price_Sales_pro__3");
    }
}
