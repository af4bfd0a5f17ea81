//! The catalogue of findings.
//!
//! A finding is something the reader of a report must know: it has a code, a
//! severity, a message with the place it is about, and a sentence that says
//! what to do. It is never an error: the run goes on. Codes are grouped by
//! the stage that raises them:
//!
//! | codes | stage |
//! |---|---|
//! | SW1xx | intake: files, tables, rows |
//! | SW2xx | tenant: people, joins |
//! | SW3xx | rulebook and prices |
//! | SW4xx | classification |
//! | SW5xx | optimisation and agreement rules |
//! | SW6xx | true-up |

use std::fmt;

use serde::Serialize;

use crate::money::Cents;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Part of the result is missing or cannot be relied on.
    Error,
    /// The result stands on an assumption that costs money or compliance.
    Warning,
    /// Worth knowing.
    Info,
}

impl Severity {
    /// The word the reports print.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

macro_rules! catalogue {
    ($($variant:ident = $id:literal, $severity:ident, $title:literal, $help:literal;)*) => {
        /// A kind of finding. See [`Code::title`] and [`Code::help`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $title] $variant,)*
        }

        impl Code {
            /// Every code, in catalogue order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable code, for example `SW101`.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }

            /// How much it matters.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)* }
            }

            /// What was found, in a few words.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }

            /// What the reader should do.
            #[must_use]
            pub const fn help(self) -> &'static str {
                match self { $(Self::$variant => $help,)* }
            }
        }
    };
}

