//! The tables, column by column.
//!
//! A column's name and meaning are an interface: see
//! [`SCHEMA`](super::SCHEMA).

use std::borrow::Cow;

use super::alternatives::{alternatives, sensitivity};
use super::capacity::capacity;
use super::compare::{compare, compared};
use super::input::{files, findings, rejected};
use super::risks::risks;
use super::savings::{decisions, savings};
use super::schedule::{in_term, schedule, schedule_seats};
use super::table::{Field, Table, TableOf};
use crate::money::Cents;
use crate::output::{
    ComponentLine, DeviceLine, DriverLine, DriverPath, PlanLine, RoleLine, SignatureLine,
    TenantOutput, TrueUpLine, UserLicence, UserLine,
};
use crate::rulebook::Mark;

/// Between the items of a list in a text column.
const LIST: &str = "; ";

macro_rules! tables {
    ($($of:ident: |$out:ident| $rows:expr;)*) => {
        /// Every table, in the order they are written.
        #[must_use]
        pub fn all() -> Vec<Table> {
            vec![$({
                let table = $of();
                Table {
                    name: table.name,
                    about: table.about,
                    columns: table.describe(),
                    write: |$out, form, file| $of().write(&$out.tenant.id, $rows, form, file),
                }
            },)*]
        }
    };
}

tables! {
    tenants: |out| &[out];
    users: |out| &out.users;
    user_licenses: |out| &licences_of(out);
    plan: |out| &out.plan;
    true_up: |out| &out.true_up;
    schedule: |out| &out.schedule.stages;
    schedule_seats: |out| &out.schedule.lines;
    in_term: |out| &out.schedule.people;
    signatures: |out| &out.signatures;
    devices: |out| &out.devices;
    drivers: |out| &out.drivers;
    roles: |out| &out.roles;
    capacity: |out| &out.capacity;
    savings: |out| &decisions(out);
    alternatives: |out| &crate::report::sheets::alternatives::ways(out);
    sensitivity: |out| &out.sensitivity.lines;
    risks: |out| &out.risks;
    certificate: |out| &proofs(out);
    compare: |out| &compared(out);
    findings: |out| &out.findings;
    rejected: |out| &out.rejected;
    files: |out| &crate::report::sheets::files::rows(&out.files);
}

pub(super) fn words(text: &str) -> Cow<'_, str> {
    Cow::Borrowed(text)
}

pub(super) fn list(items: &[String]) -> Cow<'_, str> {
    match items {
        [one] => words(one),
        many => Cow::Owned(many.join(LIST)),
    }
}

/// Counts stay far below the limit of an `i64`.
pub(super) fn number(count: impl TryInto<i64>) -> Option<i64> {
    count.try_into().ok()
}

pub(super) fn mark(mark: Option<Mark>) -> Cow<'static, str> {
    Cow::Borrowed(mark.map_or("", Mark::word))
}

