//! The sheets of the two workbooks: names, headings, descriptions, order.
//!
//! Covers, documentation and tests read this list, so that a sheet is
//! described once.

macro_rules! sheets {
    ($list:ident: $($constant:ident = $rank:literal $name:literal, $class:ident, $paper:ident, $freeze:literal,
        $title:literal, $about:literal;)*) => {
        $(
            #[doc = $about]
            pub const $constant: Sheet<'static> = Sheet {
                rank: $rank,
                name: $name,
                title: $title,
                about: $about,
                class: Class::$class,
                paper: Paper::$paper,
                freeze: $freeze,
                legend: &[],
            };
        )*
        /// Every sheet of the workbook, in order; for tests and documentation.
        #[cfg(test)]
        pub const $list: &[Sheet<'static>] = &[$($constant,)*];
    };
}

/// Sheets of a tenant's workbook.
pub mod tenant {
    use crate::report::book::{Paper, Sheet};
    use crate::report::style::Class;

    sheets! { SHEETS:
        COVER = 0 "Cover", Presentation, A4, 0,
            "Licence report", "What this workbook is, whether its figures agree, and where to find what.";
        SUMMARY = 1 "Summary", Presentation, A3, 1,
            "Summary", "What is needed, what it costs, what it saves and why, and how sure that is.";
        LICENCES = 2 "Licences", Presentation, A4, 1,
            "Licences of the plan", "The cheapest lawful set of licences: seats counted on the detail sheets, times price.";
        TRUE_UP = 3 "True-up", Presentation, A4, 1,
            "True-up", "Owned, assigned and needed seats per licence, what is missing or spare, and what to do.";
        SCHEDULE = 4 "Schedule", Presentation, A4, 1,
            "Schedule", "Date by date from what is owned to the renewal plan: what ends, what to buy, what is paid.";
        SCHEDULE_SEATS = 5 "Schedule seats", Presentation, A4, 2,
            "Seats by date", "One row per date and licence: owned seats still running, used, to buy, idle.";
        SAVINGS = 6 "Savings", Presentation, A3, 1,
            "Savings", "Today less plan, one row a decision, each cent under one cause; the totals on Summary follow the column Decision.";
        RULES = 7 "Agreement rules", Presentation, A4, 1,
            "Agreement rules", "Minimums, exclusions, price tiers, gates and support plans held against the plan; what is not met stands first.";
        RISKS = 8 "Risks", Presentation, A3, 1,
            "Risks", "What may go wrong with the plan: devices that per-user validation does not see, reductions that end at a minimum or lose a tier, a gate or storage.";
        USERS = 9 "Users", Detail, A3, 2,
            "Users", "One row per person: need, licences of the plan, comparison with today, and the reason.";
        USER_LICENCES = 10 "User licences", Detail, A4, 2,
            "User licences", "One row per person and licence of the plan.";
        COMPARE = 11 "Compare", Detail, A3, 2,
            "Compare with Microsoft's report", "One row per person with a need: what Microsoft's own report would ask for, what the plan buys, and why they differ.";
        DEVICES = 12 "Devices", Detail, A3, 2,
            "Devices", "One row per device, whether the plan licenses it, and why.";
        DECISIONS = 13 "Device decisions", Detail, A4, 1,
            "Device decisions", "Groups of people and devices decided together, with the cost either way and the proof.";
        REQUIREMENTS = 14 "Requirements", Detail, A4, 2,
            "Requirements", "Each distinct need, how many people have it, and every equally cheap way to cover it.";
        ALTERNATIVES = 15 "Alternatives", Detail, A4, 2,
            "Alternatives", "Every cheapest way to cover each requirement by user licences, and the next one with its distance.";
        SENSITIVITY = 16 "Sensitivity", Detail, A4, 1,
            "Sensitivity", "Between which prices the advice stays as it is, all other prices unchanged and rules of the agreement aside; one cent beyond, something else is cheaper.";
        DRIVERS = 17 "Cost drivers", Detail, A3, 1,
            "Cost drivers", "The permissions that make people need what they need, dearest first.";
        ROLES = 18 "Roles", Detail, A4, 1,
            "Roles", "Each security role, what it needs, and where that was read.";
        COMBINATIONS = 19 "Role combinations", Detail, A4, 1,
            "Role combinations", "Roles that people hold together, most people first; only together: no single role of them needs as much.";
        FINDINGS = 20 "Findings", Control, A3, 2,
            "Findings", "What a reader must know about input and result, errors first, and what to do about it.";
        REJECTED = 21 "Rejected", Control, A3, 2,
            "Rejected rows", "Rows of the input that were not used, with the reason and their text.";
        FILES = 22 "Files", Control, A3, 1,
            "Files", "What was read from which file; every row is used, ignored with a reason, or rejected.";
        PRICES = 23 "Prices", Foundation, A3, 1,
            "Prices", "Every price the result used or could have used, and where it was read; the yellow ones may be changed.";
        CAPACITY = 24 "Capacity", Foundation, A4, 1,
            "Capacity", "What is included, what accrues with the plan, what is used, and the cheapest packs to buy.";
        NOTES = 25 "Notes", Foundation, A4, 1,
            "Notes", "Edition, options, and the words this workbook uses.";
        CHECKS = 26 "Checks", Control, A4, 1,
            "Checks", "Formulas that prove that the sheets agree with each other and with the calculation.";
    }
}