catalogue! {
    FileUnreadable = "SW101", Error, "file cannot be read",
        "Export the file again; while it is unreadable its tenant is not calculated.";
    FileHostile = "SW102", Error, "file refused by the safety limits",
        "Check where the file comes from; split it or export it again if it is genuine.";
    TableUnknown = "SW103", Warning, "table not recognised",
        "Nothing of this table was used. Compare its header with docs/input.md, or name its columns with --mapping.";
    TableAmbiguous = "SW104", Error, "table fits several formats equally",
        "Rename its columns to those of docs/input.md.";
    SheetEmpty = "SW105", Info, "sheet or file without rows",
        "Nothing to do if that is expected.";
    FileIgnored = "SW106", Info, "file not read",
        "Nothing to do if it is no export; else save it as .xlsx or .csv.";
    FolderMerged = "SW107", Info, "tenant folder given more than once",
        "Its files were put together; rename the folder if these are two tenants.";
    FileRepeated = "SW108", Warning, "file given twice",
        "Ignored: a file with the same content was read before.";
    TableLoose = "SW109", Warning, "table recognised by few of its columns",
        "Check what it was taken for; write a mapping for it if that is wrong.";
    RequiredBlank = "SW110", Warning, "row without a required value",
        "Complete the row and run again; it was not used.";
    ValueInvalid = "SW111", Warning, "value cannot be read",
        "Correct the value and run again; where the column is required the row was not used.";
    RowRagged = "SW112", Warning, "row with more or fewer fields than the header",
        "Check the row for a stray delimiter or quote.";
    CellBad = "SW113", Warning, "cell cannot be read",
        "Open the workbook and correct the cell.";
    QuoteStray = "SW114", Warning, "stray quote read as text",
        "Compare the row with its source: the quote neither opens nor closes a field.";
    RowTooLarge = "SW115", Warning, "row with a cell or a number of fields over the limits",
        "Check the row; if it is genuine raise the limit the message names.";
    RowRepeatedHeader = "SW120", Info, "repeated header row",
        "Ignored: it repeats the header.";
    RowTotal = "SW121", Info, "total or trailer row",
        "Ignored: it is not a record.";
    RowBlank = "SW122", Info, "blank row",
        "Ignored.";
    RowPreamble = "SW123", Info, "row above the header",
        "Ignored: it stands above the header.";
    RowUnknownTable = "SW124", Warning, "row of a table nobody recognised",
        "Ignored together with its table.";
    RowSkipped = "SW125", Info, "row that is no record of its table",
        "Nothing to do: the message says what such rows are.";
    TableUnused = "SW126", Info, "table recognised but not needed",
        "Nothing to do: the message says why; its rows were counted as ignored.";
    TableBelow = "SW127", Info, "second table in one sheet or file",
        "Nothing to do: each table was read with its own header.";
    ColumnUnknown = "SW130", Info, "column not used",
        "Nothing to do unless the column matters.";
    EncodingGuessed = "SW131", Info, "text is not UTF-8 and was read as Windows-1252",
        "Check accented names in the report.";
    DateAmbiguous = "SW132", Warning, "day and month cannot be told apart",
        "Export dates as YYYY-MM-DD.";
    Truncated = "SW133", Warning, "row count equals an export limit",
        "The export was probably cut off: raise its row limit and export again.";
    NamesConcealed = "SW134", Error, "user names are concealed",
        "In the Microsoft 365 admin center turn off Settings > Org settings > Services > Reports > Display concealed names, and export again.";

    TenantUnknown = "SW201", Warning, "row names a tenant that has no folder and is not in the tenants table",
        "Check the tenant column.";
    TenantWithoutUsers = "SW202", Error, "tenant without users",
        "Add a users table (or F&O User information, or Microsoft 365 Active users).";
    UserUnknown = "SW203", Warning, "row names a user that is in no users table",
        "Add the user or remove the row; an assignment counts although the person is unknown.";
    UserDuplicate = "SW204", Info, "same account listed twice",
        "Ignored: the first row counts.";
    AccountsMerged = "SW205", Info, "several accounts are one person",
        "They need licences once.";
    DeviceUnknown = "SW206", Warning, "usage names a device that is in no devices table",
        "Add the device; until then it cannot carry a device licence.";
    DeviceDuplicate = "SW207", Info, "same device listed twice",
        "Ignored: the first row counts.";
    SettingInvalid = "SW208", Warning, "tenant setting cannot be read",
        "Correct tenants.csv; the default was used.";
    NothingJoined = "SW210", Error, "no row of one table matches the other",
        "The files are probably from two tenants, or the ids are of two kinds.";
    EverythingTwice = "SW211", Error, "every row of one table matches several of the other",
        "Add the environment to both tables, or put each environment's exports in a run of its own.";
    RowDuplicate = "SW212", Info, "same record listed twice",
        "Ignored: the first row counts.";
    UserAmbiguous = "SW213", Error, "row names a user id that several people have",
        "Add the environment to both tables, or use addresses; the row was not used.";
    AssignmentInactive = "SW214", Info, "role assignment that does not count",
        "Nothing to do: the assignment or the account is disabled.";
    AddressShared = "SW215", Warning, "many accounts with one e-mail address",
        "They were kept apart; add user principal names or object ids.";
    TenantAmbiguous = "SW216", Error, "name of several tenants",
        "Use the tenant's id in the tenant column; the rows were not used.";
    OutsideGroup = "SW217", Info, "account outside the security group of its environment",
        "Nothing to do if that is so: it cannot work in the environment and needs no licence for it.";
    SubscriptionOlder = "SW218", Info, "older figure of a subscription",
        "Ignored: a later row of the same subscription counts.";
    FileStale = "SW219", Warning, "file much older than the others of its tenant",
        "Export all files of a tenant on one day.";
    ListsDisjoint = "SW220", Warning, "two lists of users share nobody",
        "Nothing to do if they are lists of different people; else export one of them with addresses or object ids.";

    LicenseUnknown = "SW301", Warning, "licence name is not in the edition",
        "Check the spelling or add an alias to the rulebook.";
    PriceUnverified = "SW302", Warning, "price is unverified",
        "Replace it by the price of your agreement (prices table).";
    PriceMissing = "SW303", Warning, "no price is known",
        "The licence is never chosen. Add it to the prices table.";
    AttachUnverified = "SW304", Warning, "attach qualification is unverified",
        "Check with the Product Terms that this base admits this attach.";
    CurrencyMismatch = "SW305", Warning, "prices are in another currency than the tenant's",
        "Add a prices table in the tenant's currency.";
    PriceUnused = "SW306", Info, "price row not used",
        "It names no licence of the edition, another currency or another time.";

    RoleUnknown = "SW401", Warning, "role is in no permissions table and not in the edition",
        "Add its permissions; until then --unknown-roles decides what it needs.";
    MenuItemUnlicensed = "SW402", Warning, "menu item carries no licence",
        "A custom menu item must be mapped to the user type that fits its use.";
    NotLicensed = "SW403", Info, "account needs no licence",
        "Check that the exemption holds.";
    ServiceWithRoles = "SW404", Warning, "service account holds roles (multiplexing)",
        "People who work through it need licences of their own.";
    RoleCustomised = "SW405", Info, "standard role has its own permission rows",
        "Its rows decide, not its name.";
    RoleDerived = "SW406", Warning, "role table entry is derived or unverified",
        "Check the role against the guide of the edition.";
    NeedUnknown = "SW407", Warning, "need names neither a right nor a licence of the edition",
        "Correct the app column; the need was not counted.";
    DenyWins = "SW408", Info, "a Deny takes a grant away",
        "Nothing to do unless the Deny is unintended.";
    AdminExempt = "SW409", Info, "an administrator of the system needs no licence in this edition",
        "Daily work under the administrator role still needs one.";

    DeviceNotLicensable = "SW501", Warning, "device cannot carry a device licence",
        "See the message; its users take user licences.";
    DedicatedAssumed = "SW502", Info, "device taken as dedicated",
        "Fill the dedicated column; a device used otherwise cannot carry this licence.";
    DeviceCheckNeeded = "SW503", Warning, "licensed by device, which per-user validation cannot see",
        "Keep evidence of the device licences; Microsoft's report asks for a user licence.";
    MinimumShort = "SW510", Error, "minimum quantity that nothing on sale meets",
        "No plan meets it with the others at these prices: complete the prices or change the needs.";
    ExclusionBroken = "SW511", Error, "licences that exclude each other and are both needed",
        "No plan keeps them apart: use separate environments or change the needs.";
    FullUserMissing = "SW512", Error, "additional-user licences without a full user to be had",
        "No full user licence has a price: complete the prices.";
    TierReached = "SW513", Info, "plan reaches a price tier",
        "The plan is calculated at it: ask for the tier price.";
    RuleBinds = "SW514", Info, "a rule of the agreement raises the cost",
        "The plan meets it at the least cost; see Agreement rules.";
    SeatsForNobody = "SW515", Warning, "seats that nobody needs",
        "A rule asks for them or they open a lower price: give them to whoever may use them.";
    NotProven = "SW520", Error, "plan is not proven optimal",
        "The gap is printed beside the cost.";
    NoCover = "SW521", Error, "no priced licence satisfies a need",
        "Add a price; the person is not in the plan.";

    CapacityUnknown = "SW530", Warning, "capacity figure that no rule is measured by",
        "Correct the metric column: the words of the edition stand in `rulebook show`.";
    CapacityShort = "SW531", Warning, "capacity packs must be bought",
        "Order the packs; their cost is not part of the plan.";
    CapacityBeyond = "SW532", Warning, "more is used than can be had",
        "Reduce the use, or agree on it with Microsoft.";
    CapacityUnpriced = "SW533", Warning, "capacity pack without a price",
        "Add its price to the prices table; its cost is missing from the report.";
    CapacityLost = "SW534", Info, "plan includes less capacity than the owned seats",
        "Count the packs of the sheet Capacity against what the plan saves.";
    GateClosed = "SW535", Warning, "licence held without the seats it asks for",
        "Buy the seats, or pay the price that holds without them.";
    SupportShort = "SW536", Warning, "support plan does not cover what it must",
        "Order the missing seats, or leave the support plan.";

    LicensedUnneeded = "SW601", Warning, "licence assigned to somebody who needs none",
        "Release it, at renewal at the latest.";
    OverLicensed = "SW602", Warning, "dearer licence assigned than needed",
        "Change the assignment at renewal.";
    UnderLicensed = "SW603", Warning, "assigned licences do not cover the need",
        "Assign what is missing: sign-in may be refused.";
    SeatsShort = "SW604", Warning, "fewer seats owned than the plan needs",
        "Order them.";
    SeatsSpare = "SW605", Info, "more seats owned than the plan needs",
        "Reduce at renewal.";
    SubscriptionUnusable = "SW606", Info, "subscription not counted as owned",
        "It is expired, suspended or deleted.";
    DeviceInstead = "SW607", Warning, "user licence where devices carry the work",
        "Release it at renewal, once the devices are licensed.";
    AttachAlone = "SW608", Warning, "attach licence assigned without a base licence",
        "Step it up to a base licence (Enterprise Agreement), or return it and buy the base licence (other programs).";
    SubscriptionEnded = "SW609", Warning, "subscription that has ended",
        "Export the subscriptions again, or say with --as-of of which day the data is.";
    NotSold = "SW610", Warning, "licence that is not sold to this tenant",
        "Check program and segment of the tenant, and of the subscription.";
    Withdrawn = "SW611", Warning, "licence that is no longer sold",
        "Plan its replacement before the renewal; the message says what it costs.";
    ScheduleCut = "SW620", Info, "more end dates than are worked out one by one",
        "Ask for common end dates, or read the last dates of the schedule as one.";
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// Where in the input something stands. Empty parts are unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Place {
    /// Path as given, relative to the input.
    pub file: String,
    /// Sheet of a workbook.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sheet: String,
    /// Row as a spreadsheet numbers it, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
    /// Column header.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub column: String,
}