fn tenants<'o>() -> TableOf<&'o TenantOutput> {
    type T<'o> = &'o TenantOutput;
    TableOf {
        name: "tenants",
        about: "One row: who, under which edition, and the totals.",
        fields: vec![
            Field::text("name", "Name.", |t: &T<'_>| words(&t.tenant.name)),
            Field::text("program", "`ea`, `csp`, `mpsa` or `mosp`.", |t: &T<'_>| {
                words(t.tenant.program.word())
            }),
            Field::text(
                "segment",
                "`commercial`, `academic`, `charity` or `government`.",
                |t: &T<'_>| words(&t.tenant.segment),
            ),
            Field::text(
                "currency",
                "ISO code of every amount of this tenant, in all tables.",
                |t: &T<'_>| words(&t.tenant.currency),
            ),
            Field::date("renewal_date", "Renewal of the agreement.", |t: &T<'_>| {
                &t.tenant.renewal_date
            }),
            Field::text("edition", "Id of the licensing edition.", |t: &T<'_>| {
                words(&t.edition.id)
            }),
            Field::text("edition_sha256", "Hash of the rulebook.", |t: &T<'_>| {
                words(&t.edition.hash)
            }),
            Field::text("device_policy", "`guide` or `strict`.", |t: &T<'_>| {
                words(t.options.device_policy.word())
            }),
            Field::text("unknown_roles", "What unknown roles count as.", |t: &T<'_>| {
                words(&t.options.unknown_roles)
            }),
            Field::number("accounts", "Account rows.", |t: &T<'_>| number(t.totals.accounts)),
            Field::number("people", "People.", |t: &T<'_>| number(t.totals.people)),
            Field::number("need_licence", "People who need a licence.", |t: &T<'_>| {
                number(t.totals.need_licence)
            }),
            Field::number("tier_none", "People of tier none.", |t: &T<'_>| {
                number(t.totals.by_tier[0])
            }),
            Field::number("tier_self_service", "People of tier self-service.", |t: &T<'_>| {
                number(t.totals.by_tier[1])
            }),
            Field::number("tier_team_members", "People of tier team-members.", |t: &T<'_>| {
                number(t.totals.by_tier[2])
            }),
            Field::number("tier_activity", "People of tier activity.", |t: &T<'_>| {
                number(t.totals.by_tier[3])
            }),
            Field::number("tier_full", "People of tier full.", |t: &T<'_>| {
                number(t.totals.by_tier[4])
            }),
            Field::number("devices", "Devices.", |t: &T<'_>| number(t.totals.devices)),
            Field::number("devices_licensed", "Devices the plan licenses.", |t: &T<'_>| {
                number(t.totals.devices_licensed)
            }),
            Field::number(
                "by_device_only",
                "People who need no user licence thanks to devices.",
                |t: &T<'_>| number(t.totals.by_device_only),
            ),
            Field::cents("plan_cents", "Cost of the plan.", |t: &T<'_>| Some(t.totals.plan_cents)),
            Field::cents(
                "report_priority_cents",
                "What Microsoft's report would ask for by priority; null: no such report in the edition.",
                |t: &T<'_>| t.compare.totals.known.then_some(t.compare.totals.priority_cents),
            ),
            Field::cents(
                "report_greedy_cents",
                "What it would ask for by the greedy rule; null likewise.",
                |t: &T<'_>| t.compare.totals.known.then_some(t.compare.totals.greedy_cents),
            ),
            Field::cents(
                "report_outside_cents",
                "What needs cost that it does not see; null likewise.",
                |t: &T<'_>| t.compare.totals.known.then_some(t.compare.totals.outside_cents),
            ),
            Field::cents("bound_cents", "Lower bound of the cost.", |t: &T<'_>| {
                Some(t.certificate.bound_cents)
            }),
            Field::cents("gap_cents", "Plan less bound; 0 is proven cheapest.", |t: &T<'_>| {
                Some(t.certificate.gap_cents)
            }),
            Field::flag("verified", "Whether the independent checker agreed.", |t: &T<'_>| {
                t.certificate.failures.is_empty()
            }),
            Field::cents("user_only_cents", "Cost with user licences alone.", |t: &T<'_>| {
                Some(t.totals.user_only_cents)
            }),
            Field::cents(
                "other_policy_cents",
                "Cost under the other device policy.",
                |t: &T<'_>| Some(t.totals.other_policy_cents),
            ),
            Field::cents(
                "assigned_cents",
                "Cost of what is assigned; null if the input does not say.",
                |t: &T<'_>| t.totals.assigned_known.then_some(t.totals.assigned_cents),
            ),
            Field::cents(
                "owned_cents",
                "Cost of what is owned; null if the input does not say.",
                |t: &T<'_>| t.totals.owned_known.then_some(t.totals.owned_cents),
            ),
            Field::cents(
                "capacity_cents",
                "Cost of the capacity packs to buy, which is no part of the plan.",
                |t: &T<'_>| Some(t.totals.capacity_cents),
            ),
            Field::cents(
                "unverified_cents",
                "Part of the plan that rests on unverified prices.",
                |t: &T<'_>| Some(t.totals.unverified_cents),
            ),
            Field::cents(
                "unknown_role_cents",
                "Part of the plan that rests on unknown roles.",
                |t: &T<'_>| Some(t.totals.unknown_role_cents),
            ),
        ],
    }
}

fn driver(user: &UserLine, part: fn(&DriverPath) -> &String) -> Cow<'_, str> {
    user.driver.as_ref().map_or(Cow::Borrowed(""), |path| words(part(path)))
}

