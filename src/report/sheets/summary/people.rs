//! The lower half of *Summary*: counts of people, devices and rows.

use super::{Line, Sources};
use crate::output::TenantOutput;
use crate::report::cell::{Outcome, Value};
use crate::report::figures::{Figures, TIERS};
use crate::report::sheets::{devices, files, requirements, users};

/// Counts of people, devices, requirements and rows.
pub(super) fn people(
    out: &TenantOutput,
    figures: &Figures,
    from: &Sources<'_>,
    header: u32,
) -> Vec<Line> {
    let people_cell = format!("$B${}", header + 2);
    let line = |name: &str, text: String, count, share: bool, how, unit| Line {
        name: name.to_owned(),
        value: Value::Formula(text, Outcome::Count(count)),
        of: if share { figures.people } else { 0 },
        of_cell: people_cell.clone(),
        how,
        unit,
    };
    let users = from.users;
    let mut lines = vec![
        line("People", users.filled(users::ID), figures.people, false, "Rows of Users", "people"),
        line(
            "Need a licence",
            users.count_ifs(&[(users::NEEDS, "\"yes\"")]),
            figures.need,
            true,
            "Users with a requirement",
            "people",
        ),
    ];
    for (tier, count) in TIERS.iter().zip(figures.tiers) {
        let text = users.count_ifs(&[(users::TIER, &format!("\"{tier}\""))]);
        lines.push(line(
            &format!("Tier: {tier}"),
            text,
            count,
            true,
            "Users of that tier",
            "people",
        ));
    }
    lines.push(line(
        "Served by device licences only",
        users.count_ifs(&[(users::DEVICE_ONLY, "\"yes\"")]),
        figures.by_device_only,
        true,
        "Users with a requirement and no licence of their own",
        "people",
    ));
    lines.push(line(
        "Accounts",
        users.sum(users::ACCOUNTS),
        figures.accounts,
        false,
        "Sum of Users; several accounts may be one person",
        "accounts",
    ));
    lines.push(line(
        "Devices",
        from.devices.filled(devices::ID),
        figures.devices,
        false,
        "Rows of Devices",
        "devices",
    ));
    lines.push(line(
        "Devices licensed",
        from.devices.count_ifs(&[(devices::LICENSED, "\"yes\"")]),
        figures.devices_licensed,
        false,
        "Devices the plan licenses",
        "devices",
    ));
    lines.push(line(
        "Distinct requirements",
        format!("COUNT({})", from.requirements.ranges(requirements::NUMBER).join(",")),
        figures.signatures,
        false,
        "Rows of Requirements",
        "requirements",
    ));
    let [read, _, _, rejected] = files::sums(&out.files);
    lines.push(line("Rows read", from.files.sum(files::READ), read, false, "Sum of Files", "rows"));
    lines.push(line(
        "Rows rejected",
        from.files.sum(files::REJECTED),
        rejected,
        false,
        "Sum of Files; each is listed on Rejected",
        "rows",
    ));
    lines
}