impl Place {
    /// A place that is a whole file.
    #[must_use]
    pub fn file(file: impl Into<String>) -> Self {
        Self { file: file.into(), ..Self::default() }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if !self.sheet.is_empty() {
            write!(f, ", sheet \u{201c}{}\u{201d}", self.sheet)?;
        }
        if let Some(row) = self.row {
            write!(f, ", row {row}")?;
        }
        if !self.column.is_empty() {
            write!(f, ", column \u{201c}{}\u{201d}", self.column)?;
        }
        Ok(())
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What kind.
    pub code: Code,
    /// Where, when it is about input.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// What it is about: a user, a role, a licence.
    pub subject: String,
    /// The sentence.
    pub message: String,
    /// How many cases this finding stands for.
    pub count: u64,
    /// What it costs per month, where that can be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cents: Option<Cents>,
}

impl Finding {
    /// A finding about `subject`.
    pub fn new(code: Code, subject: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code,
            place: None,
            subject: subject.into(),
            message: message.into(),
            count: 1,
            cents: None,
        }
    }

    /// Adds the place in the input.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Says how many cases it stands for.
    #[must_use]
    pub fn times(mut self, count: u64) -> Self {
        self.count = count;
        self
    }

    /// Says what it costs per month.
    #[must_use]
    pub fn costing(mut self, cents: Cents) -> Self {
        self.cents = Some(cents);
        self
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_unique_and_ordered() {
        let ids: Vec<_> = Code::ALL.iter().map(|code| code.id()).collect();
        let unique: BTreeSet<_> = ids.iter().collect();
        assert_eq!(unique.len(), ids.len());
        assert!(ids.is_sorted());
    }

    #[test]
    fn every_code_says_what_to_do() {
        for code in Code::ALL {
            assert!(!code.title().ends_with('.'), "{code}");
            assert!(code.help().ends_with('.'), "{code}");
        }
    }
}