/// Sheets of the portfolio's workbook.
pub mod portfolio {
    use crate::report::book::{Paper, Sheet};
    use crate::report::style::Class;

    sheets! { SHEETS:
        COVER = 0 "Cover", Presentation, A4, 0,
            "Licence portfolio", "What this workbook is, whether its figures agree, and where to find what.";
        SUMMARY = 1 "Summary", Presentation, A4, 1,
            "Summary", "All tenants at a glance, per currency; every total is a formula over the sheets behind it.";
        TENANTS = 2 "Tenants", Presentation, A3, 2,
            "Tenants", "One row per tenant, with a link to its own workbook.";
        LICENCES = 3 "Licences", Presentation, A4, 1,
            "Licences over all tenants", "Seats and money of the plan per licence.";
        TENANT_LICENCES = 4 "Tenant licences", Detail, A4, 3,
            "Licences per tenant", "One row per tenant and licence: owned, assigned, planned.";
        RENEWALS = 5 "Renewals", Detail, A4, 2,
            "Renewals", "Tenants by renewal date, with what can change there.";
        MONTHS = 6 "Renewals by month", Presentation, A4, 1,
            "Renewals by month", "How many tenants renew when, and how much money is on the table; tenants without a date last.";
        SAVINGS = 7 "Savings", Presentation, A4, 2,
            "Savings by tenant and cause", "Today less plan per tenant and cause, most money first; each cent under one cause.";
        TOP_DRIVERS = 8 "Top drivers", Presentation, A3, 1,
            "Top drivers", "The roles and objects that cost most over all tenants: those to look at in the security design first.";
        DRIVERS = 9 "Cost drivers", Detail, A3, 2,
            "Cost drivers", "The permissions that cost most, over all tenants, dearest first.";
        FAILED = 10 "Failed tenants", Control, A4, 1,
            "Failed tenants", "Tenants that could not be calculated, and why; they are in no total.";
        QUALITY = 11 "Data quality", Control, A3, 2,
            "Data quality", "What each tenant's input does not say or says badly, and how much of its cost rests on that.";
        FINDINGS = 12 "Findings", Control, A3, 2,
            "Findings", "What a reader must know about the portfolio and its shared files.";
        REJECTED = 13 "Rejected", Control, A3, 2,
            "Rejected rows", "Rows of the shared files that were not used, with the reason and their text.";
        FILES = 14 "Files", Control, A3, 2,
            "Files", "What was read from which shared file.";
        CHECKS = 15 "Checks", Control, A4, 1,
            "Checks", "Formulas that prove that the sheets agree with each other and with the calculation.";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_a_tab_and_ranks_count_up() {
        for list in [tenant::SHEETS, portfolio::SHEETS] {
            for (rank, sheet) in list.iter().enumerate() {
                assert_eq!(usize::from(sheet.rank), rank);
                assert!(sheet.name.len() <= 25, "room for a part number: {}", sheet.name);
            }
        }
    }
}