fn users() -> TableOf<UserLine> {
    type U = UserLine;
    TableOf {
        name: "users",
        about: "One row per person, in input order.",
        fields: vec![
            Field::text("user_id", "User id as first spelt in the input.", |u: &U| words(&u.id)),
            Field::text("upn", "User principal name.", |u: &U| words(&u.upn)),
            Field::text("name", "Display name.", |u: &U| words(&u.name)),
            Field::text("department", "Department.", |u: &U| words(&u.department)),
            Field::text("country", "Country.", |u: &U| words(&u.country)),
            Field::list("environments", "Environments, joined by `; `.", |u: &U| &u.environments),
            Field::number("accounts", "Account rows that are this person.", |u: &U| {
                number(u.accounts)
            }),
            Field::text(
                "account_type",
                "`member`, `guest`, `external`, `service`, `shared` or `group`.",
                |u: &U| words(&u.account_type),
            ),
            Field::flag("enabled", "Whether any account is enabled.", |u: &U| u.enabled),
            Field::date("last_login", "Last sign-in.", |u: &U| &u.last_login),
            Field::text("exempt", "Why no licence is needed although roles are held.", |u: &U| {
                words(&u.exempt)
            }),
            Field::list("roles", "Roles, joined by `; `.", |u: &U| &u.roles),
            Field::text(
                "tier",
                "`none`, `self-service`, `team-members`, `activity` or `full`.",
                |u: &U| words(u.tier.word()),
            ),
            Field::text(
                "requirement",
                "The need in words: `/` any one of, `+` all of.",
                |u: &U| words(&u.requirement),
            ),
            Field::number("signature", "Number of the requirement in `signatures`.", |u: &U| {
                u.signature.map(i64::from)
            }),
            Field::text("driver_role", "Role that puts the person there.", |u: &U| {
                driver(u, |p| &p.role)
            }),
            Field::text("driver_duty", "Duty within it.", |u: &U| driver(u, |p| &p.duty)),
            Field::text("driver_privilege", "Privilege within it.", |u: &U| {
                driver(u, |p| &p.privilege)
            }),
            Field::text("driver_object", "Menu item or other object within it.", |u: &U| {
                driver(u, |p| &p.object)
            }),
            Field::text("driver_access", "`read` or `write`.", |u: &U| driver(u, |p| &p.access)),
            Field::text("driver_rule", "Rule that turned it into a need.", |u: &U| {
                driver(u, |p| &p.rule)
            }),
            Field::list(
                "by_device",
                "Licensed devices that carry part of the need, joined by `; `.",
                |u: &U| &u.by_device,
            ),
            Field::cents("plan_cents", "Cost of the person's licences in the plan.", |u: &U| {
                Some(u.cents)
            }),
            Field::number(
                "alternatives",
                "Equally cheap sets of licences; 0: nothing needed.",
                |u: &U| number(u.alternatives),
            ),
            Field::list("assigned", "Assigned licences, joined by `; `.", |u: &U| &u.assigned),
            Field::cents(
                "assigned_cents",
                "What those cost at the prices of this run.",
                |u: &U| Some(u.assigned_cents),
            ),
            Field::text(
                "status",
                "`no data`, `none needed`, `fits`, `release`, `over-licensed` or `under-licensed`.",
                |u: &U| words(u.status.word()),
            ),
        ],
    }
}

type UserLicenceRow<'o> = (&'o UserLine, &'o UserLicence);

fn licences_of(out: &TenantOutput) -> Vec<UserLicenceRow<'_>> {
    out.users.iter().flat_map(|user| user.licences.iter().map(move |l| (user, l))).collect()
}

fn user_licenses<'o>() -> TableOf<UserLicenceRow<'o>> {
    type R<'o> = UserLicenceRow<'o>;
    TableOf {
        name: "user_licenses",
        about: "One row per person and licence of the plan.",
        fields: vec![
            Field::text("user_id", "User id as in `users`.", |r: &R<'_>| words(&r.0.id)),
            Field::text("sku", "SKU id of the edition.", |r: &R<'_>| words(&r.1.sku)),
            Field::text("license", "Product name.", |r: &R<'_>| words(&r.1.name)),
            Field::text("kind", "`base`, `attach`, `additional` or `add-on`.", |r: &R<'_>| {
                words(r.1.kind.word())
            }),
            Field::cents("cents", "Price.", |r: &R<'_>| Some(r.1.cents)),
        ],
    }
}

fn plan() -> TableOf<PlanLine> {
    TableOf {
        name: "plan",
        about: "One row per licence of the plan.",
        fields: vec![
            Field::text("sku", "SKU id of the edition.", |l: &PlanLine| words(&l.sku)),
            Field::text("license", "Product name.", |l: &PlanLine| words(&l.name)),
            Field::text(
                "kind",
                "`base`, `attach`, `additional`, `add-on` or `device`.",
                |l: &PlanLine| words(l.kind.word()),
            ),
            Field::number("quantity", "Seats.", |l: &PlanLine| number(l.quantity)),
            Field::number(
                "spare",
                "Those of them that nobody needs: bought because a rule of the agreement asks for them or because they open a lower price.",
                |l: &PlanLine| number(l.spare),
            ),
            Field::cents("unit_cents", "Price of a seat.", |l: &PlanLine| Some(l.unit_cents)),
            Field::cents("total_cents", "Seats times price.", |l: &PlanLine| Some(l.total_cents)),
            Field::text(
                "mark",
                "How far the price is verified; null: the customer's own.",
                |l: &PlanLine| mark(l.mark),
            ),
            Field::text("source", "Where the price was read.", |l: &PlanLine| words(&l.source)),
        ],
    }
}

fn true_up() -> TableOf<TrueUpLine> {
    TableOf {
        name: "true_up",
        about: "One row per licence owned, assigned or planned.",
        fields: vec![
            Field::text("sku", "SKU id of the edition.", |l: &TrueUpLine| words(&l.sku)),
            Field::text("license", "Product name.", |l: &TrueUpLine| words(&l.name)),
            Field::text(
                "kind",
                "`base`, `attach`, `additional`, `add-on` or `device`.",
                |l: &TrueUpLine| words(l.kind.word()),
            ),
            Field::number("owned", "Seats owned.", |l: &TrueUpLine| number(l.owned)),
            Field::number("assigned", "Seats assigned.", |l: &TrueUpLine| number(l.assigned)),
            Field::number("used_now", "Seats used until owned ones end.", |l: &TrueUpLine| {
                number(l.used_now)
            }),
            Field::number("buy_now", "Seats to buy until then.", |l: &TrueUpLine| {
                number(l.buy_now)
            }),
            Field::number(
                "idle_now",
                "Owned seats that nobody needs until then.",
                |l: &TrueUpLine| number(l.idle_now),
            ),
            Field::number("plan", "Seats of the renewal plan.", |l: &TrueUpLine| number(l.plan)),
            Field::number("gap", "Plan less owned.", |l: &TrueUpLine| Some(l.gap)),
            Field::cents("unit_cents", "Price of a seat.", |l: &TrueUpLine| Some(l.unit_cents)),
            Field::cents("money_cents", "Gap times price.", |l: &TrueUpLine| Some(l.money)),
            Field::date("end_date", "Earliest end of an owned subscription.", |l: &TrueUpLine| {
                &l.end
            }),
            Field::text("action", "What to do.", |l: &TrueUpLine| words(l.action)),
        ],
    }
}

fn signatures() -> TableOf<SignatureLine> {
    TableOf {
        name: "signatures",
        about: "One row per distinct requirement.",
        fields: vec![
            Field::number("number", "Number, from 1.", |s: &SignatureLine| number(s.number)),
            Field::text("requirement", "The requirement in words.", |s: &SignatureLine| {
                words(&s.requirement)
            }),
            Field::text("tier", "Its tier.", |s: &SignatureLine| words(s.tier.word())),
            Field::number("users", "People who have it.", |s: &SignatureLine| number(s.users)),
            Field::cents(
                "cents",
                "Cost of its cheapest cover by user licences alone.",
                |s: &SignatureLine| Some(s.cents),
            ),
            Field::number("covers", "How many covers are equally cheap.", |s: &SignatureLine| {
                number(s.covers.len())
            }),
            Field::text("first_cover", "The preferred one, in words.", |s: &SignatureLine| {
                words(s.covers.first().map_or("", String::as_str))
            }),
            Field::list("other_covers", "The others, joined by `; `.", |s: &SignatureLine| {
                s.covers.get(1..).unwrap_or_default()
            }),
        ],
    }
}

fn devices() -> TableOf<DeviceLine> {
    type D = DeviceLine;
    TableOf {
        name: "devices",
        about: "One row per device.",
        fields: vec![
            Field::text("device_id", "Device id.", |d: &D| words(&d.id)),
            Field::text("name", "Name.", |d: &D| words(&d.name)),
            Field::text("kind", "Kind.", |d: &D| words(&d.kind)),
            Field::text("location", "Place it stands in.", |d: &D| words(&d.location)),
            Field::text("dedicated", "`yes`, `no` or `assumed`.", |d: &D| words(&d.dedicated)),
            Field::text("login", "`shared` or `individual`.", |d: &D| words(&d.login)),
            Field::date("last_seen", "Last seen.", |d: &D| &d.last_seen),
            Field::number("users", "People who use it.", |d: &D| number(d.users)),
            Field::number("carries", "People whose need it carries in the plan.", |d: &D| {
                number(d.carries)
            }),
            Field::flag("licensed", "Whether the plan licenses it.", |d: &D| d.licensed),
            Field::text("sku", "Device SKU considered.", |d: &D| words(&d.sku)),
            Field::cents("unit_cents", "Its price.", |d: &D| Some(d.unit_cents)),
            Field::number("component", "Its group in `certificate`.", |d: &D| {
                d.component.map(i64::from)
            }),
            Field::text("reason", "Why it is or is not licensed.", |d: &D| words(&d.reason)),
        ],
    }
}

fn drivers() -> TableOf<DriverLine> {
    type D = DriverLine;
    TableOf {
        name: "drivers",
        about: "One row per permission that puts people where they are, most money first.",
        fields: vec![
            Field::text("role", "Role.", |d: &D| words(&d.path.role)),
            Field::text("duty", "Duty.", |d: &D| words(&d.path.duty)),
            Field::text("privilege", "Privilege.", |d: &D| words(&d.path.privilege)),
            Field::text("object", "Menu item or other object.", |d: &D| words(&d.path.object)),
            Field::text("access", "`read` or `write`.", |d: &D| words(&d.path.access)),
            Field::text("rule", "Rule that turned it into a need.", |d: &D| words(&d.path.rule)),
            Field::text("tier", "Tier it needs.", |d: &D| words(d.tier.word())),
            Field::text("need", "What it needs, in words.", |d: &D| words(&d.need)),
            Field::number("users", "People.", |d: &D| number(d.users)),
            Field::cents("cents", "What their user licences cost in the plan.", |d: &D| {
                Some(d.cents)
            }),
        ],
    }
}

fn roles() -> TableOf<RoleLine> {
    type R = RoleLine;
    TableOf {
        name: "roles",
        about: "One row per security role.",
        fields: vec![
            Field::text("role", "Name.", |r: &R| words(&r.name)),
            Field::text("identifier", "Identifier.", |r: &R| words(&r.identifier)),
            Field::number("users", "People who hold it.", |r: &R| number(r.users)),
            Field::number("permissions", "Permission rows.", |r: &R| number(r.permissions)),
            Field::text("decided_by", "Where its need was read.", |r: &R| words(&r.decided_by)),
            Field::text("tier", "Its tier.", |r: &R| words(r.tier.word())),
            Field::text("requirement", "Its need in words.", |r: &R| words(&r.requirement)),
        ],
    }
}

/// The whole tenant, or one group of people and devices.
struct Proof<'o> {
    component: Option<&'o ComponentLine>,
    cents: Cents,
    bound: Cents,
    checked: Option<u64>,
    failures: Cow<'o, str>,
}

fn proofs(out: &TenantOutput) -> Vec<Proof<'_>> {
    let certificate = &out.certificate;
    let whole = Proof {
        component: None,
        cents: certificate.cents,
        bound: certificate.bound_cents,
        checked: Some(certificate.checked),
        failures: list(&certificate.failures),
    };
    let parts = certificate.components.iter().map(|line| Proof {
        component: Some(line),
        cents: line.cents,
        bound: line.bound_cents,
        checked: None,
        failures: Cow::Borrowed(""),
    });
    std::iter::once(whole).chain(parts).collect()
}

fn certificate<'o>() -> TableOf<Proof<'o>> {
    type P<'o> = Proof<'o>;
    TableOf {
        name: "certificate",
        about: "The proof: one row for the tenant, then one per group of people and devices.",
        fields: vec![
            Field::number(
                "component",
                "Number of the group; null: the whole tenant.",
                |p: &P<'_>| p.component.map(|c| i64::from(c.number)),
            ),
            Field::number("users", "People of the group.", |p: &P<'_>| {
                p.component.and_then(|c| number(c.users))
            }),
            Field::number("devices", "Devices of the group.", |p: &P<'_>| {
                p.component.and_then(|c| number(c.devices))
            }),
            Field::number("devices_licensed", "Devices of it the plan licenses.", |p: &P<'_>| {
                p.component.and_then(|c| number(c.devices_licensed))
            }),
            Field::cents(
                "user_only_cents",
                "Cost of the group with user licences alone.",
                |p: &P<'_>| p.component.map(|c| c.user_only_cents),
            ),
            Field::cents("cents", "Cost in the plan.", |p: &P<'_>| Some(p.cents)),
            Field::cents("bound_cents", "Lower bound.", |p: &P<'_>| Some(p.bound)),
            Field::text("method", "How the group was decided.", |p: &P<'_>| {
                words(p.component.map_or("", |c| &c.method))
            }),
            Field::number(
                "checked",
                "Statements the independent checker verified.",
                |p: &P<'_>| p.checked.and_then(number),
            ),
            Field::text("failures", "What it found wrong, joined by `; `.", |p: &P<'_>| {
                words(&p.failures)
            }),
        ],
    }
}
